import { expect, test } from 'vitest'
import type { NewJob } from '../../../src/core/queue-adapter.js'
import { nameOf } from '../../../src/drivers/redis/names.js'
import { complete, keepOfEach } from '../../../src/testing/contract/script.js'
import { after, keyed, termsOf } from '../../../src/testing/contract/terms.js'
import { describeRedis } from './redis-server.js'
import { stagedOnRedis } from './staged.js'

describeRedis('mending what jobs share', () => {
  const redis = stagedOnRedis()

  const lose = (...keys: readonly string[]): Promise<unknown> =>
    redis.server.call('DEL', ...keys.map(redis.key))
  /** Some whole ways through all jobs; the words of what was mended. */
  const mendAll = async (): Promise<readonly string[]> => {
    const found: string[] = []
    for (let step = 0; step < 12; step++)
      for (const { what } of (await redis.stage.queue.mend?.()) ?? []) found.push(what)
    return found
  }
  const running = async (name: string): Promise<number | undefined> =>
    (await redis.stage.queue.keyState({ concurrency: name, rate: null })).concurrency?.running
  const chainOf = async (part: Partial<NewJob> = {}): Promise<readonly [string, string]> => {
    const parent = await redis.stage.add()
    return [parent, await redis.stage.add({ ...after(parent), ...part })]
  }

  test('finds nothing where nothing is wrong', async () => {
    const [parent] = await chainOf()
    await redis.stage.add(
      termsOf({ ...keyed('k').terms, ...after(parent).terms, concurrency: { key: 'k', max: 1 } }),
    )
    await redis.stage.addMany(3, keyed('k', 2))
    await redis.stage.add({ ...keyed('l'), delayMs: 1000 })
    await redis.stage.claim(3)
    await redis.stage.end(await redis.stage.claim(1), complete())
    await redis.stage.settle()
    expect(await redis.stage.unchanged(mendAll)).toEqual([])
  })

  test('frees who waits for a job that someone removed', async () => {
    const [parent, child] = await chainOf()
    await lose(`j:${nameOf(parent)}`, `b:${nameOf(parent)}`, `d:${nameOf(parent)}`)
    expect(await mendAll()).toContain('blocked')
    expect(await redis.stage.takeIds(5)).toEqual([child])
  })

  test('frees who is blocked by nobody knows whom', async () => {
    const [parent, child] = await chainOf()
    await lose(`w:${nameOf(child)}`)
    expect(await mendAll()).toContain('blocked')
    expect([...(await redis.stage.takeIds(5))].sort()).toEqual([parent, child].sort())
  })

  test('has a job that lost its list of waiting ones let them go', async () => {
    const [parent, child] = await chainOf()
    await lose(`b:${nameOf(parent)}`)
    expect(await mendAll()).toContain('blocked')
    await redis.stage.end(await redis.stage.take(), complete())
    expect(await redis.stage.takeIds(5)).toEqual([child])
  })

  test('ends by its rule who waits for one whose end nobody told', async () => {
    const [parent, child] = await chainOf()
    await lose(`b:${nameOf(parent)}`)
    await redis.stage.cancel(parent)
    await mendAll()
    await redis.stage.settle()
    expect(await redis.stage.status(child)).toBe('dead_letter')
  })

  test('ties a job again to those that it depends on', async () => {
    const [parent, child] = await chainOf()
    await redis.stage.end(await redis.stage.take(), complete())
    await lose(`d:${nameOf(parent)}`)
    expect(await mendAll()).toContain('tie')
    expect((await redis.stage.discard(parent)).kind).toBe('held')
    await redis.stage.end(await redis.stage.take(), complete())
    await redis.stage.settle()
    expect([(await redis.stage.discard(parent)).kind, await redis.stage.status(child)]).toEqual([
      'done',
      'completed',
    ])
  })

  test('lets a job go that is kept for one that someone removed', async () => {
    const [parent, child] = await chainOf()
    await redis.stage.end(await redis.stage.take(), complete())
    await lose(`j:${nameOf(child)}`)
    expect(await mendAll()).toContain('tie')
    await redis.stage.prune(keepOfEach({ count: 0 }))
    expect(await redis.stage.status(parent)).toBe('missing')
  })

  test('counts the runs of a key anew where a run is gone', async () => {
    const [, second] = await redis.stage.addMany(3, keyed('k'))
    const run = await redis.stage.take()
    await lose(`j:${nameOf(run.id)}`)
    expect(await mendAll()).toContain('key')
    expect(await running('k')).toBe(0)
    expect(await redis.stage.takeIds(5)).toEqual([second])
  })

  test('knows the runs of a key again where they were lost', async () => {
    await redis.stage.addMany(3, keyed('k'))
    await redis.stage.take()
    await lose('ku:k')
    expect(await running('k')).toBe(0)
    expect(await mendAll()).toContain('key')
    expect([await running('k'), await redis.stage.takeIds(5)]).toEqual([1, []])
  })

  test('has jobs of a key claimed whose indexes were lost', async () => {
    const ids = await redis.stage.addMany(3, keyed('k', 9))
    await lose('gr:2:task k -', 'gq:2:task ck', 'go:2:task')
    expect(await redis.stage.takeIds(5)).toEqual([])
    expect(await mendAll()).toContain('ready')
    expect([...(await redis.stage.takeIds(5))].sort()).toEqual([...ids].sort())
  })

  test('has those of a group claimed that stands nowhere', async () => {
    const ids = await redis.stage.addMany(3, keyed('k', 9))
    await lose('gq:2:task ck', 'go:2:task')
    expect(await mendAll()).toContain('key')
    expect(await redis.stage.takeIds(5)).toEqual(ids)
  })
})
