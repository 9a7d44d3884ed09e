import type { Socket } from 'node:net'
import { describe, expect, test } from 'vitest'
import { failure, get, lookupOf, openDispatcher, request } from './fetching.js'
import { eventually, startRaw, startSite } from './local-site.js'

/** Public by its form, and given to nobody: nothing on the way to it answers. */
const nowhere = '3000::1'

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

test('an origin that the app opened is dialled, and no other private one', async () => {
  const [open, sink] = [
    await startSite((_, response) => response.end('open')),
    await startRaw(() => undefined, '::'),
  ]
  const allowPrivateNetwork = [`http://127.0.0.1:${open.port}`]
  expect((await get(`http://127.0.0.1:${open.port}/`, { allowPrivateNetwork })).status).toBe(200)
  for (const host of [`127.0.0.1:${sink.port}`, `localhost:${open.port}`, `[::1]:${sink.port}`]) {
    const error = await failure(request(`http://${host}`, { allowPrivateNetwork }))
    expect([host, error.code]).toEqual([host, 'URL_BLOCKED'])
  }
  expect(sink.connections()).toBe(0)
})
