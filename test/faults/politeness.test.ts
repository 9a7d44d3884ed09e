import { beforeAll } from 'vitest'
import {
  type RedisProcess,
  describeRedis,
  freshNamespace,
  startRedis,
} from '../drivers/redis/redis-server.js'
import { crawlsPolitely } from './politeness-suite.js'

let redis: RedisProcess

describeRedis('two processes that crawl one site, on Redis,', () => {
  beforeAll(async () => {
    redis = await startRedis()
  })

  crawlsPolitely({ queueIn: () => ({ kind: 'redis', url: redis.url, namespace: freshNamespace() }) })
})
