import { createSecureServer } from 'node:http2'
import { type TLSSocket, createServer } from 'node:tls'
import { describe, expect, test } from 'vitest'
import { failure, get, openDispatcher } from './fetching.js'
import { eventually, listen } from './local-site.js'
import { selfSigned } from './self-signed.js'

const { cert, key } = selfSigned(Date.now())

/** A frame of RFC 9113, 4.1. */
function frame(type: number, flags: number, stream: number, payload = Buffer.alloc(0)): Buffer {
  const head = Buffer.alloc(9)
  head.writeUIntBE(payload.byteLength, 0, 3)
  head.writeUInt8(type, 3)
  head.writeUInt8(flags, 4)
  head.writeUInt32BE(stream, 5)
  return Buffer.concat([head, payload])
}
const settings = frame(4, 0, 0)
const goaway = (code: number) => frame(7, 0, 0, Buffer.from([0, 0, 0, 0, 0, 0, 0, code]))
const noStreams = frame(4, 0, 0, Buffer.from([0, 3, 0, 0, 0, 0]))
const times = (count: number, what: Buffer) => Buffer.concat(Array<Buffer>(count).fill(what))
const endOfHeaders = 4

/** Whoever agrees on HTTP/2 and then does this, when it is greeted. An error of the client's process fails the test run. */
const servers: readonly [string, (socket: TLSSocket) => unknown][] = [
  ['ends', (socket) => socket.end(settings)],
  ['breaks off', (socket) => socket.destroy()],
  ['speaks something else', (socket) => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok')],
  ['goes away', (socket) => socket.write(Buffer.concat([settings, goaway(0)]))],
  ['goes away and ends', (socket) => socket.end(Buffer.concat([settings, goaway(11)]))],
  [
    'sends headers that are none',
    (socket) => socket.write(Buffer.concat([settings, frame(1, endOfHeaders, 1, Buffer.alloc(50, 0xff))])),
  ],
  [
    'answers what was not asked',
    (socket) => socket.write(Buffer.concat([settings, frame(0, 0, 99, Buffer.alloc(50))])),
  ],
  [
    'pushes',
    (socket) =>
      socket.write(Buffer.concat([settings, frame(5, endOfHeaders, 1, Buffer.from([0, 0, 0, 2, 0x82]))])),
  ],
  [
    'sends frames that are too large',
    (socket) => socket.write(Buffer.concat([settings, frame(0, 0, 1, Buffer.alloc(100_000))])),
  ],
  ['sends settings without end', (socket) => socket.write(times(20_000, settings))],
  [
    'pings without end',
    (socket) => socket.write(Buffer.concat([settings, times(20_000, frame(6, 0, 0, Buffer.alloc(8)))])),
  ],
  [
    'sends headers without end',
    (socket) =>
      socket.write(
        Buffer.concat([
          settings,
          frame(1, 0, 1, Buffer.from([0x88])),
          times(3000, frame(9, 0, 1, Buffer.alloc(1000, 0x40))),
        ]),
      ),
  ],
  ['allows no requests', (socket) => socket.write(noStreams)],
]

const open = () => openDispatcher({ http2: true, ca: cert })

describe('a server of HTTP/2', () => {
  test.each(servers)('that %s costs its pages, and no more', async (_, greet) => {
    const server = createServer({ cert, key, ALPNProtocols: ['h2'] }, (socket) => {
      socket.on('error', () => undefined)
      socket.once('data', () => greet(socket))
    })
    const { port } = await listen(server)
    const dispatcher = open()
    const fetch = () => failure(get(`https://localhost:${port}/`, { dispatcher, totalTimeoutMs: 400 }))
    const codes = [...(await Promise.all([fetch(), fetch(), fetch()])), await fetch()].map(({ code }) => code)
    expect(codes.filter((code) => !['FETCH_FAILED', 'CONNECT_FAILED', 'TIMEOUT'].includes(code))).toEqual([])
  })

  test('that floods with interim responses gives no valid answer, long before its time is over', async () => {
    const server = createSecureServer({ cert, key }, (_, { stream }) => {
      const pour = (): void => {
        for (let i = 0; i < 50 && !stream.destroyed; i++) stream.additionalHeaders({ ':status': 103 })
        if (!stream.destroyed) setImmediate(pour)
      }
      pour()
    })
    const { port, open: sockets } = await listen(server)
    const { code, retryable, message } = await failure(
      get(`https://localhost:${port}/`, { dispatcher: open() }),
    )
    expect([code, retryable]).toEqual(['FETCH_FAILED', false])
    expect(message).toContain('more than 100')
    await eventually(() => sockets() === 0, 'the socket is closed')
  })

  test('that floods one request ends the others of its connection, which may go well again', async () => {
    const server = createSecureServer({ cert, key }, ({ url }, { stream }) => {
      const pour = (): void => {
        for (let i = 0; i < 200 && !stream.destroyed; i++) stream.additionalHeaders({ ':status': 103 })
      }
      if (url === '/floods') pour()
    })
    const { port } = await listen(server)
    const dispatcher = open()
    const [silent, flooded] = await Promise.all(
      ['/silent', '/floods'].map((path) => failure(get(`https://localhost:${port}${path}`, { dispatcher }))),
    )
    expect([flooded?.code, flooded?.retryable]).toEqual(['FETCH_FAILED', false])
    expect([silent?.code, silent?.retryable]).toEqual(['FETCH_FAILED', true])
  })

  test('may hint at what is to come', async () => {
    const server = createSecureServer({ cert, key }, (_, response) => {
      for (let i = 0; i < 50; i++) response.stream.additionalHeaders({ ':status': 103, link: '</x>' })
      response.end('page')
    })
    const { port } = await listen(server)
    const dispatcher = open()
    for (let i = 0; i < 3; i++) {
      const { body } = await get(`https://localhost:${port}/`, { dispatcher })
      expect(Buffer.from(body).toString()).toBe('page')
    }
  })

  test('that ends before its page is whole has not sent it', async () => {
    const server = createSecureServer({ cert, key }, (_, response) => {
      response.writeHead(200, { 'content-length': 100 })
      response.write('half')
      response.stream.session?.destroy()
    })
    server.on('session', (session) => session.on('error', () => undefined))
    const { port } = await listen(server)
    const dispatcher = open()
    const fetches = Array.from({ length: 6 }, () =>
      failure(get(`https://localhost:${port}/`, { dispatcher })),
    )
    const errors = await Promise.all(fetches)
    expect(errors.every(({ code, retryable }) => code === 'FETCH_FAILED' && retryable)).toBe(true)
  })
})
