import { once } from 'node:events'
import { Redis } from 'ioredis'
import { beforeAll, expect, onTestFinished, test } from 'vitest'
import { type RedisProcess, describeRedis, startRedis } from '../drivers/redis/redis-server.js'
import { until } from './patience.js'
import { type Proxy, startProxy } from './proxy.js'

let redis: RedisProcess

async function setUp(): Promise<{ proxy: Proxy; client: Redis; direct: RedisProcess['call'] }> {
  await redis.call('FLUSHALL')
  const proxy = await startProxy(redis.port)
  const client = new Redis(proxy.url, {
    maxRetriesPerRequest: 0,
    retryStrategy: () => 10,
    commandTimeout: 500,
  })
  client.on('error', () => undefined)
  onTestFinished(async () => {
    client.disconnect()
    await proxy.close()
  })
  await client.ping()
  return { proxy, client, direct: redis.call }
}

describeRedis('the proxy of these tests', () => {
  beforeAll(async () => {
    redis = await startRedis()
  })

  test('a reply that is lost is lost after the request was carried out, and replies before it come through', async () => {
    const { proxy, client, direct } = await setUp()
    const lost = proxy.loseReply('second')
    const first = client.set('key', 'first')
    const second = client.append('key', ' second')
    await expect(first).resolves.toBe('OK')
    await expect(second).rejects.toThrow()
    await lost
    expect(await direct('GET', 'key')).toBe('first second')
  })

  test('a request that is lost never reaches the server', async () => {
    const { proxy, client, direct } = await setUp()
    const lost = proxy.loseRequest('wanted')
    await expect(client.set('key', 'wanted')).rejects.toThrow()
    await lost
    expect(await direct('EXISTS', 'key')).toBe(0)
  })

  test('the n-th request with a text is the one that is hit', async () => {
    const { proxy, client, direct } = await setUp()
    void proxy.loseRequest('incr', 3)
    expect([await client.incr('key'), await client.incr('key')]).toEqual([1, 2])
    await expect(client.incr('key')).rejects.toThrow()
    expect(await direct('GET', 'key')).toBe('2')
  })

  test('bytes one by one make the same messages, a whole megabyte at once too', async () => {
    const { proxy, client } = await setUp()
    const big = 'ü'.repeat(500_000)
    await client.set('big', big)
    expect(await client.get('big')).toBe(big)
    proxy.slice()
    await client.set('key', 'a b\r\nc')
    expect(await client.get('key')).toBe('a b\r\nc')
  })

  test('what is swallowed stays open without a word, and a new connection works', async () => {
    const { proxy, client } = await setUp()
    expect(proxy.swallow('subscribers')).toBe(0)
    expect(proxy.swallow('commands')).toBe(1)
    await expect(client.ping()).rejects.toThrow(/timed out/)
    expect(client.status).toBe('ready')
    const back = once(client, 'ready')
    client.disconnect(true)
    await back
    expect(await client.ping()).toBe('PONG')
  })

  test('a connection that subscribes is known as such', async () => {
    const { proxy, client, direct } = await setUp()
    const heard: string[] = []
    client.on('message', (_, text: string) => heard.push(text))
    await client.subscribe('channel')
    await direct('PUBLISH', 'channel', 'one')
    await until('a message comes through', () => heard.length === 1)
    expect(proxy.swallow('commands')).toBe(0)
    expect(proxy.swallow('subscribers')).toBe(1)
  })

  test('a proxy that refuses lets nobody in until it listens again', async () => {
    const { proxy, client } = await setUp()
    await proxy.refuse()
    await expect(client.ping()).rejects.toThrow()
    await proxy.listen()
    await until('the client is back', () => client.status === 'ready')
    expect(await client.ping()).toBe('PONG')
  })
})
