import type { LookupFunction, Socket } from 'node:net'
import { describe, expect, test } from 'vitest'
import { failure, get, openDispatcher } from './fetching.js'
import { eventually, startRaw, startSite } from './local-site.js'

const text = (page: { readonly body: Uint8Array }): string => Buffer.from(page.body).toString()

/** A site that redirects as the table says, and answers `arrived` elsewhere. */
function redirecting(
  table: Readonly<Record<string, readonly [status: number, location: string | undefined]>>,
) {
  return startSite((request, response) => {
    const entry = table[request.url ?? '']
    if (!entry) return response.end('arrived')
    const [status, location] = entry
    return response.writeHead(status, location === undefined ? {} : { location }).end('on the way')
  })
}

describe('a redirect', () => {
  test.each([301, 302, 303, 307, 308])('with status %i is followed and recorded', async (status) => {
    const site = await redirecting({ '/': [status, '/end'] })
    const page = await get(site.origin)
    expect(text(page)).toBe('arrived')
    expect([page.url, page.finalUrl]).toEqual([site.origin, `${site.origin}/end`])
    expect(page.redirects).toEqual([{ url: `${site.origin}/`, status, location: `${site.origin}/end` }])
    expect(site.requests).toEqual(['GET /', 'GET /end'])
  })

  test.each([
    ['/b/c', '/b/c'],
    ['c', '/a/c'],
    ['../c', '/c'],
    ['?q', '/a/b?q'],
    [' /b ', '/b'],
    ['/b#part', '/b'],
    ['/f\u00fcr', '/f%C3%BCr'],
    ['//HOST/b', '/b'],
  ])('to %j leads to %s', async (location, path) => {
    const site = await startRaw((socket) => {
      socket.on('data', (request) => {
        const isStart = request.toString().startsWith('GET /a/b HTTP')
        const head = isStart
          ? `302 Found\r\nLocation: ${location.replace('HOST', `127.0.0.1:${site.port}`)}`
          : '200 OK'
        socket.write(`HTTP/1.1 ${head}\r\nContent-Length: 0\r\n\r\n`)
      })
    })
    expect((await get(`${site.origin}/a/b`)).finalUrl).toBe(`${site.origin}${path}`)
  })

  test.each([
    [302, undefined],
    [302, ''],
    [300, '/other'],
    [304, '/other'],
    [305, '/other'],
    [201, '/other'],
  ])('is none with status %i and location %j: the response is the page', async (status, location) => {
    const site = await redirecting({ '/': [status, location] })
    const page = await get(site.origin)
    expect([page.status, page.redirects, page.finalUrl]).toEqual([status, [], `${site.origin}/`])
  })

  test('uses the connection again', async () => {
    const site = await redirecting({ '/': [302, '/1'], '/1': [302, '/2'] })
    await get(site.origin, { dispatcher: openDispatcher({ maxConnectionsPerOrigin: 1 }) })
    expect([site.requests.length, site.connections()]).toEqual([3, 1])
  })

  test('is not waited for beyond its headers when its body is large', async () => {
    const site = await startSite((request, response) => {
      if (request.url === '/end') return response.end('arrived')
      response.writeHead(302, { location: '/end' })
      return response.write('x'.repeat(100_000))
    })
    expect(text(await get(site.origin))).toBe('arrived')
  })

  test.each([
    ['never comes', (socket: Socket) => socket.resume()],
    ['breaks off', (socket: Socket) => socket.end()],
    ['is cut', (socket: Socket) => socket.resetAndDestroy()],
  ])('is followed though the body that it announces %s, and leaves no socket of it', async (_, goOn) => {
    const site = await startRaw((socket) => {
      socket.on('data', (request) => {
        if (request.toString().startsWith('GET /end HTTP'))
          return socket.end('HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\narrived')
        return socket.write('HTTP/1.1 302 Found\r\nLocation: /end\r\nContent-Length: 100\r\n\r\nx', () => {
          goOn(socket)
        })
      })
    })
    expect(text(await get(site.origin))).toBe('arrived')
    await eventually(() => site.open() === 0, 'the sockets are closed')
  })

  test('is followed over the one connection there is, though its body never comes', async () => {
    const site = await startRaw((socket) => {
      socket.on('data', (request) => {
        if (request.toString().startsWith('GET /end HTTP'))
          return socket.end('HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\narrived')
        return socket.write('HTTP/1.1 302 Found\r\nLocation: /end\r\nContent-Length: 100\r\n\r\nx')
      })
    })
    const dispatcher = openDispatcher({ maxConnectionsPerOrigin: 1 })
    expect(text(await get(site.origin, { dispatcher }))).toBe('arrived')
  })
})

describe('redirects', () => {
  test.each([
    ['to itself', { '/': [302, '/'] as const }],
    ['to itself but for the fragment', { '/': [302, '/#again'] as const }],
    ['in a circle', { '/': [302, '/1'] as const, '/1': [302, '/2'] as const, '/2': [302, '/1'] as const }],
  ])('%s are REDIRECT_LOOP', async (_, table) => {
    const error = await failure(get((await redirecting(table)).origin))
    expect([error.code, error.retryable]).toEqual(['REDIRECT_LOOP', false])
  })

  test('are followed as often as allowed, and not once more', async () => {
    const site = await startSite((request, response) => {
      const n = Number(request.url?.slice(1))
      response.writeHead(n < 3 ? 302 : 200, { location: `/${n + 1}` }).end('x')
    })
    expect((await get(`${site.origin}/0`, { maxRedirects: 3 })).redirects).toHaveLength(3)
    const error = await failure(get(`${site.origin}/0`, { maxRedirects: 2 }))
    expect([error.code, error.retryable, error.facts]).toEqual(['REDIRECT_LIMIT', false, { limit: 2 }])
    expect((await failure(get(`${site.origin}/0`, { maxRedirects: 0 }))).code).toBe('REDIRECT_LIMIT')
    expect((await get(`${site.origin}/3`, { maxRedirects: 0 })).status).toBe(200)
  })

  test.each([
    ['http://[nonsense', 'REDIRECT_INVALID'],
    ['http://', 'REDIRECT_INVALID'],
    ['http://a..b/', 'REDIRECT_INVALID'],
    ['file:///etc/passwd', 'URL_SCHEME'],
    ['gopher://127.0.0.1:6379/_FLUSHALL', 'URL_SCHEME'],
    ['javascript:alert(1)', 'URL_SCHEME'],
    ['http://user:s3cret@site.test/', 'URL_CREDENTIALS'],
    ['http://site.test:0/', 'URL_PORT'],
    [`/${'x'.repeat(9000)}`, 'URL_TOO_LONG'],
  ])('to where nobody may go end there: %s', async (location, code) => {
    const site = await redirecting({ '/': [302, location] })
    const error = await failure(get(site.origin))
    expect([error.code, error.retryable]).toEqual([code, false])
    expect(error.message).not.toContain('s3cret')
    expect(site.requests).toEqual(['GET /'])
  })

  test.each(['127.0.0.1', '0x7f.1', '[::ffff:127.0.0.1]', 'localhost', '169.254.169.254'])(
    'from a public name to %s are URL_BLOCKED, and reach nobody',
    async (host) => {
      const sink = await startRaw(() => undefined)
      const site = await redirecting({ '/': [302, `http://${host}:${sink.port}/secret`] })
      // A dispatcher that would go anywhere, so that it is the check of the hop that holds.
      const lookup: LookupFunction = (_hostname, _options, callback) =>
        callback(null, [{ address: '127.0.0.1', family: 4 }])
      const rules = {
        dispatcher: openDispatcher({ lookup }),
        allowPrivateNetwork: false,
        allowedPorts: [site.port, sink.port],
      }
      const error = await failure(get(`http://site.test:${site.port}/`, rules))
      expect(error.code).toBe('URL_BLOCKED')
      expect([site.requests, sink.connections()]).toEqual([['GET /'], 0])
    },
  )

  test('within an origin keep the headers of the app', async () => {
    const site = await redirecting({ '/': [302, '/end'] })
    await get(site.origin, { headers: { cookie: 'a=1', 'x-api-key': 'k' } })
    expect(site.received[1]?.headers).toMatchObject({ cookie: 'a=1', 'x-api-key': 'k' })
  })

  test('to another origin take none of them along, nor bring them back', async () => {
    const home = await startSite((request, response) => {
      if (request.url === '/end') return response.end('arrived')
      return response.writeHead(302, { location: `${away.origin}/` }).end()
    })
    const away = await startSite((_, response) =>
      response.writeHead(302, { location: `${home.origin}/end` }).end(),
    )
    await get(home.origin, { headers: { cookie: 'a=1', authorization: 'Bearer t', 'x-api-key': 'k' } })
    for (const request of [away.received[0], home.received[1]]) {
      expect(request?.headers).toMatchObject({ 'user-agent': 'test-crawler/1.0' })
      for (const name of ['cookie', 'authorization', 'x-api-key'])
        expect(request?.headers).not.toHaveProperty(name)
    }
  })

  test('never carry a cookie that was set on the way', async () => {
    const site = await startSite((request, response) => {
      response.writeHead(request.url === '/' ? 302 : 200, { location: '/end', 'set-cookie': 'a=1' }).end()
    })
    await get(site.origin)
    expect(site.received[1]?.headers).not.toHaveProperty('cookie')
  })
})
