import { beforeAll, describe } from 'vitest'
import { type RedisProcess, describeRedis, startRedis } from '../drivers/redis/redis-server.js'
import { describeOn, nodeForSharing } from '../nodes/other-node.js'
import { Fleet } from './fleet.js'
import { deliversWebhooks } from './webhooks-suite.js'
import { redisStore } from './redis-store.js'
import { sqliteStore } from './sqlite-store.js'

describe('processes on one namespace of Redis', () => {
  let redis: RedisProcess

  describeRedis('with a server', () => {
    beforeAll(async () => {
      redis = await startRedis()
    })

    deliversWebhooks(
      (options) =>
        new Fleet({ store: redisStore(redis.call, { url: redis.url }), leaseMs: 1000, ...options }),
    )
  })
})

describeOn(nodeForSharing())('processes on one file', () => {
  deliversWebhooks((options) => new Fleet({ store: sqliteStore(), leaseMs: 1000, ...options }))
})
