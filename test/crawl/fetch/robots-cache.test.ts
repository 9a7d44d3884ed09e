import { describe, expect, test } from 'vitest'
import { type Clock, systemClock } from '../../../src/core/clock.js'
import { type ErrorCode, RiptideError } from '../../../src/core/errors.js'
import {
  type RobotsAnswer,
  type RobotsGateOptions,
  createRobotsGate,
} from '../../../src/crawl/fetch/robots-cache.js'
import type { RobotsFetch } from '../../../src/crawl/fetch/robots-file.js'
import { failure, get, openDispatcher } from './fetching.js'
import { startSite } from './local-site.js'

const never = new AbortController().signal
const forbidX = 'User-agent: *\nDisallow: /x\n'
const page = (
  status: number,
  text = '',
  headers: Record<string, string> = {},
): Awaited<ReturnType<RobotsFetch>> => ({
  status,
  headers,
  body: Buffer.from(text),
})

/** A gate whose robots.txt files come from a function, whose time stands still, and what it asked for. */
function gateOf(answer: RobotsFetch, options: Partial<RobotsGateOptions> = {}) {
  let time = 0
  const clock: Clock = { ...systemClock, now: () => time, monotonic: () => time }
  const asked: string[] = []
  const fetch: RobotsFetch = (url, signal, deadline) => {
    asked.push(url)
    return answer(url, signal, deadline)
  }
  const gate = createRobotsGate({ fetch, userAgent: 'test-crawler/1.0', clock, ...options })
  const allowed = async (url: string, signal = never): Promise<boolean> =>
    allowedOf(await gate.ask(url, signal))
  return { gate, allowed, asked, pass: (ms: number) => void (time += ms) }
}

function allowedOf(answer: RobotsAnswer): boolean {
  if ('restMs' in answer) throw new Error(`not to be asked for ${answer.restMs} ms`)
  return answer.allowed
}

const failing =
  (code: ErrorCode): RobotsFetch =>
  () =>
    Promise.reject(new RiptideError(code, `it is ${code}`))

describe('the gate', () => {
  test('asks each origin once, and judges its urls by the answer', async () => {
    const { allowed, asked } = gateOf(() => Promise.resolve(page(200, forbidX)))
    const urls = ['http://a.test/x', 'http://a.test/y?x#z', 'http://a.test:8080/x', 'https://a.test/y']
    expect(await Promise.all(urls.map((url) => allowed(url, never)))).toEqual([false, true, false, true])
    expect(await allowed('http://a.test/xyz', never)).toBe(false)
    expect(asked).toEqual([
      'http://a.test/robots.txt',
      'http://a.test:8080/robots.txt',
      'https://a.test/robots.txt',
    ])
  })

  test.each([204, 301, 400, 401, 403, 404, 410, 451])(
    'allows all where there is no robots.txt (%i)',
    async (status) => {
      const { allowed, asked } = gateOf(() => Promise.resolve(page(status, 'User-agent: *\nDisallow: /')))
      const expected = status !== 204
      expect(await allowed('http://a.test/x', never)).toBe(expected)
      await allowed('http://a.test/y', never)
      expect(asked).toHaveLength(1)
    },
  )

  test.each([429, 500, 503, 599])(
    'allows nothing while the server fails (%i), but asks again soon',
    async (status) => {
      let answer = page(status)
      const { allowed, asked, pass } = gateOf(() => Promise.resolve(answer))
      for (let i = 0; i < 2; i++) {
        const error = await failure(allowed('http://a.test/x', never))
        expect([error.code, error.retryable, error.facts]).toEqual(['ROBOTS_FORBIDDEN', true, { status }])
      }
      expect(asked).toHaveLength(1)
      answer = page(200, forbidX)
      pass(20_000)
      expect(await allowed('http://a.test/y', never)).toBe(true)
    },
  )

  test.each<[number, string, number]>([
    [429, '60', 60_000],
    [503, '60', 60_000],
    [429, 'Thu, 01 Jan 1970 00:00:45 GMT', 45_000],
    [500, '1', 1_000],
    [429, '86400', 90_000],
  ])('asks again when the server wants it, within bounds: %i, after %s', async (status, retryAfter, ms) => {
    const { gate, allowed, asked, pass } = gateOf(
      () => Promise.resolve(page(status, '', { 'retry-after': retryAfter })),
      { maxRetryAfterMs: 90_000 },
    )
    const both = await Promise.all(['/x', '/y'].map((path) => failure(allowed(`http://a.test${path}`))))
    for (const error of both)
      expect(error).toMatchObject({ code: 'ROBOTS_FORBIDDEN', facts: { status, retryAfter } })
    pass(ms - 1)
    expect(await gate.ask('http://a.test/x', never)).toEqual({ restMs: 1 })
    expect(asked).toHaveLength(1)
    pass(1)
    await failure(allowed('http://a.test/x', never))
    expect(asked).toHaveLength(2)
  })

  test.each(['soon', '0', 'Thu, 01 Jan 1970 00:00:00 GMT'])(
    'knows no time to come in the Retry-After %j',
    async (retryAfter) => {
      const { allowed, asked, pass } = gateOf(() =>
        Promise.resolve(page(429, '', { 'retry-after': retryAfter })),
      )
      await failure(allowed('http://a.test/x'))
      pass(19_999)
      await failure(allowed('http://a.test/x'))
      expect(asked).toHaveLength(1)
    },
  )

  test('does not fail for what another process was told, but says how much of the wait is left', async () => {
    const facts = { status: 429, retryAfter: '60' }
    const file = new RiptideError('ROBOTS_FORBIDDEN', 'for now', { retryable: true, facts })
    const shelf = { get: () => Promise.resolve({ file, leftMs: 25_000 }) }
    const { gate } = gateOf(() => Promise.resolve(page(200)), { shelf })
    expect(await gate.ask('http://a.test/x', never)).toEqual({ restMs: 25_000 })
  })

  test('does not take a failure for longer than any lasts, whoever put it down', async () => {
    const file = new RiptideError('ROBOTS_FORBIDDEN', 'for now', { retryable: true })
    let lookups = 0
    const shelf = { get: () => (lookups++, Promise.resolve({ file, leftMs: 86_400_000 })) }
    const { allowed, pass } = gateOf(() => Promise.resolve(page(200)), { shelf, maxRetryAfterMs: 90_000 })
    await failure(allowed('http://a.test/x', never))
    pass(90_000)
    await failure(allowed('http://a.test/x', never))
    expect(lookups).toBe(2)
  })

  test.each([
    'TIMEOUT',
    'RESPONSE_TOO_LARGE',
    'RESPONSE_IDLE',
    'FETCH_FAILED',
    'RESPONSE_CORRUPT',
    'URL_SCHEME',
    'REDIRECT_INVALID',
  ] as const)('allows nothing while robots.txt cannot be had (%s)', async (code) => {
    const error = await failure(gateOf(failing(code)).allowed('http://a.test/x', never))
    expect([error.code, error.retryable]).toEqual(['ROBOTS_FORBIDDEN', true])
  })

  test.each(['DNS_FAILED', 'CONNECT_FAILED', 'CONNECT_TIMEOUT', 'TLS_FAILED', 'URL_BLOCKED'] as const)(
    'says what is wrong with the host where that is what is wrong (%s)',
    async (code) => {
      expect((await failure(gateOf(failing(code)).allowed('http://a.test/x', never))).code).toBe(code)
    },
  )

  test.each(['REDIRECT_LIMIT', 'REDIRECT_LOOP'] as const)(
    'takes too many redirects for none (%s)',
    async (code) => {
      expect(await gateOf(failing(code)).allowed('http://a.test/x', never)).toBe(true)
    },
  )

  test('asks again after a day, and keeps to the old answer while there is no new one', async () => {
    const answers = [page(200, forbidX), page(503), page(503), page(404)]
    const { allowed, asked, pass } = gateOf(() => Promise.resolve(answers.shift() ?? page(404)))
    const x = (): Promise<boolean> => allowed('http://a.test/x', never)
    expect(await x()).toBe(false)
    pass(86_399_999)
    expect([await x(), asked.length]).toEqual([false, 1])
    pass(1)
    expect([await x(), await x(), asked.length]).toEqual([false, false, 2])
    pass(20_000)
    expect([await x(), asked.length]).toEqual([false, 3])
    pass(20_000)
    expect([await x(), asked.length]).toEqual([true, 4])
  })

  test('forgets the origin that was asked for least recently', async () => {
    const { allowed, asked } = gateOf(() => Promise.resolve(page(404)), { maxOrigins: 2 })
    for (const host of ['a', 'b', 'a', 'c', 'a', 'b']) await allowed(`http://${host}.test/`, never)
    expect(asked.map((url) => url.slice(7, 8))).toEqual(['a', 'b', 'c', 'b'])
  })

  test('holds no more text than 32 MiB, however many origins it may know', async () => {
    const large = forbidX + `#${'x'.repeat(98)}\n`.repeat(6_000)
    const { allowed, asked } = gateOf(() => Promise.resolve(page(200, large)))
    for (let i = 0; i < 70; i++) await allowed(`http://${i}.test/`, never)
    await allowed('http://69.test/', never)
    expect(asked).toHaveLength(70)
    await allowed('http://0.test/', never)
    expect(asked).toHaveLength(71)
  })

  test('reads robots.txt as UTF-8', async () => {
    const { allowed } = gateOf(() => Promise.resolve(page(200, '\ufeffUser-agent: *\nDisallow: /\u30c4\n')))
    expect(await allowed('http://a.test/%E3%83%84', never)).toBe(false)
  })
})

describe('beside its rules', () => {
  test('a robots.txt tells a Crawl-delay', async () => {
    const text = `${forbidX}Crawl-delay: 1.5`
    const { gate } = gateOf(() => Promise.resolve(page(200, text)))
    expect(await gate.ask('http://a.test/y', never)).toEqual({ allowed: true, crawlDelayMs: 1500 })
  })

  test('it may pause the time of all who wait for it', async () => {
    let paused = 0
    const deadline = { pause: () => (paused++, () => void paused--) }
    let goOn = (): void => undefined
    const { gate } = gateOf(async (_, __, group) => {
      const resume = group.pause()
      await new Promise<void>((resolve) => (goOn = resolve))
      resume()
      return page(404)
    })
    const asking = [1, 2].map(() => gate.ask('http://a.test/y', never, deadline))
    expect(paused).toBe(2)
    goOn()
    await Promise.all(asking)
    expect(paused).toBe(0)
  })
})

describe('those who ask at once', () => {
  test('share one request, and one of them may leave alone', async () => {
    let arrive = (_: Awaited<ReturnType<RobotsFetch>>): void => undefined
    const aborted: unknown[] = []
    const { allowed, asked } = gateOf((_, signal) => {
      signal.addEventListener('abort', () => aborted.push(signal.reason))
      return new Promise((resolve) => (arrive = resolve))
    })
    const controller = new AbortController()
    const leaving = failure(allowed('http://a.test/x', controller.signal))
    const staying = allowed('http://a.test/x', never)
    const reason = new RiptideError('CANCELLED', 'no longer wanted')
    controller.abort(reason)
    expect(await leaving).toBe(reason)
    arrive(page(200, forbidX))
    expect(await staying).toBe(false)
    expect([asked.length, aborted]).toEqual([1, []])
  })

  test('end the request when all of them leave, and leave no answer behind', async () => {
    const reason = new RiptideError('CANCELLED', 'no longer wanted')
    let calls = 0
    const { allowed, asked } = gateOf((_, signal) => {
      if (calls++ > 0) return Promise.resolve(page(200, forbidX))
      return new Promise((_resolve, reject) =>
        signal.addEventListener('abort', () => reject(signal.reason as Error)),
      )
    })
    const controller = new AbortController()
    const leaving = failure(allowed('http://a.test/x', controller.signal))
    controller.abort(reason)
    expect(await leaving).toBe(reason)
    expect(await failure(allowed('http://a.test/x', controller.signal))).toBe(reason)
    expect([await allowed('http://a.test/x', never), asked.length]).toEqual([false, 2])
  })
})

describe('with a real server', () => {
  test.each([
    [5, false],
    [6, true],
  ])('%i redirects on the way to robots.txt leave a page allowed: %s', async (redirects, allowed) => {
    const site = await startSite((request, response) => {
      const n = Number(request.url?.replace(/\D/g, '') ?? 0)
      if (n < redirects) return response.writeHead(302, { location: `/r/${n + 1}` }).end()
      return response.end(forbidX)
    })
    const dispatcher = openDispatcher()
    const fetch: RobotsFetch = (url, signal) => get(url, { dispatcher, signal, maxRedirects: 5 })
    const gate = createRobotsGate({ fetch, userAgent: 'test-crawler/1.0', clock: systemClock })
    expect(allowedOf(await gate.ask(`${site.origin}/x`, never))).toBe(allowed)
  })
})
