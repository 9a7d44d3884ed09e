import { Redis, type RedisOptions } from 'ioredis'
import RedisMock from 'ioredis-mock'
import { afterEach, beforeAll, expect, test } from 'vitest'
import { append, echo, errorOf, linkTo, say, until, untilAnswered } from './link-stage.js'
import { type RedisProcess, describeRedis, freshNamespace, startRedis } from './redis-server.js'

describeRedis('a link on a client that the app hands over', () => {
  let server: RedisProcess
  const clients: Redis[] = []

  beforeAll(async () => {
    server = await startRedis()
  })
  afterEach(() => {
    for (const client of clients.splice(0)) client.disconnect()
  })

  const clientWith = (options: RedisOptions = {}): Redis => {
    const client = new Redis({ port: server.port, host: '127.0.0.1', ...options })
    client.on('error', () => undefined)
    clients.push(client)
    return client
  }
  const to = (client: Redis, more = {}) => linkTo({ client, namespace: freshNamespace(), ...more })
  const ready = async (client: Redis): Promise<Redis> => {
    await until(() => client.status === 'ready')
    return client
  }

  test.each([
    ['that is not connected yet', {}],
    ['that connects when it is used', { lazyConnect: true }],
    ['that keeps nothing while it is away', { enableOfflineQueue: false }],
    ['that does both', { lazyConnect: true, enableOfflineQueue: false }],
    ['that joins commands by itself', { enableAutoPipelining: true }],
  ] as const)('works with one %s', async (_, options) => {
    const link = await to(clientWith(options)).opened()
    expect(await link.run(append, link.key, ['x'])).toBe(1)
  })

  test('works with one that is connected, listens on a duplicate of it, and closes that and not the client', async () => {
    const client = await ready(clientWith())
    const link = await to(client).opened()
    const heard: string[] = []
    let listens = false
    link.onReconnect(() => (listens = true))
    link.listen(link.channel, (text) => heard.push(text))
    await until(() => listens)
    await link.run(say, link.key, [link.channel, 'hello'])
    await until(() => heard.length > 0)
    expect(client.mode).toBe('normal')
    await link.close()
    expect(await client.ping()).toBe('PONG')
    expect(client.listenerCount('ready')).toBe(0)
    expect(client.listenerCount('close')).toBe(0)
    await until(async () => !String(await server.call('CLIENT', 'LIST')).includes('riptide-workers'))
  })

  test('refuses one with a keyPrefix, one that subscribes, one that is closed, and what is none', async () => {
    expect(() => to(clientWith({ keyPrefix: 'app:', lazyConnect: true }))).toThrow(/keyPrefix/)
    const subscribing = clientWith()
    await subscribing.subscribe('news')
    expect(() => to(subscribing)).toThrow(/subscriber mode/)
    const closed = await ready(clientWith())
    closed.disconnect()
    await until(() => closed.status === 'end')
    expect(() => to(closed)).toThrow(/closed/)
    expect(() => linkTo({ client: { evalsha: () => 1, duplicate: () => 2 } })).toThrow(/ioredis/)
  })

  test('refuses at open one that was closed in between', async () => {
    const client = await ready(clientWith())
    const link = to(client)
    client.disconnect()
    await until(() => client.status === 'end')
    expect(await errorOf(link.opened())).toMatchObject({ code: 'CONFIG_INVALID', path: '/client' })
  })

  test('says of one that the app closed under way that it is closed', async () => {
    const client = await ready(clientWith())
    const link = await to(client).opened()
    client.disconnect()
    await until(() => client.status === 'end')
    const error = await errorOf(link.run(echo, link.key, ['']))
    expect(error.code).toBe('STORE_UNAVAILABLE')
    expect(error.message).toContain('closed')
  })

  test('does not let commands pile up in one that is away, and works when it is back', async () => {
    const own = await startRedis()
    const client = clientWith({ port: own.port, retryStrategy: () => 50 })
    const link = await to(client).opened()
    await own.kill()
    await until(async () => (await errorOf(link.run(echo, link.key, ['']))).message.includes('ECONNREFUSED'))
    await Promise.all(Array.from({ length: 100 }, () => errorOf(link.run(append, link.key, ['x']))))
    await own.restart()
    expect(await untilAnswered(() => link.run(append, link.key, ['y']))).toBe(1)
  })

  test('works over ioredis-mock, which knows no script before it has run it', async () => {
    const link = await linkTo({ client: new RedisMock(), namespace: freshNamespace() }).opened()
    const heard: string[] = []
    let live = false
    link.onReconnect(() => (live = true))
    link.listen(link.channel, (text) => heard.push(text))
    expect(await link.run(echo, link.key, ['x'])).toBe('x')
    await until(() => live)
    await link.run(say, link.key, [link.channel, 'hello'])
    await until(() => heard.includes('hello'))
  })
})
