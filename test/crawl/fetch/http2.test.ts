import { type Http2SecureServer, createSecureServer } from 'node:http2'
import { createServer } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { FakeClock } from '../../../src/testing/fake-clock.js'
import { failure, get, lookupOf, openDispatcher } from './fetching.js'
import { startProxy } from './local-proxy.js'
import { eventually, listen } from './local-site.js'
import { selfSigned } from './self-signed.js'

const { cert, key } = selfSigned(Date.now())

/** A server of HTTP/2 and 1.1 that answers with the version it was asked in. */
let server: Http2SecureServer
let sessions = 0
let port = 0
const sockets = new Set<Socket>()
const seen: string[] = []

beforeEach(async () => {
  sessions = 0
  seen.length = 0
  server = createSecureServer({ cert, key, allowHTTP1: true }, (request, response) => {
    seen.push(`${request.httpVersion} ${request.url}`)
    if (request.url === '/silent') return
    if (request.url === '/large') return void response.end(Buffer.alloc(200_000))
    if (request.url === '/headers') {
      const many = Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`x-${i}`, 'x'.repeat(1000)]))
      return void response.writeHead(200, many).end()
    }
    if (request.url === '/endless') return void response.write('once')
    if (request.url === '/gone') return void response.stream.session?.destroy()
    if (request.url === '/reset') return void response.stream.close(2)
    if (request.url === '/moved') return void response.writeHead(302, { location: '/page' }).end()
    response
      .writeHead(200, { 'content-type': 'text/plain', 'x-host': request.headers[':authority'] ?? '' })
      .end(request.httpVersion)
  })
  server.on('session', () => sessions++)
  server.on('secureConnection', (socket: Socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  port = (server.address() as AddressInfo).port
})

afterEach(async () => {
  for (const socket of sockets) socket.destroy()
  sockets.clear()
  await new Promise<void>((resolve) => void server.close(() => resolve()))
})

const open = (options = {}) =>
  openDispatcher({ http2: true, ca: cert, lookup: lookupOf(['127.0.0.1']).lookup, ...options })
const url = (path: string, host = 'localhost') => `https://${host}:${port}${path}`
const textOf = ({ body }: { body: Uint8Array }) => Buffer.from(body).toString()

describe('HTTP/2', () => {
  test('is spoken only when it is asked for', async () => {
    expect(textOf(await get(url('/'), { dispatcher: open() }))).toBe('2.0')
    expect(textOf(await get(url('/'), { dispatcher: open({ http2: false }) }))).toBe('1.1')
  })

  test('is not needed: a server without it is asked by HTTP/1.1', async () => {
    const old = createServer({ cert, key }, (request, response) => response.end(request.httpVersion))
    const { port: oldPort } = await listen(old)
    const pages = await Promise.all(
      Array.from({ length: 5 }, () => get(`https://localhost:${oldPort}/`, { dispatcher: open() })),
    )
    expect(pages.map(textOf)).toEqual(['1.1', '1.1', '1.1', '1.1', '1.1'])
  })

  test('has one connection for all requests to an origin', async () => {
    const dispatcher = open()
    const pages = await Promise.all(Array.from({ length: 20 }, (_, i) => get(url(`/${i}`), { dispatcher })))
    expect([pages.map(textOf).every((text) => text === '2.0'), sessions]).toEqual([true, 1])
  })

  test('follows redirects, each by its own request', async () => {
    const page = await get(url('/moved'), { dispatcher: open() })
    expect([page.finalUrl, page.headers['x-host'], seen]).toEqual([
      url('/page'),
      `localhost:${port}`,
      ['2.0 /moved', '2.0 /page'],
    ])
  })

  test('shares no connection between hosts, though the certificate and the address are the same', async () => {
    const { lookup, asked } = lookupOf(['127.0.0.1'], ['10.0.0.1'])
    const dispatcher = open({ lookup, allowPrivateNetwork: [url('')] })
    await get(url('/'), { dispatcher })
    const error = await failure(get(url('/', 'other.test'), { dispatcher }))
    expect([error.code, asked, seen]).toEqual(['URL_BLOCKED', ['localhost', 'other.test'], ['2.0 /']])
  })

  test('ends with its signal, and leaves the others alone', async () => {
    const dispatcher = open()
    const controller = new AbortController()
    await get(url('/'), { dispatcher })
    const work = failure(get(url('/silent'), { dispatcher, signal: controller.signal }))
    await eventually(() => seen.includes('2.0 /silent'), 'the request is there')
    controller.abort()
    expect((await work).code).toBe('ABORTED')
    expect(textOf(await get(url('/'), { dispatcher }))).toBe('2.0')
    expect(sessions).toBe(1)
  })

  test.each(['/gone', '/reset'])(
    'fails in a way that may pass when the server breaks it off: %s',
    async (path) => {
      const dispatcher = open()
      await get(url('/'), { dispatcher })
      const error = await failure(get(url(path), { dispatcher }))
      expect(error).toMatchObject({ code: 'FETCH_FAILED', retryable: true })
      expect(error.message).not.toContain('127.0.0.1')
      expect(textOf(await get(url('/'), { dispatcher }))).toBe('2.0')
    },
  )

  test.each([
    ['/large', { maxBytes: 100_000 }, 'RESPONSE_TOO_LARGE'],
    ['/endless', { idleTimeoutMs: 50 }, 'RESPONSE_IDLE'],
    ['/silent', { totalTimeoutMs: 50 }, 'TIMEOUT'],
  ])('has the limits of any fetch: %s', async (path, limits, code) => {
    const dispatcher = open()
    await get(url('/'), { dispatcher })
    expect((await failure(get(url(path), { dispatcher, ...limits }))).code).toBe(code)
    expect(textOf(await get(url('/'), { dispatcher }))).toBe('2.0')
    expect(sessions).toBe(1)
  })

  test('keeps a connection while it is used, and for some seconds more', async () => {
    const clock = new FakeClock()
    const dispatcher = open({ clock })
    await get(url('/'), { dispatcher })
    const controller = new AbortController()
    const work = failure(get(url('/silent'), { dispatcher, signal: controller.signal }))
    await eventually(() => seen.includes('2.0 /silent'), 'the request is there')
    await clock.advance(60_000)
    expect(sockets.size).toBe(1)
    controller.abort()
    await work
    await clock.advance(8_000)
    await eventually(() => sockets.size === 0, 'the connection is closed')
    expect(textOf(await get(url('/'), { dispatcher }))).toBe('2.0')
    expect(sessions).toBe(2)
  })

  test('is an error when its headers have no end', async () => {
    const dispatcher = open()
    const error = await failure(get(url('/headers'), { dispatcher }))
    expect(['FETCH_FAILED', 'RESPONSE_TOO_LARGE']).toContain(error.code)
    expect(textOf(await get(url('/'), { dispatcher }))).toBe('2.0')
  })

  test('goes through a proxy too', async () => {
    const proxy = await startProxy()
    const page = await get(url('/'), { dispatcher: open({ proxyUrl: proxy.origin }) })
    expect([textOf(page), proxy.tunnels]).toEqual(['2.0', [`127.0.0.1:${port}`]])
  })

  test('does not keep others from an origin whose first request failed', async () => {
    const dispatcher = open({ ca: undefined })
    const errors = await Promise.all([1, 2, 3].map(() => failure(get(url('/'), { dispatcher }))))
    expect(errors.map((error) => error.code)).toEqual(['TLS_FAILED', 'TLS_FAILED', 'TLS_FAILED'])
  })
})
