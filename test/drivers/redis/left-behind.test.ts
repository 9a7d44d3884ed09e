import { expect, test } from 'vitest'
import { nameOf } from '../../../src/drivers/redis/names.js'
import { complete } from '../../../src/testing/contract/script.js'
import { jobIn } from '../../../src/testing/contract/states.js'
import { after, termsOf, unique } from '../../../src/testing/contract/terms.js'
import { takeSnapshot } from '../../faults/snapshot.js'
import { unsoundness } from '../../faults/soundness.js'
import { describeRedis } from './redis-server.js'
import { stagedOnRedis } from './staged.js'

describeRedis('nothing is left behind', () => {
  const redis = stagedOnRedis()

  const wrongs = async (): Promise<string[]> =>
    unsoundness(await takeSnapshot(redis.server.call, redis.namespace))

  test('of a parent that is not kept and completes before its cancelled child lets it go', async () => {
    const parent = await redis.stage.add()
    const child = await redis.stage.add(after(parent))
    const run = await redis.stage.take()
    await redis.stage.cancel(child)
    await redis.stage.end(run, complete(), { keep: false })
    await redis.stage.settle()
    expect(await redis.stage.status(parent)).toBe('missing')
    expect(await redis.server.call('EXISTS', redis.key('hd'))).toBe(0)
    expect(await wrongs()).toEqual([])
  })

  test('of a parent that is discarded before its end has been told', async () => {
    const parent = await redis.stage.add()
    const children = await redis.stage.addMany(70, after(parent))
    const run = await redis.stage.take()
    for (const child of children) await redis.stage.cancel(child)
    for (let step = 0; step < 70; step++) await redis.stage.cycle({ types: [] })
    await redis.stage.end(run, complete())
    await redis.stage.discard(parent)
    await redis.stage.settle()
    expect(await redis.stage.discard(parent)).toEqual({ kind: 'missing' })
    expect(await wrongs()).toEqual([])
  })

  test('of windows that are over when a retry meets a live job', async () => {
    const first = await jobIn(redis.stage, 'cancelled', unique('key', 'keep', 1000))
    await redis.stage.pass(1000)
    const second = await redis.stage.add(unique('key', 'keep'))
    expect((await redis.stage.retry(first)).kind).toBe('conflict')
    expect(await wrongs()).toEqual([])
    await redis.stage.cancel(second)
    expect((await redis.stage.retry(first)).kind).toBe('done')
    expect(await wrongs()).toEqual([])
  })

  test('of a delay that a later submission of the same call takes back', async () => {
    const replace = unique('key', 'replace')
    await redis.stage.submit({ ...replace, delayMs: 1000 }, replace)
    await redis.stage.submit({ ...replace, delayMs: 1000 }, { ...replace, delayMs: 500 }, replace)
    expect(await redis.server.call('EXISTS', redis.key('due'))).toBe(0)
    expect(await wrongs()).toEqual([])
  })

  test('of hundreds of replacements: one entry where it waits, and tokens that go by themselves', async () => {
    const parent = await redis.stage.add()
    const rule = termsOf({ ...after(parent).terms, dedupe: { mode: 'debounce', windowMs: 1000 } })
    for (let i = 0; i < 300; i++) await redis.stage.submit({ dedupeKey: 'key', ...rule })
    expect(await redis.server.call('LLEN', redis.key(`b:${nameOf(parent)}`))).toBe(1)
    expect(await wrongs()).toEqual([])
  })
})
