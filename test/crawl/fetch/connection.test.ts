import { createServer as createTlsServer } from 'node:https'
import type { LookupFunction } from 'node:net'
import { describe, expect, test } from 'vitest'
import { type Clock, systemClock } from '../../../src/core/clock.js'
import { createConnector } from '../../../src/crawl/fetch/guarded-connector.js'
import { failure, get, lookupOf, openDispatcher, request } from './fetching.js'
import { eventually, listen, startRaw, startSite } from './local-site.js'
import { selfSigned } from './self-signed.js'

describe('a connection that does not come about', () => {
  const lookupFailing =
    (code: string): LookupFunction =>
    (_hostname, _options, callback) => {
      // As Node does it: with the error, and nothing else.
      ;(callback as (error: Error) => void)(
        Object.assign(new Error(`getaddrinfo ${code} secret-resolver`), { code }),
      )
    }

  test.each([
    ['ENOTFOUND', false],
    ['EAI_AGAIN', true],
  ])('for a name (%s) is DNS_FAILED', async (code, retryable) => {
    const error = await failure(request('http://site.test', { lookup: lookupFailing(code) }))
    expect([error.code, error.retryable, error.facts]).toEqual(['DNS_FAILED', retryable, { code }])
    expect(error.message).not.toContain('secret')
  })

  test("for a name that the host's own resolver does not know is DNS_FAILED", async () => {
    const error = await failure(request('http://no-such-host.invalid'))
    expect(error.code).toBe('DNS_FAILED')
  })

  test.each([[[]], [['no address']]])(
    'for a lookup that answers nonsense (%j) is DNS_FAILED',
    async (answer) => {
      const error = await failure(request('http://site.test', { lookup: lookupOf(answer).lookup }))
      expect(error.code).toBe('DNS_FAILED')
    },
  )

  test('for a closed port is CONNECT_FAILED, and names no address that the name resolved to', async () => {
    const { lookup } = lookupOf(['127.0.0.1'])
    const error = await failure(request('http://site.test:1', { lookup }))
    expect([error.code, error.retryable, error.facts]).toEqual([
      'CONNECT_FAILED',
      true,
      { code: 'ECONNREFUSED' },
    ])
    expect(`${error.message} ${String(error.cause)}`).not.toContain('127.0.0.1')
  })

  test('for a resolver that is silent is CONNECT_TIMEOUT', async () => {
    const error = await failure(
      request('http://site.test', { lookup: () => undefined, connectTimeoutMs: 30 }),
    )
    expect([error.code, error.retryable]).toEqual(['CONNECT_TIMEOUT', true])
  })

  test('for a server that does not shake hands is CONNECT_TIMEOUT, and closes its socket', async () => {
    const site = await startRaw((socket) => socket.resume())
    const error = await failure(request(`https://127.0.0.1:${site.port}`, { connectTimeoutMs: 50 }))
    expect(error.code).toBe('CONNECT_TIMEOUT')
    await eventually(() => site.open() === 0, 'the socket is closed')
  })

  test('for a server that hangs up in the handshake is CONNECT_FAILED, and may pass', async () => {
    const site = await startRaw((socket) => socket.once('data', () => socket.end()))
    const error = await failure(request(`https://127.0.0.1:${site.port}`, {}))
    expect([error.code, error.retryable]).toEqual(['CONNECT_FAILED', true])
  })

  test('for a server that does not speak TLS is TLS_FAILED', async () => {
    const site = await startSite((_, response) => response.end('x'))
    const error = await failure(request(`https://127.0.0.1:${site.port}`, {}))
    expect([error.code, error.retryable]).toEqual(['TLS_FAILED', false])
  })
})

test('an attempt to connect leaves no timer and no listener, however it ends', async () => {
  const site = await startSite((_, response) => response.end('x'))
  let timers = 0
  const clock: Clock = {
    ...systemClock,
    after(ms, run) {
      timers++
      const stop = systemClock.after(ms, run)
      return () => {
        timers--
        stop()
      }
    },
  }
  const { signal } = new AbortController()
  let listeners = 0
  const [add, remove] = [signal.addEventListener.bind(signal), signal.removeEventListener.bind(signal)]
  signal.addEventListener = (...args: Parameters<typeof add>) => (listeners++, add(...args))
  signal.removeEventListener = (...args: Parameters<typeof remove>) => (listeners--, remove(...args))
  const connect = createConnector({
    allowPrivateNetwork: true,
    connectTimeoutMs: 20_000,
    lookup: lookupOf(['127.0.0.1']).lookup,
    clock,
    ca: undefined,
    http2: false,
  })
  for (const port of [site.port, 1]) {
    await new Promise<void>((resolve) => {
      connect({ hostname: 'site.test', protocol: 'http:', port: String(port) }, signal, (_error, socket) => {
        socket?.destroy()
        resolve()
      })
    })
    expect([timers, listeners]).toEqual([0, 0])
  }
})

describe('a secure connection', () => {
  async function startSecure(): Promise<{
    port: number
    cert: string
    names: (string | false | null | undefined)[]
  }> {
    const { cert, key } = selfSigned(Date.now())
    const names: (string | false | null | undefined)[] = []
    const server = createTlsServer({ cert, key }, (_, response) => response.end('secret page'))
    server.on('secureConnection', (socket) => names.push(socket.servername))
    const { port } = await listen(server)
    return { port, cert, names }
  }

  test('is made to a server whose certificate is trusted, and tells the name', async () => {
    const { port, cert, names } = await startSecure()
    const page = await get(`https://localhost:${port}/`, {
      dispatcher: openDispatcher({ ca: cert, lookup: lookupOf(['127.0.0.1']).lookup }),
    })
    expect(Buffer.from(page.body).toString()).toBe('secret page')
    expect(names).toEqual(['localhost'])
  })

  test('is refused as TLS_FAILED where nobody vouches for the certificate', async () => {
    const { port } = await startSecure()
    const error = await failure(
      get(`https://localhost:${port}/`, {
        dispatcher: openDispatcher({ lookup: lookupOf(['127.0.0.1']).lookup }),
      }),
    )
    expect([error.code, error.retryable, error.facts]).toEqual([
      'TLS_FAILED',
      false,
      { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' },
    ])
  })

  test.each(['other.test', '127.0.0.1'])(
    'is refused as TLS_FAILED where the certificate is for another host: %s',
    async (host) => {
      const { port, cert } = await startSecure()
      const error = await failure(
        get(`https://${host}:${port}/`, {
          dispatcher: openDispatcher({ ca: cert, lookup: lookupOf(['127.0.0.1']).lookup }),
        }),
      )
      expect([error.code, error.facts]).toEqual(['TLS_FAILED', { code: 'ERR_TLS_CERT_ALTNAME_INVALID' }])
    },
  )
})
