import { describe, expect, test } from 'vitest'
import { RiptideError } from '../../../src/core/errors.js'
import type { Deadline } from '../../../src/crawl/deadline.js'
import { gateStage } from './gate-stage.js'

const some = <T>(count: number, make: (i: number) => T): T[] =>
  Array.from({ length: count }, (_, i) => make(i))

describe('slots', () => {
  test('let so many requests to one host go at once, whatever its scheme and path', async () => {
    const { clock, visit } = gateStage({ maxConcurrent: 3 })
    const visitors = ['http://a.test/1', 'https://a.test/2', 'http://A.test:80/3', 'http://a.test/4'].map(
      (url) => visit(url),
    )
    await clock.settle()
    expect(visitors.map(({ at }) => at)).toEqual([0, 0, 0, undefined])
    expect(clock.pendingTimers).toBe(0)
  })

  test('are those of each host by itself, and a port is another host', async () => {
    const { clock, visit } = gateStage({ maxConcurrent: 1 })
    const visitors = ['http://a.test/', 'http://b.test/', 'http://a.test:8080/'].map((url) => visit(url))
    await clock.settle()
    expect(visitors.map(({ at }) => at)).toEqual([0, 0, 0])
  })

  test('go to those who wait, the first one first', async () => {
    const { clock, visit } = gateStage({ maxConcurrent: 1 })
    const visitors = some(4, () => visit())
    for (let i = 0; i < 4; i++) {
      await clock.settle()
      expect(visitors.map(({ at }) => at !== undefined)).toEqual(some(4, (at) => at <= i))
      visitors[i]?.leave()
    }
  })

  test('are given back once, however often that is said', async () => {
    const { clock, visit } = gateStage({ maxConcurrent: 1 })
    const [first, ...others] = some(3, () => visit())
    await clock.settle()
    first?.leave()
    first?.leave()
    await clock.settle()
    expect(others.map(({ at }) => at)).toEqual([0, undefined])
  })

  test('are not taken by one who left the line', async () => {
    const { clock, visit } = gateStage({ maxConcurrent: 1 })
    const [first, second, third] = some(3, () => visit())
    await clock.settle()
    const reason = new RiptideError('CANCELLED', 'no longer wanted')
    second?.abort(reason)
    await expect(second?.entering).rejects.toBe(reason)
    first?.leave()
    await clock.settle()
    expect(third?.at).toBe(0)
  })

  test('are not taken by one whose signal had aborted before', async () => {
    const { clock, visit } = gateStage({ maxConcurrent: 1 })
    const signal = AbortSignal.abort(new RiptideError('CANCELLED', 'too late'))
    await expect(visit(undefined, { signal }).entering).rejects.toMatchObject({ code: 'CANCELLED' })
    const next = visit()
    await clock.settle()
    expect(next.at).toBe(0)
  })
})

describe('gaps', () => {
  test('part the starts on a host, however long the requests take', async () => {
    const { clock, visit } = gateStage({ delayMs: 1000 })
    const visitors = some(3, () => visit())
    await clock.advance(500)
    visitors[0]?.leave()
    await clock.advance(5000)
    expect(visitors.map(({ at }) => at)).toEqual([0, 1000, 2000])
    expect(clock.pendingTimers).toBe(0)
  })

  test('are as long as the Crawl-delay that a request comes with, up to the limit', async () => {
    const { clock, visit } = gateStage({ delayMs: 100, maxDelayMs: 3000 })
    const visitors = [
      visit(),
      visit(undefined, { minDelayMs: 2000 }),
      visit(undefined, { minDelayMs: 99_000 }),
    ]
    await clock.advance(10_000)
    expect(visitors.map(({ at }) => at)).toEqual([0, 2000, 5000])
  })

  test('are not used up by one who left the line', async () => {
    const { clock, visit } = gateStage({ delayMs: 1000 })
    const [first, second, third] = some(3, () => visit())
    await clock.advance(900)
    second?.abort()
    await clock.advance(100)
    expect([first?.at, third?.at]).toEqual([0, 1000])
  })

  test('leave no timer behind when all have left the line', async () => {
    const { clock, visit } = gateStage({ delayMs: 1000 })
    const visitors = some(3, () => visit())
    await clock.settle()
    for (const one of visitors.slice(1)) one.abort()
    expect(clock.pendingTimers).toBe(0)
  })
})

describe('a Retry-After', () => {
  test.each([429, 503])('keeps all from the host for so long (%i)', async (status) => {
    const { clock, visit } = gateStage({ maxConcurrent: 2 })
    const [first, second, third] = some(3, () => visit())
    await clock.settle()
    first?.leave({ status, latencyMs: 5, retryAfterMs: 7000 })
    second?.leave({ status: 200, latencyMs: 5 })
    await clock.advance(6999)
    expect(third?.at).toBeUndefined()
    await clock.advance(1)
    expect(third?.at).toBe(7000)
  })

  test('counts up to the limit, and a shorter one does not end a longer one', async () => {
    const { clock, visit } = gateStage({ maxConcurrent: 2, maxRetryAfterMs: 5000 })
    const [first, second, third] = some(3, () => visit())
    await clock.settle()
    first?.leave({ status: 429, latencyMs: 5, retryAfterMs: 3_600_000 })
    second?.leave({ status: 429, latencyMs: 5, retryAfterMs: 1 })
    await clock.advance(10_000)
    expect(third?.at).toBe(5000)
  })

  test('with another status is none', async () => {
    const { clock, visit } = gateStage({ maxConcurrent: 1 })
    const [first, second] = some(2, () => visit())
    await clock.settle()
    first?.leave({ status: 301, latencyMs: 5, retryAfterMs: 7000 })
    await clock.settle()
    expect(second?.at).toBe(0)
  })
})

describe('the adaptive delay', () => {
  test('slows down for a slow host, and not where it is off', async () => {
    for (const [adaptive, expected] of [
      [true, 100],
      [false, 0],
    ] as const) {
      const { clock, visit } = gateStage({ maxConcurrent: 10, adaptive })
      const first = visit()
      await clock.settle()
      first.leave({ status: 200, latencyMs: 2000 })
      const second = visit()
      await clock.advance(1000)
      expect(second.at).toBe(expected)
    }
  })

  test('backs off once for all who were under way when a host had too much', async () => {
    const { clock, visit } = gateStage({ maxConcurrent: 10 })
    const visitors = some(10, () => visit())
    await clock.advance(10)
    for (const one of visitors) one.leave({ status: 503, latencyMs: 5 })
    const next = visit()
    await clock.advance(1000)
    expect(next.at).toBe(250)
  })
})

describe('a deadline', () => {
  test('stands still while its request waits, and only then', async () => {
    const { clock, visit } = gateStage({ maxConcurrent: 1 })
    const said: string[] = []
    const deadline: Deadline = { pause: () => (said.push('pause'), () => void said.push('resume')) }
    const first = visit(undefined, { deadline })
    await clock.settle()
    expect(said).toEqual([])
    const [second, third] = some(2, () => visit(undefined, { deadline }))
    expect(said).toEqual(['pause', 'pause'])
    first.leave()
    await second?.entering
    third?.abort()
    expect(said).toEqual(['pause', 'pause', 'resume', 'resume'])
  })
})

test('a gate that is closed lets nobody in, and leaves no timer', async () => {
  const { clock, gate, visit } = gateStage({ delayMs: 1000 })
  const visitors = some(2, () => visit())
  await clock.settle()
  await gate.close()
  await clock.advance(5000)
  expect([visitors[1]?.at, clock.pendingTimers]).toEqual([undefined, 0])
  visitors[1]?.abort()
  await expect(visitors[1]?.entering).rejects.toMatchObject({ code: 'ABORTED' })
})
