import { describe, expect, test } from 'vitest'
import { deferred } from '../../../src/core/abort.js'
import { type ErrorCode, RiptideError } from '../../../src/core/errors.js'
import { type AttemptRules, attemptUrl } from '../../../src/crawl/url-attempts.js'
import { FakeClock } from '../../../src/testing/fake-clock.js'
import { siteOf, stageOf } from './closing-stage.js'
import { type Route, answer, html } from './site.js'

const passing = (code: ErrorCode = 'CONNECT_FAILED', facts = {}) =>
  new RiptideError(code, 'no', { retryable: true, facts })

/** Tries a url that fails so often, and tells when each try was made. */
function trial(failures: readonly RiptideError[], options: Partial<AttemptRules> = {}) {
  const clock = new FakeClock()
  const start = clock.monotonic()
  const at: number[] = []
  const rules: AttemptRules = {
    retries: 3,
    timeoutMs: 30_000,
    longestWaitMs: 120_000,
    clock,
    random: () => 0,
    signal: new AbortController().signal,
    deadline: { pause: () => () => undefined },
    ...options,
  }
  const work = attemptUrl(rules, async (_, count) => {
    at.push(clock.monotonic() - start)
    return Promise.resolve({ value: count, failure: failures[count - 1] ?? null })
  })
  return { clock, at, work }
}

describe('trying a url again', () => {
  test('waits half a second, then twice as long each time', async () => {
    const { clock, at, work } = trial([passing(), passing(), passing(), passing()])
    await clock.advance(60_000)
    expect([await work, at]).toEqual([4, [0, 500, 1500, 3500]])
  })

  test('waits for less by chance, down to half', async () => {
    const { clock, at, work } = trial([passing(), passing()], { random: () => 0.999_999 })
    await clock.advance(60_000)
    await work
    expect(at.map(Math.round)).toEqual([0, 250, 750])
  })

  test('ends with the first success', async () => {
    const { clock, at, work } = trial([passing()])
    await clock.advance(60_000)
    expect([await work, at.length]).toEqual([2, 2])
  })

  test.each<[string, RiptideError]>([
    ['what will not pass', new RiptideError('HTTP_STATUS', 'no', { facts: { status: 404 } })],
    ['a page that took all its time', passing('TIMEOUT')],
    ['a robots.txt that cannot be had', passing('ROBOTS_FORBIDDEN')],
    ['a robots.txt that may be asked for at once', passing('ROBOTS_FORBIDDEN', { retryAfter: '0' })],
    ['a crawler that closes', passing('SHUTDOWN')],
    [
      'a server that asks to wait for longer than is waited here',
      passing('HTTP_STATUS', { retryAfter: '121' }),
    ],
  ])('is not done for %s', async (_, failure) => {
    const { at, work } = trial([failure])
    expect([await work, at.length]).toEqual([1, 1])
  })

  test.each(['HTTP_STATUS', 'ROBOTS_FORBIDDEN'] as const)(
    'is done for a server that asks to wait a while: its host is waited for, not here (%s)',
    async (code) => {
      const { clock, at, work } = trial([passing(code, { retryAfter: '120' })])
      await clock.advance(1000)
      expect([await work, at.length]).toEqual([2, 2])
    },
  )

  test('is not begun when the time would be over before', async () => {
    const { clock, at, work } = trial([passing(), passing()], { timeoutMs: 1000 })
    await clock.advance(60_000)
    expect([await work, at.length]).toEqual([2, 2])
  })

  test('has the time back in which the deadline stood still', async () => {
    const clock = new FakeClock()
    let tries = 0
    const wait = deferred<undefined>()
    const signal = new AbortController().signal
    const deadline = { pause: () => () => undefined }
    const rules = { retries: 1, timeoutMs: 1000, longestWaitMs: 0, clock, random: () => 0, signal, deadline }
    const work = attemptUrl(rules, async (paused) => {
      tries++
      const resume = paused.pause()
      await wait.promise
      resume()
      return { value: null, failure: passing() }
    })
    await clock.advance(5000)
    wait.resolve(undefined)
    await clock.advance(1000)
    await work
    expect(tries).toBe(2)
  })

  test('ends at once when its signal aborts in a pause', async () => {
    const controller = new AbortController()
    const { clock, at, work } = trial([passing(), passing()], { signal: controller.signal })
    const end = expect(work).rejects.toMatchObject({ code: 'CANCELLED' })
    await clock.advance(100)
    controller.abort(new RiptideError('CANCELLED', 'enough'))
    await end
    expect(at).toEqual([0])
  })

  test('throws what the last try threw', async () => {
    const clock = new FakeClock()
    const signal = new AbortController().signal
    const deadline = { pause: () => () => undefined }
    const rules = { retries: 1, timeoutMs: 9e9, longestWaitMs: 0, clock, random: () => 0, signal, deadline }
    let tries = 0
    const work = attemptUrl(rules, () =>
      Promise.reject(passing(++tries === 1 ? 'DNS_FAILED' : 'CONNECT_FAILED')),
    )
    const end = expect(work).rejects.toMatchObject({ code: 'CONNECT_FAILED' })
    await clock.advance(1000)
    await end
  })
})

describe('a url of a batch', () => {
  const flaky = (failures: number): Route => {
    let left = failures
    return (request, response) =>
      left-- > 0 ? answer(503)(request, response) : html('at last')(request, response)
  }

  test('is tried once more by default, and its page says how often', async () => {
    const site = await siteOf({
      '/once': flaky(1),
      '/twice': flaky(2),
      '/gone': answer(404),
      '/fine': html('fine'),
    })
    const urls = ['/once', '/twice', '/gone', '/fine'].map((path) => site.url(path))
    const { results } = await stageOf().batch([...urls, 'http://localhost.:1/', 'no url'])
    expect(results.map((page) => [page.error?.code ?? 'ok', page.status, page.attempts])).toEqual([
      ['ok', 200, 2],
      ['HTTP_STATUS', 503, 2],
      ['HTTP_STATUS', 404, 1],
      ['ok', 200, 1],
      ['CONNECT_FAILED', null, 2],
      ['URL_INVALID', null, 0],
    ])
  })

  test('is tried as often as the app says', async () => {
    const site = await siteOf({ '/': flaky(1) })
    const { results } = await stageOf({ crawl: { urlRetries: 0 } }).batch([site.url('/')])
    expect([results[0]?.error?.code, results[0]?.attempts, site.hits('/')]).toEqual(['HTTP_STATUS', 1, 1])
  })

  test('is tried again when its server lets, where that said when', async () => {
    const at: number[] = []
    const site = await siteOf({
      '/': (request, response) => {
        at.push(performance.now())
        const isFirst = at.length === 1
        if (isFirst) answer(429, { 'retry-after': '1' })(request, response)
        else html('at last')(request, response)
      },
    })
    // Waiting for its host costs a page none of its time.
    const { results } = await stageOf().batch([site.url('/')], { timeoutMs: 900 })
    expect([results[0]?.error, results[0]?.attempts]).toEqual([null, 2])
    expect((at[1] ?? 0) - (at[0] ?? 0)).toBeGreaterThanOrEqual(990)
  })

  test('is tried again once for all who wait for it', async () => {
    const site = await siteOf({ '/': flaky(1) })
    const { results } = await stageOf().batch([site.url('/'), site.url('/')])
    expect([results.map((page) => page.attempts), site.hits('/')]).toEqual([[2, 2], 2])
  })

  test('was tried as often for all who waited for it, where nobody answers', async () => {
    const site = await siteOf({})
    const url = site.url('/')
    await site.close()
    const { results } = await stageOf().batch([url, url])
    expect(results.map((page) => [page.error?.code, page.attempts])).toEqual([
      ['CONNECT_FAILED', 2],
      ['CONNECT_FAILED', 2],
    ])
  })

  test('is not tried again within the run of a single crawl, which is tried again as a job', async () => {
    const site = await siteOf({ '/': flaky(1) })
    await expect(stageOf().single(site.url('/'))).rejects.toMatchObject({
      code: 'HTTP_STATUS',
      retryable: true,
    })
    expect(site.hits('/')).toBe(1)
  })
})
