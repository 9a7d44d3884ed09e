import { beforeEach, describe, expect, test } from 'vitest'
import type { Priority } from '../../../src/core/priority.js'
import { Store, job, outcome, released, retried } from './store.js'

let store: Store

beforeEach(async () => {
  store = await Store.open()
})

async function addMany(priority: Priority, count: number): Promise<void> {
  await store.queue.submit(Array.from({ length: count }, (_, n) => job(`${priority}-${n}`, { priority })))
}

async function classes(claims: number, types = ['work']): Promise<string> {
  const got = await store.claim(claims, { types })
  return got.map((claim) => claim.priority[0]).join('')
}

/** The most claims from one of a class (or the start) to the next. */
function longestWait(order: string, first: string): number {
  const at = [-1, ...Array.from(order).flatMap((one, n) => (one === first ? [n] : []))]
  return Math.max(...at.slice(1).map((place, n) => place - (at[n] ?? 0)))
}

describe('the ready order', () => {
  test('is first ready first, over several types as one', async () => {
    await store.queue.submit([job('x1', { type: 'x' }), job('y1', { type: 'y' }), job('x2', { type: 'x' })])
    expect(await store.claimIds(3, { types: ['y', 'x'] })).toEqual(['x1', 'y1', 'x2'])
  })

  test('leaves out types that were not asked for, and they block nothing', async () => {
    await store.queue.submit([job('x1', { type: 'x', priority: 'critical' }), job('y1', { type: 'y' })])
    expect(await store.claimIds(2, { types: ['y', 'unknown'] })).toEqual(['y1'])
    expect(await store.queue.counts()).toMatchObject({ skips: { critical: 0 } })
  })

  test('puts delayed jobs in when they are due, first due first, and a past time means now', async () => {
    await store.queue.submit([
      job('late', { delayMs: 20 }),
      job('early', { runAt: store.now + 10 }),
      job('past', { runAt: 5 }),
    ])
    await store.add('now')
    expect(await store.claimIds(9)).toEqual(['past', 'now'])
    store.now += 20
    expect(await store.claimIds(9)).toEqual(['early', 'late'])
  })

  test('puts a retried job at the end', async () => {
    await store.add('one', 'two')
    const claim = await store.claimOne()
    await store.settle(claim, retried(0))
    expect(await store.claimIds(2)).toEqual(['two', 'one'])
  })

  test('puts released jobs in front as they stood before, in whatever order they are handed back', async () => {
    await store.add('one', 'two', 'three', 'four')
    const claims = await store.claim(3)
    const back = [1, 2, 0].map((n) => outcome(claims[n]!, released))
    await store.cycle({ outcomes: back })
    expect(await store.claimIds(4)).toEqual(['one', 'two', 'three', 'four'])
  })

  test('keeps that when they are handed back in several steps, and when handed back twice', async () => {
    await store.add('one', 'two', 'three', 'four')
    for (let round = 0; round < 2; round++) {
      const claims = await store.claim(3)
      for (const n of [2, 0, 1]) await store.settle(claims[n]!, released)
    }
    expect(await store.claimIds(4)).toEqual(['one', 'two', 'three', 'four'])
  })

  test('puts a released job before one of another type that waited longer', async () => {
    await store.queue.submit([job('old', { type: 'other' }), job('back')])
    await store.settle(await store.claimOne(), released)
    expect(await store.claimIds(2, { types: ['other', 'work'] })).toEqual(['back', 'old'])
  })
})

describe('the skip budgets', () => {
  test('serve a steady stream of high ones with a low one each 17th claim at the latest', async () => {
    await addMany('high', 60)
    await addMany('low', 3)
    expect(await classes(40)).toBe(`${'h'.repeat(16)}l${'h'.repeat(16)}l${'h'.repeat(6)}`)
  })

  test('let no class wait longer than its bound, however many better ones there are', async () => {
    await addMany('critical', 80)
    for (const priority of ['high', 'normal', 'low'] as const) await addMany(priority, 4)
    const order = await classes(92)
    expect(order).toHaveLength(92)
    expect(longestWait(order, 'h')).toBeLessThanOrEqual(7)
    expect(longestWait(order, 'n')).toBeLessThanOrEqual(10)
    expect(longestWait(order, 'l')).toBeLessThanOrEqual(17)
  })

  test('count across instances and types: the store has one count', async () => {
    await addMany('high', 20)
    await store.queue.submit([job('waits', { priority: 'normal', type: 'other' })])
    const types = ['work', 'other']
    const order: string[] = []
    for (let n = 0; n < 9; n++) {
      order.push(...(await store.claimIds(1, { instance: n % 2 ? 'a' : 'b', types })))
    }
    expect(order.indexOf('waits')).toBe(8)
  })

  test('do not count what the claimer may not take', async () => {
    await addMany('high', 20)
    await store.queue.submit([job('waits', { priority: 'low', type: 'other' })])
    await store.claim(20)
    expect((await store.queue.counts()).skips).toEqual({ critical: 0, high: 0, normal: 0, low: 0 })
  })

  test('of 0 mean strictly by class', async () => {
    await addMany('low', 5)
    await addMany('high', 40)
    const claims = await store.claim(45, { budgets: { high: 0, normal: 0, low: 0 } })
    expect(claims.slice(0, 40).every((claim) => claim.priority === 'high')).toBe(true)
  })
})
