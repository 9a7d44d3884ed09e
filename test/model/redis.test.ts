import { beforeAll, test } from 'vitest'
import { redisQueue } from '../../src/drivers/redis/redis-queue.js'
import { type RedisProcess, describeRedis, startRedis } from '../drivers/redis/redis-server.js'
import { looksAsInMemory } from './twins.js'

describeRedis('with a server', () => {
  let redis: RedisProcess
  let made = 0

  beforeAll(async () => {
    redis = await startRedis()
  })

  test('a service on Redis does what one in memory does', { timeout: 300_000 }, () =>
    looksAsInMemory(() => redisQueue({ url: redis.url, namespace: `model_${++made}` }), { runs: 8 }),
  )
})
