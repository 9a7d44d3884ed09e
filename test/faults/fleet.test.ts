import { beforeAll } from 'vitest'
import { type RedisProcess, describeRedis, startRedis } from '../drivers/redis/redis-server.js'
import { Fleet } from './fleet.js'
import { actsAsOne } from './fleet-suite.js'
import { redisStore } from './redis-store.js'

let redis: RedisProcess

describeRedis('processes on one namespace', () => {
  beforeAll(async () => {
    redis = await startRedis()
  })

  actsAsOne({
    newFleet: (options) =>
      new Fleet({ store: redisStore(redis.call, { url: redis.url }), leaseMs: 15_000, ...options }),
    // From the server.
    gaps: 1,
  })
})
