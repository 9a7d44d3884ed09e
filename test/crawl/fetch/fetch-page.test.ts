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

  test.each([204, 304])('of status %i has no body, whatever length it says', async (status) => {
    const site = await startRaw((socket) =>
      socket.once('data', () => socket.write(`HTTP/1.1 ${status} So\r\nContent-Length: 500\r\n\r\n`)),
    )
    const page = await get(site.origin)
    expect([page.status, page.body.byteLength, page.bytesReceived]).toEqual([status, 0, 0])
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

  test('that says twice how long to wait means the first', async () => {
    const site = await startSite((_, response) => void response.setHeader('retry-after', ['3', '3']).end())
    expect((await get(site.origin)).headers['retry-after']).toBe('3')
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
    const onHop = (url: string): undefined => {
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

  test('with a flood of interim responses is no valid answer, long before its time is over', async () => {
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
    const { code, retryable } = await failure(get(site.origin))
    expect([code, retryable]).toEqual(['FETCH_FAILED', false])
    await eventually(() => site.open() === 0, 'the socket is closed')
  })
})
