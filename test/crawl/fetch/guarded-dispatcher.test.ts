import type { LookupAddress } from 'node:dns'
import type { LookupFunction, Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:https'
import { describe, expect, test } from 'vitest'
import { type Clock, systemClock } from '../../../src/core/clock.js'
import { createConnector } from '../../../src/crawl/fetch/guarded-connector.js'
import { failure, get, openDispatcher } from './fetching.js'
import { eventually, listen, startRaw, startSite } from './local-site.js'
import { selfSigned } from './self-signed.js'

/** Public by its form, and given to nobody: nothing on the way to it answers. */
const nowhere = '3000::1'

/** A lookup that gives its answers in turn, and counts. */
function lookupOf(...answers: readonly (readonly string[])[]): { lookup: LookupFunction; asked: string[] } {
  const asked: string[] = []
  const lookup: LookupFunction = (hostname, options, callback) => {
    if (!options.all) throw new Error('a lookup must be asked for all addresses')
    const answer = answers[Math.min(asked.length, answers.length - 1)] ?? []
    asked.push(hostname)
    const addresses: LookupAddress[] = answer.map((address) => ({
      address,
      family: address.includes(':') ? 6 : 4,
    }))
    queueMicrotask(() => callback(null, addresses))
  }
  return { lookup, asked }
}

function request(origin: string, options: Parameters<typeof openDispatcher>[0]): Promise<unknown> {
  return openDispatcher(options).request({
    origin,
    path: '/',
    method: 'GET',
    signal: new AbortController().signal,
  })
}

describe('the dispatcher', () => {
  test.each([
    '127.0.0.1',
    '127.1',
    '2130706433',
    '0x7f.1',
    '0177.0.0.1',
    '127.0.0.1.',
    '0',
    '[::1]',
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
    '[::]',
  ])('never dials %s, though no lookup is asked for it', async (host) => {
    const sink = await startRaw(() => undefined, '::')
    const error = await failure(request(`http://${host}:${sink.port}`, { allowPrivateNetwork: false }))
    expect([error.code, error.retryable]).toEqual(['URL_BLOCKED', false])
    expect(sink.connections()).toBe(0)
  })

  test.each([
    ['a private address', ['127.0.0.1']],
    ['a private IPv6 address', ['::1']],
    ['a public and a private one', [nowhere, '127.0.0.1']],
    ['a private and a public one', ['127.0.0.1', nowhere]],
    ['a metadata service', ['169.254.169.254']],
    ['a v4-mapped one', ['::ffff:127.0.0.1']],
  ])('never dials a name that resolves to %s, and does not tell the address', async (_, addresses) => {
    const sink = await startRaw(() => undefined, '::')
    const { lookup, asked } = lookupOf(addresses)
    const error = await failure(
      request(`http://site.test:${sink.port}`, { allowPrivateNetwork: false, lookup }),
    )
    expect(error.code).toBe('URL_BLOCKED')
    expect(error.cause).toBeUndefined()
    for (const address of addresses)
      expect(`${error.message} ${JSON.stringify(error.facts)} ${error.stack}`).not.toContain(address)
    expect(asked).toEqual(['site.test'])
    expect(sink.connections()).toBe(0)
  })

  test('dials what it checked: a name that is rebound between two questions is asked only once', async () => {
    const sink = await startRaw(() => undefined, '::')
    const { lookup, asked } = lookupOf([nowhere], ['127.0.0.1'])
    const error = await failure(
      request(`http://site.test:${sink.port}`, { allowPrivateNetwork: false, lookup, connectTimeoutMs: 100 }),
    )
    expect(['CONNECT_FAILED', 'CONNECT_TIMEOUT']).toContain(error.code)
    expect(`${error.message} ${JSON.stringify(error.facts)}`).not.toContain(nowhere)
    expect(asked).toEqual(['site.test'])
    expect(sink.connections()).toBe(0)
  })

  test('checks a name again for each new connection', async () => {
    const sink = await startRaw(() => undefined, '::')
    const { lookup } = lookupOf([nowhere], ['127.0.0.1'])
    const dispatcher = openDispatcher({ allowPrivateNetwork: false, lookup, connectTimeoutMs: 100 })
    const rules = { dispatcher, allowPrivateNetwork: false, allowedPorts: [sink.port] }
    await failure(get(`http://site.test:${sink.port}/`, rules))
    expect((await failure(get(`http://site.test:${sink.port}/`, rules))).code).toBe('URL_BLOCKED')
    expect(sink.connections()).toBe(0)
  })

  test('uses a connection again for its origin, and for no other name of the same address', async () => {
    const site = await startSite((_, response) => response.end('x'))
    const { lookup } = lookupOf(['127.0.0.1'])
    const dispatcher = openDispatcher({ lookup, maxConnectionsPerOrigin: 1 })
    for (const host of ['a.test', 'a.test', 'b.test'])
      await get(`http://${host}:${site.port}/`, { dispatcher })
    expect([site.requests.length, site.connections()]).toEqual([3, 2])
  })

  test('opens no more connections to an origin than it may', async () => {
    let most = 0
    const site = await startSite((_, response) => {
      most = Math.max(most, site.open())
      setImmediate(() => response.end('x'))
    })
    const dispatcher = openDispatcher({ maxConnectionsPerOrigin: 2 })
    await Promise.all(Array.from({ length: 10 }, (_, i) => get(`${site.origin}/${i}`, { dispatcher })))
    expect([site.requests.length, most]).toEqual([10, 2])
  })
})

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

describe('closing the dispatcher', () => {
  test('closes the connections it keeps', async () => {
    const site = await startSite((_, response) => response.end('x'))
    const dispatcher = openDispatcher()
    await get(site.origin, { dispatcher })
    expect(site.open()).toBe(1)
    await dispatcher.close()
    await eventually(() => site.open() === 0, 'the connection is closed')
  })

  test('ends what is under way, in whatever state, and may be done twice', async () => {
    const sockets: Socket[] = []
    const site = await startRaw((socket) => sockets.push(socket.resume()))
    const drip = await startSite((_, response) => response.write('x'))
    const dispatcher = openDispatcher()
    const work = [`http://127.0.0.1:${site.port}/`, `https://127.0.0.1:${site.port}/`, drip.origin].map(
      (url) => failure(get(url, { dispatcher })),
    )
    await eventually(() => sockets.length === 2 && drip.requests.length === 1, 'all are connected')
    await Promise.all([dispatcher.close(), dispatcher.close()])
    for (const error of await Promise.all(work)) expect(['SHUTDOWN', 'FETCH_FAILED']).toContain(error.code)
    await eventually(() => site.open() === 0 && drip.open() === 0, 'no socket is open')
  })

  test('is final', async () => {
    const site = await startSite((_, response) => response.end('x'))
    const dispatcher = openDispatcher()
    await dispatcher.close()
    await failure(get(site.origin, { dispatcher }))
    expect(site.connections()).toBe(0)
  })
})
