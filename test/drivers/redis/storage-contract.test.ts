import { Cluster, Redis } from 'ioredis'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { StorageAdapter } from '../../../src/core/storage-adapter.js'
import { redisQueue } from '../../../src/drivers/redis/redis-queue.js'
import { redisStorage } from '../../../src/drivers/redis/redis-storage.js'
import { storageContract } from '../../../src/testing/index.js'
import { describeRedis, freshNamespace, startCluster, startRedis } from './redis-server.js'

describeRedis('on a single server', () => {
  let url = ''
  beforeAll(async () => {
    url = (await startRedis()).url
  })

  keepsTheContract('a storage', () => redisStorage({ url, namespace: freshNamespace() }))
  keepsTheContract('the storage of a queue', () => ownStorage({ url }))
})

describeRedis('over a client of the app', () => {
  let client: Redis
  beforeAll(async () => {
    client = new Redis((await startRedis()).url)
  })
  afterAll(() => client.disconnect())

  keepsTheContract('a storage', () => redisStorage({ client, namespace: freshNamespace() }))
})

describeRedis('on a cluster of three masters', () => {
  let client: Cluster
  beforeAll(async () => {
    client = new Cluster([...(await startCluster()).startupNodes])
  })
  afterAll(() => client.disconnect())

  keepsTheContract('a storage', () => redisStorage({ client, namespace: freshNamespace() }))
  keepsTheContract('the storage of a queue', () => ownStorage({ client }))
})

test('the contract is there', () => {
  expect(storageContract.length).toBeGreaterThanOrEqual(39)
})

// -------------------------------------------------------------------------------------------------------------------

function keepsTheContract(whose: string, create: () => StorageAdapter): void {
  for (const one of storageContract) test(`${whose}: ${one.name}`, () => one.run({ create }))
}

/** What belongs to a queue is opened with it. */
function ownStorage(server: { readonly url: string } | { readonly client: Cluster }): StorageAdapter {
  const queue = redisQueue({ ...server, namespace: freshNamespace() })
  const { storage } = queue
  return {
    open: (options) => queue.open(options),
    close: () => queue.close(),
    get: (key) => storage.get(key),
    set: (key, value, ttlMs) => storage.set(key, value, ttlMs),
    delete: (key) => storage.delete(key),
    replace: async (...args) => (await storage.replace?.(...args)) ?? false,
    prune: async (limit) => (await storage.prune?.(limit)) ?? -1,
    deletePrefix: async (prefix, limit) => (await storage.deletePrefix?.(prefix, limit)) ?? -1,
  }
}
