import { beforeAll, expect, test } from 'vitest'
import { redisQueue } from '../../../src/drivers/redis/redis-queue.js'
import { prefixOf } from '../../../src/drivers/redis/names.js'
import { memoryQueue, migrate } from '../../../src/index.js'
import { FakeClock } from '../../../src/testing/index.js'
import { load, opened } from '../../migrate/cargo.js'
import { type RedisProcess, describeRedis, freshNamespace, startRedis } from './redis-server.js'

describeRedis('a namespace that was left', () => {
  let server: RedisProcess
  beforeAll(async () => {
    server = await startRedis()
  })

  test('holds nothing of the jobs: numbers and the last withdrawal alone', async () => {
    const [namespace, clock] = [freshNamespace(), new FakeClock()]
    const queue = redisQueue({ url: server.url, namespace })
    await opened([queue], clock, async () => {
      await load(queue, clock, 200)
      await migrate(queue, memoryQueue(), { clock })
      const prefix = prefixOf(namespace)
      const keys = ((await server.call('KEYS', `${prefix}*`)) as string[]).map((key) =>
        key.slice(prefix.length),
      )
      // A list of ready jobs keeps entries of those that were cancelled, until it is claimed from.
      expect(keys.filter((key) => key !== 'n' && !key.startsWith('r:'))).toEqual(['mo'])
      const numbers = (await server.call('HGETALL', `${prefix}n`)) as string[]
      const counts = numbers.flatMap((field, i) =>
        i % 2 === 0 && /( [DRBWCLX]$)|^(h|b)[CLX]$|^(late|fronts|outs)$/.test(field)
          ? [[field, numbers[i + 1]]]
          : [],
      )
      expect(counts.filter(([, count]) => count !== '0')).toEqual([])
    })
  })
})
