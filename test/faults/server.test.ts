import { setTimeout as pause } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { type RedisProcess, describeRedis, startRedis } from '../drivers/redis/redis-server.js'
import { Fleet, type FleetOptions } from './fleet.js'
import { startLoad } from './load.js'
import { until } from './patience.js'
import { producerOf, redisStore } from './redis-store.js'

function fleetOn(redis: RedisProcess, options: Partial<FleetOptions> = {}): Fleet {
  return new Fleet({ store: redisStore(redis.call, { url: redis.url }), ...options })
}

describeRedis('a fleet whose server', () => {
  test('is killed and started again, with all it had written, ends every job', async () => {
    // It loads slowly, so that it answers LOADING for a while.
    const slowly = { 'key-load-delay': '300' }
    const redis = await startRedis({ appendonly: 'yes', appendfsync: 'always', ...slowly })
    const fleet = fleetOn(redis, { leaseMs: 1500 })
    await fleet.spawn(2)
    const stopLoad = startLoad(fleet, producerOf(fleet, redis.url))
    await fleet.started(100)
    await redis.kill()
    const before = fleet.runs().length
    await redis.restart()
    await until('the workers work again', () => fleet.runs().length > before + 20, 5000)
    await stopLoad()
    await fleet.allEnded()
    expect(fleet.told('error').some(({ message }) => message?.includes('LOADING'))).toBe(true)
    expect(await fleet.wrongs()).toEqual([])
  })

  test('forgets its scripts again and again does not notice', async () => {
    const redis = await startRedis()
    const fleet = fleetOn(redis, { leaseMs: 5000 })
    await fleet.spawn(2)
    const stopLoad = startLoad(fleet, producerOf(fleet, redis.url))
    for (let i = 0; i < 100; i++) {
      await redis.call('SCRIPT', 'FLUSH')
      await pause(20)
    }
    expect((await stopLoad()).refused).toEqual([])
    await fleet.allEnded()
    expect(fleet.told('error')).toEqual([])
    expect(fleet.told('retrying')).toEqual([])
    expect(await fleet.wrongs()).toEqual([])
  })

  test('takes no writes for less than half a lease loses no lease', async () => {
    const redis = await startRedis()
    const fleet = fleetOn(redis, { leaseMs: 5000 })
    await fleet.spawn(2)
    const stopLoad = startLoad(fleet, producerOf(fleet, redis.url), { ms: 100 })
    await fleet.started(20)
    await redis.call('CLIENT', 'PAUSE', 2000, 'WRITE')
    await until('it takes them again', async () => (await redis.call('SET', 'any', 'text')) === 'OK')
    await stopLoad()
    await fleet.allEnded()
    expect(fleet.told('lease_lost')).toEqual([])
    expect(fleet.runs().filter(({ attempt }) => attempt > 1)).toEqual([])
    expect(await fleet.wrongs()).toEqual([])
  })
})
