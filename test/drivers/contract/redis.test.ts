import { Cluster } from 'ioredis'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { redisQueue } from '../../../src/drivers/redis/redis-queue.js'
import { type QueueSubject, queueContract } from '../../../src/testing/index.js'
import { type RedisProcess, describeRedis, startCluster, startRedis } from '../redis/redis-server.js'
import { subjectAt } from './redis-subject.js'

describeRedis('the Redis queue keeps the contract on a single server', () => {
  let url = ''
  beforeAll(async () => {
    url = (await startRedis()).url
  })

  keepsTheContract(subjectAt((namespace) => redisQueue({ url, namespace })))
})

describeRedis('the Redis queue keeps the contract on a cluster of three masters', () => {
  let client: Cluster
  beforeAll(async () => {
    client = new Cluster([...(await startCluster()).startupNodes])
  })
  afterAll(() => client.disconnect())

  keepsTheContract(subjectAt((namespace) => redisQueue({ client, namespace })))
})

describeRedis('the Redis queue keeps the contract while a server forgets its scripts again and again', () => {
  let server: RedisProcess
  let flushing: NodeJS.Timeout | undefined
  beforeAll(async () => {
    server = await startRedis()
    flushing = setInterval(() => void server.call('SCRIPT', 'FLUSH'), 3)
  })
  afterAll(() => clearInterval(flushing))

  keepsTheContract(subjectAt((namespace) => redisQueue({ url: server.url, namespace })))
})

test('the contract is there', () => {
  expect(queueContract.length).toBeGreaterThan(300)
})

// -------------------------------------------------------------------------------------------------------------------

/** Cases that need a bounded queue are for drivers that can be bounded: Redis is bounded by its own `maxmemory`. */
function keepsTheContract(subject: QueueSubject): void {
  for (const one of queueContract.filter(({ needs }) => needs !== 'createBounded'))
    test(one.name, () => one.run(subject))
}
