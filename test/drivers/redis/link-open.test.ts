import { createServer } from 'node:net'
import { once } from 'node:events'
import { Redis } from 'ioredis'
import { afterEach, beforeAll, expect, test } from 'vitest'
import { append, echo, errorOf, linkTo, until } from './link-stage.js'
import { type RedisProcess, describeRedis, freshNamespace, startRedis } from './redis-server.js'

let server: RedisProcess

describeRedis('a link', () => {
  beforeAll(async () => {
    server = await startRedis()
  })
  afterEach(async () => {
    await server.call('CONFIG', 'SET', 'maxmemory', '0')
    await server.call('CONFIG', 'SET', 'maxmemory-policy', 'noeviction')
    await server.call('REPLICAOF', 'NO', 'ONE')
  })

  const to = (more = {}) => linkTo({ url: server.url, namespace: freshNamespace(), ...more })

  test('opens, runs scripts, and closes', async () => {
    const link = await to().opened()
    expect(await link.run(echo, link.key, ['hello'])).toBe('hello')
    expect(await link.run(append, link.key, ['ä☃'])).toBe(5)
    await link.close()
    expect((await errorOf(link.run(echo, link.key, ['']))).code).toBe('STORE_UNAVAILABLE')
  })

  test('is opened by several and closed by the last of them', async () => {
    const link = to()
    await Promise.all([link.opened(), link.opened()])
    await link.close()
    expect(await link.run(echo, link.key, ['still'])).toBe('still')
    await link.close()
    await errorOf(link.run(echo, link.key, ['']))
    await link.opened()
    expect(await link.run(echo, link.key, ['again'])).toBe('again')
  })

  test('has one connection to the server, a second one with the first listener, and none when it is closed', async () => {
    const ours = async (): Promise<number> =>
      String(await server.call('CLIENT', 'LIST')).split('name=riptide-workers').length - 1
    await until(async () => (await ours()) === 0)
    const link = await to().opened()
    expect(await ours()).toBe(1)
    link.listen(link.channel, () => undefined)
    await until(async () => (await ours()) === 2)
    await link.close()
    await until(async () => (await ours()) === 0, 1000)
  })

  test('refuses a server that throws keys away, and takes it where that is allowed', async () => {
    await server.call('CONFIG', 'SET', 'maxmemory', '100mb')
    await server.call('CONFIG', 'SET', 'maxmemory-policy', 'allkeys-lru')
    const error = await errorOf(to().opened())
    expect(error).toMatchObject({ code: 'CONFIG_INVALID', facts: { maxmemoryPolicy: 'allkeys-lru' } })
    expect(error.message).toContain('allowEviction: true')
    await to({ allowEviction: true }).opened()
  })

  test('takes a server whose policy is another while its memory has no limit', async () => {
    await server.call('CONFIG', 'SET', 'maxmemory-policy', 'allkeys-lru')
    await to().opened()
  })

  test('refuses a replica as something that may pass, and takes it once it is a primary', async () => {
    await server.call('REPLICAOF', '127.0.0.1', '1')
    const error = await errorOf(to({ connectTimeoutMs: 400 }).opened())
    expect(error).toMatchObject({ code: 'STORE_UNAVAILABLE', retryable: true, facts: { role: 'replica' } })
    const opening = to({ connectTimeoutMs: 10_000 }).opened()
    await server.call('REPLICAOF', 'NO', 'ONE')
    await opening
  })

  test('waits for a server that is not there yet, and says within its time that it is not', async () => {
    const other = await startRedis()
    await other.kill()
    const link = linkTo({ url: other.url, namespace: freshNamespace(), connectTimeoutMs: 300 })
    const since = performance.now()
    const error = await errorOf(link.opened())
    expect(performance.now() - since).toBeLessThan(1500)
    expect(error).toMatchObject({ code: 'STORE_UNAVAILABLE', retryable: true })
    expect(error.message).toContain('ECONNREFUSED')
    await other.restart()
    await link.opened()
    expect(await link.run(echo, link.key, ['here'])).toBe('here')
  })

  test('says of a silent server within its time that it is silent', async () => {
    const silent = await startRedis()
    silent.freeze()
    const link = linkTo({ url: silent.url, connectTimeoutMs: 400, commandTimeoutMs: 200 })
    const since = performance.now()
    expect(await errorOf(link.opened())).toMatchObject({ retryable: true })
    expect(performance.now() - since).toBeLessThan(1500)
  })

  test('says of a port where no Redis is what it met there', async () => {
    const web = createServer((socket) =>
      socket.on('data', () => socket.write('HTTP/1.1 400 Bad Request\r\n\r\n')),
    )
    web.listen(0, '127.0.0.1')
    await once(web, 'listening')
    const address = web.address()
    const port = typeof address === 'object' ? address?.port : 0
    const error = await errorOf(linkTo({ url: `redis://127.0.0.1:${port}`, connectTimeoutMs: 400 }).opened())
    web.close()
    expect(error.code).toBe('STORE_UNAVAILABLE')
    expect(error.message).toContain('Protocol error')
  })

  test('refuses a database that does not exist, and works in the one it is told', async () => {
    const error = await errorOf(linkTo({ url: `${server.url}/99`, namespace: freshNamespace() }).opened())
    expect(error.code).toBe('CONFIG_INVALID')
    const link = await linkTo({ url: `${server.url}/3`, namespace: freshNamespace() }).opened()
    await link.run(append, link.key, ['x'])
    const third = new Redis({ port: server.port, host: '127.0.0.1', db: 3 })
    expect(await third.get(link.key)).toBe('x')
    third.disconnect()
  })

  test('closed while it opens, it does not open and nothing stays', async () => {
    const silent = await startRedis()
    silent.freeze()
    const link = linkTo({ url: silent.url })
    const opening = errorOf(link.opened())
    await until(() => true)
    await link.close()
    expect((await opening).code).toBe('STORE_UNAVAILABLE')
  })
})
