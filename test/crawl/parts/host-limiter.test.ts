import { afterEach, describe, expect, test } from 'vitest'
import { type HostLimiter, createHostLimiter } from '../../../src/crawl/parts/host-limiter.js'
import { FakeClock } from '../../../src/testing/fake-clock.js'
import { codeOf, countedStorage, here, rejectionOf } from './part-stage.js'

const { logger } = here
const url = 'https://example.com/a'

describe('a host limiter', () => {
  let hosts: HostLimiter | undefined
  afterEach(() => hosts?.close())

  /** Whether a promise has settled by the time that all which is ready has run. */
  const isSettled = async (promise: Promise<unknown>): Promise<boolean> => {
    let settled = false
    promise.then(
      () => (settled = true),
      () => (settled = true),
    )
    for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve))
    return settled
  }

  test('lets so many requests to a host start at a time, and those to others at once', async () => {
    hosts = createHostLimiter({ maxConcurrent: 1, logger })
    const first = await hosts.enter(url)
    const second = hosts.enter('https://example.com/b')
    await hosts.enter('https://example.org/')
    expect(await isSettled(second)).toBe(false)
    first.leave({ status: 200, latencyMs: 5 })
    ;(await second).leave()
  })

  test('lets nobody start while a host asks to wait', async () => {
    const clock = new FakeClock()
    hosts = createHostLimiter({ clock, logger })
    ;(await hosts.enter(url)).leave({ status: 503, latencyMs: 5, retryAfterMs: 60_000 })
    const next = hosts.enter(url)
    await clock.advance(59_000)
    expect(await isSettled(next)).toBe(false)
    await clock.advance(5_000)
    ;(await next).leave()
  })

  test('keeps the delay that a request asks for', async () => {
    const clock = new FakeClock()
    hosts = createHostLimiter({ clock, logger })
    ;(await hosts.enter(url)).leave()
    const next = hosts.enter(url, { minDelayMs: 2_000 })
    await clock.advance(1_900)
    expect(await isSettled(next)).toBe(false)
    await clock.advance(200)
    ;(await next).leave()
  })

  test('lets who aborts out of the line', async () => {
    hosts = createHostLimiter({ maxConcurrent: 1, logger })
    await hosts.enter(url)
    const leaving = new AbortController()
    const waiting = hosts.enter(url, { signal: leaving.signal })
    leaving.abort()
    expect(await rejectionOf(waiting)).toBe('ABORTED')
  })

  test('keeps its limits together with others on the same storage', async () => {
    const storage = { ...countedStorage(), isPrivate: false }
    hosts = createHostLimiter({ maxConcurrent: 1, storage, logger })
    const other = createHostLimiter({ maxConcurrent: 1, storage, logger })
    const pass = await hosts.enter(url)
    const leaving = new AbortController()
    const waiting = other.enter(url, { signal: leaving.signal })
    expect(await isSettled(waiting)).toBe(false)
    pass.leave()
    ;(await waiting).leave()
    await other.close()
    expect(storage.opened).toBe(2)
  })

  test('names what is wrong', async () => {
    expect(codeOf(() => createHostLimiter({ maxConcurrent: 0 }))).toBe('CONFIG_INVALID')
    expect(() => createHostLimiter({ maxConcurent: 1 } as object)).toThrow(/maxConcurrent/)
    hosts = createHostLimiter({ logger })
    expect(await rejectionOf(hosts.enter('nowhere'))).toBe('URL_INVALID')
    expect(await rejectionOf(hosts.enter(url, { minDelayMs: -1 }))).toBe('ARGUMENT_INVALID')
  })
})
