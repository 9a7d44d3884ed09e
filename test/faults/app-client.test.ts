import { once } from 'node:events'
import { Redis } from 'ioredis'
import { expect, onTestFinished, test } from 'vitest'
import { silentLogger } from '../../src/core/logger.js'
import type { QueueAdapter } from '../../src/core/queue-adapter.js'
import { redisQueue } from '../../src/drivers/redis/index.js'
import { describeRedis, freshNamespace, startRedis } from '../drivers/redis/redis-server.js'
import { until } from './patience.js'
import { startProxy } from './proxy.js'

describeRedis('a client of the app', () => {
  test.each([{ enableReadyCheck: true }, { enableReadyCheck: false }])(
    'with %j that connects anew to silence is back within five seconds after it',
    async (options) => {
      const redis = await startRedis()
      const proxy = await startProxy(redis.port)
      const client = new Redis(proxy.url, options)
      client.on('error', () => undefined)
      const queue = redisQueue({ client, namespace: freshNamespace(), commandTimeoutMs: 300 })
      onTestFinished(async () => {
        await queue.close()
        client.disconnect()
      })
      await queue.open({ logger: silentLogger })
      proxy.blackHole()
      const anew = once(client, 'connect')
      expect(await isBack(queue)).toBe(false)
      await anew
      proxy.pass()
      await until('the queue answers again', () => isBack(queue), 5000)
    },
  )
})

function isBack(queue: QueueAdapter): Promise<boolean> {
  return queue.time().then(
    () => true,
    () => false,
  )
}
