import { expect, test } from 'vitest'
import { nameOf } from '../../../src/drivers/redis/names.js'
import { describeRedis } from './redis-server.js'
import { stagedOnRedis } from './staged.js'

/** What Redis keeps as a list is walked through in each step; see docs/decisions/0011-redis-layout.md. */
describeRedis('what each step looks into is no list', () => {
  const redis = stagedOnRedis()

  const encodingOf = (key: string): Promise<unknown> =>
    redis.server.call('OBJECT', 'ENCODING', redis.key(key))

  test('the numbers are a table from the start', async () => {
    await redis.stage.add()
    expect(await encodingOf('n')).toBe('hashtable')
  })

  test('leases are a tree once eight come at once, and nothing else stands among them', async () => {
    const ids = await redis.stage.addMany(8)
    await redis.stage.claim(8)
    expect(await encodingOf('lease')).toBe('skiplist')
    const names = await redis.server.call('ZRANGE', redis.key('lease'), 0, -1)
    expect((names as string[]).toSorted()).toEqual(ids.map(nameOf).toSorted())
  })
})
