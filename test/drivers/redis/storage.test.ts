import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { silentLogger } from '../../../src/core/logger.js'
import type { StorageAdapter } from '../../../src/core/storage-adapter.js'
import { redisQueue } from '../../../src/drivers/redis/redis-queue.js'
import { redisStorage } from '../../../src/drivers/redis/redis-storage.js'
import { type RedisProcess, describeRedis, freshNamespace, startRedis } from './redis-server.js'

let server: RedisProcess
const opened: { close?(): Promise<void> }[] = []

async function storage(namespace = freshNamespace()): Promise<Required<StorageAdapter>> {
  const made = redisStorage({ url: server.url, namespace }) as Required<StorageAdapter>
  await made.open({ logger: silentLogger })
  opened.push(made)
  return made
}

const names = async (): Promise<string[]> => ((await server.call('KEYS', '*')) as string[]).sort()

describeRedis('a storage on Redis', () => {
  beforeAll(async () => {
    server = await startRedis()
  })
  afterAll(async () => {
    for (const one of opened) await one.close?.()
  })

  test('leaves the keys of other people alone, whatever is removed', async () => {
    await server.call('FLUSHALL')
    const others = ['cache/page/x', 'u:cache/page/x', '{a}:u:cache/page/x:1', 'a', '{a}', '{a}:']
    for (const key of others) await server.call('SET', key, 'theirs')
    const ours = await storage('a')
    await ours.set('cache/page/x', 'ours')
    await ours.set('cache/page/y', 'ours', 60_000)
    expect(await ours.deletePrefix('', 1000)).toBe(2)
    await ours.delete('cache/page/x:1')
    expect(await names()).toEqual(others.filter((key) => key !== '{a}:u:cache/page/x:1').sort())
  })

  test('of one namespace is not touched through another, however its name looks', async () => {
    const all = ['a', 'a:job', '{x}', 'a}b', '*', 'a*', '{a}', 'x', 'a:u', 'a%', 'a%u007d']
    const storages = await Promise.all(all.map((name) => storage(name)))
    for (const [i, one] of storages.entries()) await one.set('key', `of ${all[i]}`)
    for (const [i, one] of storages.entries()) expect(await one.get('key')).toBe(`of ${all[i]}`)
    for (const [i, one] of storages.entries()) {
      expect(await one.deletePrefix('', 1000)).toBe(1)
      for (const [k, other] of storages.entries())
        expect(await other.get('key')).toBe(k <= i ? undefined : `of ${all[k]}`)
    }
  })

  test('shares nothing with the queue of its namespace', async () => {
    const namespace = freshNamespace()
    const queue = redisQueue({ url: server.url, namespace })
    await queue.open({ logger: silentLogger })
    opened.push(queue)
    const beside = await storage(namespace)
    await queue.storage.set('result/1', 'of the queue', 60_000)
    expect(await beside.get('result/1')).toBeUndefined()
    await beside.set('result/1', 'beside it')
    await beside.set('result/2', 'beside it')
    expect(await beside.deletePrefix('', 1000)).toBe(2)
    expect(await queue.storage.get('result/1')).toBe('of the queue')
    expect(await queue.storage.deletePrefix?.('', 1000)).toBe(1)
    expect(await queue.time()).toBeGreaterThan(1e12)
  })

  test('keeps what another process wrote, and what was there before it', async () => {
    const namespace = freshNamespace()
    const [writer, reader] = [await storage(namespace), await storage(namespace)]
    await writer.set('key', 'text')
    expect(await reader.get('key')).toBe('text')
  })

  test('lets Redis take away what is over, by the time of its server', async () => {
    await server.call('FLUSHALL')
    const ours = await storage('a')
    await ours.set('soon', 'x', 60_000)
    await ours.set('for good', 'x')
    await ours.set('beyond all time', 'x', Number.MAX_VALUE)
    await ours.set('over', 'x', 0)
    const left = Number(await server.call('PTTL', '{a}:u:soon'))
    expect(left).toBeGreaterThan(50_000)
    expect(left).toBeLessThanOrEqual(60_000)
    expect(await server.call('PTTL', '{a}:u:for good')).toBe(-1)
    expect(await server.call('PTTL', '{a}:u:beyond all time')).toBe(-1)
    expect(await ours.get('over')).toBeUndefined()
  })

  test('leaves no key behind once everything in it was removed or is over', async () => {
    await server.call('FLUSHALL')
    const ours = await storage()
    for (const key of ['1', '2', '3', '4']) await ours.set(key, 'x', 1)
    await ours.set('5', 'x', 60_000)
    await ours.set('6', 'x')
    await ours.delete('5')
    await ours.deletePrefix('6', 10)
    await expect.poll(() => ours.prune(100).then(names), { timeout: 5_000 }).toEqual([])
  })

  test('takes no more than a thousand in one step, whatever is asked for', async () => {
    const ours = await storage()
    await Promise.all(Array.from({ length: 1_500 }, (_, i) => ours.set(`p/${i}`, 'x')))
    const asked = Number.MAX_SAFE_INTEGER
    expect([await ours.deletePrefix('p/', asked), await ours.deletePrefix('p/', asked)]).toEqual([1_000, 500])
    expect(await ours.deletePrefix('p/', asked)).toBe(0)
  })

  test('tells keys with lone surrogates apart', async () => {
    const ours = await storage()
    const keys = ['\ud800', '\ud801', '\udc00', '\ufffd', '%d800', '%25d800']
    for (const [i, key] of keys.entries()) await ours.set(key, `${i}`)
    for (const [i, key] of keys.entries()) expect(await ours.get(key)).toBe(`${i}`)
  })

  test('keeps a text of 64 MB, byte for byte', async () => {
    const ours = await storage()
    const text = randomBytes(48 * 2 ** 20).toString('base64')
    expect(text.length).toBe(64 * 2 ** 20)
    await ours.set('large', text, 60_000)
    expect((await ours.get('large')) === text).toBe(true)
    await ours.delete('large')
  })

  test('refuses a text that would break the connection, and goes on', async () => {
    const ours = await storage()
    const text = '€'.repeat(180_000_000)
    await expect(ours.set('key', text)).rejects.toMatchObject({ code: 'STORE_FULL' })
    await ours.set('key', 'text')
    expect(await ours.get('key')).toBe('text')
  })
})
