import { describe, expect, test } from 'vitest'
import { deferred } from '../../../src/core/abort.js'
import { RiptideError } from '../../../src/core/errors.js'
import type { Deadline } from '../../../src/crawl/deadline.js'
import { createFlights } from '../../../src/crawl/flights.js'

const never = new AbortController().signal
const left = () => new RiptideError('CANCELLED', 'left')

describe('createFlights', () => {
  test('answers equal requests that overlap with one', async () => {
    const flights = createFlights<string>()
    const landing = deferred<string>()
    const first = flights.join('a', never, () => landing.promise)
    const second = flights.join('a', never, () => Promise.reject(new Error('a second request')))
    landing.resolve('page')
    expect(await first).toEqual({ value: 'page', shared: false })
    expect(await second).toEqual({ value: 'page', shared: true })
  })

  test('keeps different requests apart, and later ones', async () => {
    const flights = createFlights<number>()
    let starts = 0
    const start = () => Promise.resolve(++starts)
    await Promise.all([flights.join('a', never, start), flights.join('b', never, start)])
    expect(await flights.join('a', never, start)).toEqual({ value: 3, shared: false })
  })

  test('goes on for who stays when the one who began it leaves', async () => {
    const flights = createFlights<string>()
    const landing = deferred<string>()
    const leaver = new AbortController()
    let flightSignal: AbortSignal | undefined
    const first = flights.join('a', leaver.signal, (signal) => ((flightSignal = signal), landing.promise))
    const second = flights.join('a', never, () => landing.promise)
    leaver.abort(left())
    await expect(first).rejects.toMatchObject({ code: 'CANCELLED' })
    expect(flightSignal?.aborted).toBe(false)
    landing.resolve('page')
    expect(await second).toEqual({ value: 'page', shared: true })
  })

  test('pauses the deadlines of all who wait, and of nobody who has left', async () => {
    const flights = createFlights<string>()
    const landing = deferred<string>()
    const paused = new Set<string>()
    const deadlineOf = (name: string): Deadline => ({
      pause: () => (paused.add(name), () => void paused.delete(name)),
    })
    const leaver = new AbortController()
    let flight: Deadline | undefined
    const start = (_: AbortSignal, deadline: Deadline) => ((flight = deadline), landing.promise)
    const first = flights.join('a', leaver.signal, start, deadlineOf('first'))
    const resume = flight?.pause()
    const second = flights.join('a', never, start, deadlineOf('second'))
    expect([...paused]).toEqual(['first', 'second'])
    leaver.abort(left())
    await expect(first).rejects.toMatchObject({ code: 'CANCELLED' })
    expect([...paused]).toEqual(['second'])
    resume?.()
    expect([...paused]).toEqual([])
    landing.resolve('page')
    await second
  })

  test('is aborted when everybody has left, and a newcomer begins anew', async () => {
    const flights = createFlights<string>()
    const leaver = new AbortController()
    let flightSignal: AbortSignal | undefined
    const first = flights.join(
      'a',
      leaver.signal,
      (signal) => ((flightSignal = signal), new Promise(() => undefined)),
    )
    leaver.abort(left())
    await expect(first).rejects.toMatchObject({ code: 'CANCELLED' })
    expect(flightSignal?.aborted).toBe(true)
    expect(await flights.join('a', never, () => Promise.resolve('fresh'))).toEqual({
      value: 'fresh',
      shared: false,
    })
  })

  test('fails for all who wait, and for nobody later', async () => {
    const flights = createFlights<string>()
    const fail = () => Promise.reject(new RiptideError('DNS_FAILED', 'no such host'))
    const both = await Promise.allSettled([flights.join('a', never, fail), flights.join('a', never, fail)])
    expect(both.map((one) => one.status)).toEqual(['rejected', 'rejected'])
    expect(await flights.join('a', never, () => Promise.resolve('fine'))).toEqual({
      value: 'fine',
      shared: false,
    })
  })
})
