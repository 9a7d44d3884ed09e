import { beforeAll } from 'vitest'
import { type RedisProcess, describeRedis, startRedis } from '../drivers/redis/redis-server.js'
import { Fleet } from './fleet.js'
import { survivesFaults } from './processes-suite.js'
import { redisStore } from './redis-store.js'

let redis: RedisProcess

describeRedis('a fleet of processes', () => {
  beforeAll(async () => {
    redis = await startRedis()
  })

  survivesFaults({
    newFleet: (options) => new Fleet({ store: redisStore(redis.call, { url: redis.url }), ...options }),
    rerun: { leaseMs: 1000, within: 'a lease and two seconds', withinMs: 3000 },
  })
})
