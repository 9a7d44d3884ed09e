import { expect, test } from 'vitest'
import { nameOf } from '../../../src/drivers/redis/names.js'
import { complete } from '../../../src/testing/contract/script.js'
import { keyed, termsOf } from '../../../src/testing/contract/terms.js'
import { describeRedis } from './redis-server.js'
import { stagedOnRedis } from './staged.js'

const many = 3000

describeRedis('claims among many keys', () => {
  const redis = stagedOnRedis()

  const addAll = async (part: (n: number) => ReturnType<typeof termsOf>): Promise<void> => {
    for (let n = 0; n < many; n += 50)
      await redis.stage.submit(...Array.from({ length: 50 }, (_, i) => part(n + i)))
  }
  /** How many commands the server ran for it. */
  const commandsOf = async (act: () => Promise<unknown>): Promise<number> => {
    await redis.server.call('CONFIG', 'RESETSTAT')
    await act()
    const stats = String(await redis.server.call('INFO', 'commandstats'))
    return [...stats.matchAll(/calls=(\d+)/g)].reduce((sum, [, calls]) => sum + Number(calls), 0)
  }

  test('look at a few keys, however many there are', async () => {
    await addAll((n) => keyed(`key-${n}`))
    expect(await commandsOf(() => redis.stage.take())).toBeLessThan(100)
    expect(await commandsOf(() => redis.stage.claim(64))).toBeLessThan(64 * 40)
  })

  test('look at a few where all share a rate that is used up', async () => {
    const rate = { key: 'all', max: 1, perMs: 1000 }
    await addAll((n) => termsOf({ concurrency: { key: `key-${n}`, max: 1 }, rate }))
    await redis.stage.take()
    await redis.stage.settle()
    for (let step = 0, more = true; more; step++) {
      expect(step).toBeLessThan(50)
      more = (await redis.stage.cycle({ wanted: [0] })).more
    }
    expect(await commandsOf(() => redis.stage.claim(1))).toBeLessThan(100)
    await redis.stage.pass(1000)
    expect(await commandsOf(() => redis.stage.take())).toBeLessThan(150)
  })

  test('look at a few where all share a key that is full', async () => {
    const concurrency = { key: 'all', max: 1 }
    await addAll((n) => termsOf({ concurrency, rate: { key: `key-${n}`, max: 1, perMs: 1000 } }))
    const run = await redis.stage.take()
    expect(await commandsOf(() => redis.stage.claim(1))).toBeLessThan(100)
    await redis.stage.end(run, complete())
    expect(await commandsOf(() => redis.stage.take())).toBeLessThan(150)
  })

  test('leave nothing of a key behind', async () => {
    const before = new Set((await redis.server.call('KEYS', redis.key('*'))) as string[])
    const part = termsOf({ concurrency: { key: 'c', max: 2 }, rate: { key: 'r', max: 9, perMs: 1000 } })
    await redis.stage.addMany(5, part)
    await redis.stage.add({ ...part, delayMs: 5 })
    for (let step = 0; step < 5; step++) {
      await redis.stage.end(await redis.stage.claim(2), complete(), { keep: false })
      await redis.stage.pass(5)
    }
    await redis.stage.pass(1000)
    await redis.stage.prune()
    const left = ((await redis.server.call('KEYS', redis.key('*'))) as string[]).filter(
      (key) => !before.has(key) && /:(k[curslxqt]|pk|g[kqro]|go|rg|rh)(:|$)/.test(key),
    )
    expect(left).toEqual([])
  })

  test('know an end that a store of the version before has still to tell', async () => {
    const { id } = await redis.stage.schedule()
    const first = await redis.stage.fired(id, { overlap: 'queue' })
    const second = await redis.stage.fired(id, { overlap: 'queue' })
    await redis.stage.cancel(first)
    expect(await redis.server.call('LINDEX', redis.key('out'), 0)).toMatch(/^1 \S+ \d+$/)
    await redis.server.call('LSET', redis.key('out'), 0, `1 ${nameOf(first)}`)
    await redis.stage.settle()
    expect(await redis.stage.takeIds(5)).toEqual([second])
  })
})
