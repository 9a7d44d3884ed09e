import { describe, expect, test } from 'vitest'
import { RiptideError } from '../../../src/core/errors.js'
import { failure, get, openDispatcher } from './fetching.js'
import { eventually, startRaw, startSite } from './local-site.js'

const text = (page: { readonly body: Uint8Array }): string => Buffer.from(page.body).toString()

describe('a page', () => {
  test('comes with where it was, what it said and what it is', async () => {
    const site = await startSite((_, response) => {
      response.writeHead(200, {
        'Content-Type': 'text/html; charset=utf-8',
        'X-Many': ['a', 'b'],
        'Set-Cookie': 'secret=1',
      })
      response.end('<p>h\u00e9llo')
    })
    const url = `${site.origin}/a/../b?q=1#part`
    const page = await get(url)
    expect(page).toMatchObject({
      url,
      finalUrl: `${site.origin}/b?q=1`,
      status: 200,
      redirects: [],
      contentType: 'text/html; charset=utf-8',
      bytesReceived: 9,
    })
    expect(page.headers).toMatchObject({ 'content-type': 'text/html; charset=utf-8', 'x-many': 'a, b' })
    expect(page.headers).not.toHaveProperty('set-cookie')
    expect(text(page)).toBe('<p>h\u00e9llo')
    expect(site.requests).toEqual(['GET /b?q=1'])
  })

  test.each([204, 304, 404, 410, 429, 500, 503])('of status %i is a page too', async (status) => {
    const site = await startSite((_, response) =>
      response
        .writeHead(status, { 'retry-after': '7' })
        .end(status === 204 || status === 304 ? undefined : 'body'),
    )
    const page = await get(site.origin)
    expect([page.status, page.headers['retry-after'], page.contentType]).toEqual([status, '7', null])
    expect(text(page)).toBe(status === 204 || status === 304 ? '' : 'body')
  })

  test('is asked for with our name, the codings we know and the headers of the app', async () => {
    const site = await startSite((_, response) => response.end())
    await get(site.origin, { headers: { 'X-Key': 'k', Accept: 'text/plain' } })
    expect(site.received[0]?.headers).toMatchObject({
      'user-agent': 'test-crawler/1.0',
      'accept-encoding': 'gzip, deflate, br',
      'x-key': 'k',
      accept: 'text/plain',
    })
  })

  test.each([
    ['Host', 'x', 'HEADER_FORBIDDEN'],
    ['content-length', '0', 'HEADER_FORBIDDEN'],
    ['Transfer-Encoding', 'chunked', 'HEADER_FORBIDDEN'],
    ['Accept-Encoding', 'zstd', 'HEADER_FORBIDDEN'],
    ['Proxy-Authorization', 'x', 'HEADER_FORBIDDEN'],
    ['X-A', 's3cret\r\nX-B: 1', 'HEADER_INVALID'],
    ['X A', 's3cret', 'HEADER_INVALID'],
    ['', 's3cret', 'HEADER_INVALID'],
    ['X-A', 's3cret\u2028', 'HEADER_INVALID'],
  ])('is not asked for with the header %j: %j', async (name, value, code) => {
    const site = await startSite((_, response) => response.end())
    const error = await failure(get(site.origin, { headers: { [name]: value } }))
    expect(error.code).toBe(code)
    expect(error.message).not.toContain('s3cret')
    expect(site.connections()).toBe(0)
  })

  test('may have headers of any name', async () => {
    const names = ['constructor', '__proto__', 'toString', 'hasOwnProperty']
    const head = names.map((name) => `${name}: x\r\n`).join('')
    const site = await startRaw((socket) =>
      socket.once('data', () => socket.end(`HTTP/1.1 200 OK\r\n${head}${head}Content-Length: 2\r\n\r\nok`)),
    )
    const page = await get(site.origin)
    expect(text(page)).toBe('ok')
    expect(Object.getPrototypeOf(page.headers)).toBe(Object.prototype)
    expect(Object.entries(page.headers)).toContainEqual(['constructor', 'x, x'])
  })

  test('is asked for again where the server gave up the old connection as we used it', async () => {
    let answered = 0
    const site = await startRaw((socket) =>
      socket.on('data', () => {
        // The second request on a connection meets a server that has just left.
        if (socket.bytesWritten > 0) return void socket.destroy()
        answered++
        return void socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok')
      }),
    )
    const dispatcher = openDispatcher({ maxConnectionsPerOrigin: 1 })
    for (let i = 0; i < 3; i++) expect(text(await get(site.origin, { dispatcher }))).toBe('ok')
    expect([answered, site.connections()]).toEqual([3, 3])
  })
})

describe('a url that may not be fetched', () => {
  test.each([
    ['http://127.0.0.1/', 'URL_BLOCKED'],
    ['http://localhost/', 'URL_BLOCKED'],
    ['file:///etc/passwd', 'URL_SCHEME'],
    ['http://user:s3cret@site.test/', 'URL_CREDENTIALS'],
    ['http://site.test:22/', 'URL_PORT'],
    ['nonsense', 'URL_INVALID'],
  ])('is refused before anything happens: %s', async (url, code) => {
    const hops: string[] = []
    const error = await failure(get(url, { allowPrivateNetwork: false, onHop: (hop) => void hops.push(hop) }))
    expect([error.code, error.retryable, hops]).toEqual([code, false, []])
    expect(error.message).not.toContain('s3cret')
  })

  test('is refused by the word of `onHop`, before each request', async () => {
    const site = await startSite((request, response) =>
      response.writeHead(request.url === '/' ? 302 : 200, { location: '/forbidden' }).end(),
    )
    const hops: string[] = []
    const onHop = (url: string): void => {
      hops.push(url)
      if (url.endsWith('/forbidden')) throw new RiptideError('ROBOTS_FORBIDDEN', 'no')
    }
    expect((await failure(get(site.origin, { onHop }))).code).toBe('ROBOTS_FORBIDDEN')
    expect([hops, site.requests]).toEqual([[`${site.origin}/`, `${site.origin}/forbidden`], ['GET /']])
  })
})

describe('a server that fails', () => {
  test.each([
    ['closes at once', '', 'FETCH_FAILED', true],
    ['closes in the headers', 'HTTP/1.1 200 OK\r\nContent-', 'FETCH_FAILED', true],
    ['closes in the body', 'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc', 'FETCH_FAILED', true],
    [
      'closes in a chunk',
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab',
      'FETCH_FAILED',
      true,
    ],
    ['speaks another protocol', 'SSH-2.0-OpenSSH_9.2\r\n', 'FETCH_FAILED', false],
    [
      'has two lengths',
      'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nabc',
      'FETCH_FAILED',
      false,
    ],
    [
      'has a header of 100 kB',
      `HTTP/1.1 200 OK\r\nX: ${'x'.repeat(100_000)}\r\n\r\n`,
      'RESPONSE_TOO_LARGE',
      false,
    ],
  ])(
    'as it %s has a typed error without addresses, and leaves no socket',
    async (_, answer, code, retryable) => {
      const site = await startRaw((socket) => socket.once('data', () => socket.end(answer)))
      const error = await failure(get(site.origin))
      expect([error.code, error.retryable]).toEqual([code, retryable])
      expect(`${error.message} ${JSON.stringify(error.facts)}`).not.toContain('127.0.0.1')
      expect(error.cause).toBeUndefined()
      await eventually(() => site.open() === 0, 'the socket is closed')
    },
  )

  test('with a flood of interim responses is ended by the time limit', async () => {
    const site = await startRaw((socket) => {
      socket.once('data', () => {
        const pour = (): void => {
          while (
            !socket.destroyed &&
            socket.write('HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n'.repeat(50))
          );
        }
        socket.on('drain', pour)
        pour()
      })
    })
    expect((await failure(get(site.origin, { totalTimeoutMs: 100 }))).code).toBe('TIMEOUT')
    await eventually(() => site.open() === 0, 'the socket is closed')
  })
})

describe('the time of a fetch', () => {
  test('ends in TIMEOUT for a server that never answers', async () => {
    const site = await startRaw((socket) => socket.resume())
    const error = await failure(get(site.origin, { totalTimeoutMs: 60, idleTimeoutMs: 10 }))
    expect([error.code, error.retryable]).toEqual(['TIMEOUT', true])
    await eventually(() => site.open() === 0, 'the socket is closed')
  })

  test('ends in TIMEOUT for a server that drips, however alive it is', async () => {
    const site = await startSite((_, response) => {
      const drip = setInterval(() => response.write('x'), 5)
      response.once('close', () => clearInterval(drip))
    })
    expect((await failure(get(site.origin, { totalTimeoutMs: 150, idleTimeoutMs: 5000 }))).code).toBe(
      'TIMEOUT',
    )
    await eventually(() => site.open() === 0, 'the socket is closed')
  })

  test('ends in TIMEOUT for redirects that take long in sum', async () => {
    let n = 0
    const site = await startSite((_, response) => {
      setTimeout(() => response.writeHead(302, { location: `/${n++}` }).end(), 30)
    })
    expect((await failure(get(site.origin, { totalTimeoutMs: 150, maxRedirects: 50 }))).code).toBe('TIMEOUT')
  })

  test('ends in TIMEOUT in `onHop`', async () => {
    const onHop = (): Promise<void> => new Promise(() => undefined)
    expect((await failure(get('http://127.0.0.1:1/', { totalTimeoutMs: 30, onHop }))).code).toBe('TIMEOUT')
  })

  test.each([
    ['a page', 200, {}],
    ['a redirect', 302, { location: '/x', 'content-length': '100' }],
  ])('ends in RESPONSE_IDLE for a server that falls silent in the body of %s', async (_, status, headers) => {
    const site = await startSite((_request, response) => response.writeHead(status, headers).write('x'))
    const error = await failure(get(site.origin, { idleTimeoutMs: 50 }))
    expect([error.code, error.retryable]).toEqual(['RESPONSE_IDLE', true])
    await eventually(() => site.open() === 0, 'the socket is closed')
  })

  test('does not end in RESPONSE_IDLE for a server that is slow to begin', async () => {
    const site = await startSite((_, response) => {
      setTimeout(() => response.end('late'), 80)
    })
    expect(text(await get(site.origin, { idleTimeoutMs: 20 }))).toBe('late')
  })
})

describe('the signal of a fetch', () => {
  const reason = new RiptideError('CANCELLED', 'no longer wanted')

  test('ends it before it begins', async () => {
    const site = await startSite((_, response) => response.end())
    expect(await failure(get(site.origin, { signal: AbortSignal.abort(reason) }))).toBe(reason)
    expect(site.connections()).toBe(0)
  })

  test.each(['http', 'https'])(
    'ends it while it connects or waits for the headers (%s), and leaves no socket',
    async (scheme) => {
      const site = await startRaw((socket) => socket.resume())
      const controller = new AbortController()
      const fetching = failure(get(`${scheme}://127.0.0.1:${site.port}/`, { signal: controller.signal }))
      await eventually(() => site.open() === 1, 'it is connected')
      controller.abort(reason)
      expect(await fetching).toBe(reason)
      await eventually(() => site.open() === 0, 'the socket is closed')
    },
  )

  test('ends it in the lookup', async () => {
    const controller = new AbortController()
    const lookup = (): void => controller.abort(reason)
    expect(
      await failure(
        get('http://site.test/', { signal: controller.signal, dispatcher: openDispatcher({ lookup }) }),
      ),
    ).toBe(reason)
  })

  test('ends it in the body, and leaves no socket', async () => {
    const controller = new AbortController()
    const site = await startSite((_, response) => {
      response.write('x'.repeat(1000), () => controller.abort(reason))
    })
    expect(await failure(get(site.origin, { signal: controller.signal }))).toBe(reason)
    await eventually(() => site.open() === 0, 'the socket is closed')
  })

  test('ends it while it waits for a connection, and hurts nobody else', async () => {
    let release = (): void => undefined
    const site = await startSite((_, response) => {
      release = () => response.end('done')
    })
    const dispatcher = openDispatcher({ maxConnectionsPerOrigin: 1 })
    const first = get(`${site.origin}/1`, { dispatcher })
    await eventually(() => site.requests.length === 1, 'the first is under way')
    const controller = new AbortController()
    const second = failure(get(`${site.origin}/2`, { dispatcher, signal: controller.signal }))
    controller.abort(reason)
    expect(await second).toBe(reason)
    release()
    expect(text(await first)).toBe('done')
    const third = get(`${site.origin}/3`, { dispatcher })
    await eventually(() => site.requests.length === 2, 'the third is under way')
    release()
    expect(text(await third)).toBe('done')
    expect(site.requests).toEqual(['GET /1', 'GET /3'])
  })

  test('is left without a listener', async () => {
    const site = await startSite((_, response) => response.end())
    const controller = new AbortController()
    let listeners = 0
    const { signal } = controller
    const add = signal.addEventListener.bind(signal)
    const remove = signal.removeEventListener.bind(signal)
    signal.addEventListener = (...args: Parameters<typeof add>) => (listeners++, add(...args))
    signal.removeEventListener = (...args: Parameters<typeof remove>) => (listeners--, remove(...args))
    await get(site.origin, { signal })
    expect(listeners).toBe(0)
  })
})
