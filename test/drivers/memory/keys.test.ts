import { describe, expect, test } from 'vitest'
import { type JobTerms, noTerms } from '../../../src/core/job-terms.js'
import { Store, completed, job, outcome } from './store.js'

const concurrency = (key: string, max = 1) => ({ concurrency: { key, max } })
const rate = (key: string, max = 1, perMs = 1_000) => ({ rate: { key, max, perMs } })

async function add(store: Store, id: string, terms: Partial<JobTerms>): Promise<void> {
  await store.queue.submit([job(id, { terms: { ...noTerms, ...terms } })])
}

describe('very many keys', () => {
  test('take turns, each once before any has a second', async () => {
    const store = await Store.open()
    const keys = 5_000
    for (let n = 0; n < 2 * keys; n++) await add(store, `j${n}`, concurrency(`k${n >> 1}`, 2))
    const claimed: number[] = []
    while (claimed.length < 2 * keys)
      for (const { id } of await store.claim(1_000)) claimed.push(Number(id.slice(1)))
    expect(claimed.slice(0, keys)).toEqual(Array.from({ length: keys }, (_, n) => 2 * n))
    expect(claimed.slice(keys)).toEqual(Array.from({ length: keys }, (_, n) => 2 * n + 1))
  })

  test('that share a rate start as it allows, and all of them', async () => {
    const store = await Store.open()
    const ids = Array.from({ length: 200 }, (_, n) => `j${n}`)
    for (const id of ids) await add(store, id, { ...concurrency(`k-${id}`), ...rate('all', 50) })
    const claimed: string[] = []
    for (let second = 0; second < 4; second++) {
      const { claims, nextDueAt } = await store.cycle({ slots: 100, leaseMs: 1e6 })
      claimed.push(...claims.map(({ id }) => id))
      expect([claims.length, nextDueAt]).toEqual([50, second < 3 ? store.now + 1_000 : store.now + 997_000])
      store.now += 1_000
    }
    expect(claimed).toEqual(ids)
  })

  test('that share a slot get it one after the other, whatever their rates', async () => {
    const store = await Store.open()
    for (let n = 0; n < 200; n++) await add(store, `j${n}`, { ...concurrency('one'), ...rate(`r${n % 100}`) })
    for (let n = 0; n < 100; n++) {
      const claims = await store.claim(5)
      expect(claims.map(({ id }) => id)).toEqual([`j${n}`])
      await store.cycle({ outcomes: claims.map((claim) => outcome(claim, completed)) })
    }
    expect((await store.cycle({ slots: 5 })).nextDueAt).toBe(store.now + 1_000)
    store.now += 1_000
    expect(await store.claimIds(5)).toEqual(['j100'])
  })
})

test('a rate falls due for nobody whom a slot holds up as well', async () => {
  const store = await Store.open()
  await add(store, 'a', { ...concurrency('c'), ...rate('r') })
  await add(store, 'b', { ...concurrency('c'), ...rate('r') })
  const claim = await store.claimOne({ leaseMs: 60_000 })
  expect((await store.cycle({ slots: 1, leaseMs: 60_000 })).nextDueAt).toBe(store.now + 60_000)
  expect((await store.settle(claim, completed)).nextDueAt).toBe(store.now + 1_000)
})

test('those without keys are one group among the others', async () => {
  const store = await Store.open()
  await store.add('p1', 'p2', 'p3')
  await add(store, 'a1', concurrency('a', 5))
  await add(store, 'a2', concurrency('a', 5))
  await add(store, 'b1', concurrency('b', 5))
  expect(await store.claimIds(6)).toEqual(['p1', 'a1', 'b1', 'p2', 'a2', 'p3'])
})

test('a job with keys that is handed back goes first in its group', async () => {
  const store = await Store.open()
  for (const id of ['a1', 'a2']) await add(store, id, concurrency('a', 5))
  await add(store, 'b1', concurrency('b', 5))
  const claim = await store.claimOne()
  await store.settle(claim, { kind: 'release' })
  expect(await store.claimIds(3)).toEqual(['b1', 'a1', 'a2'])
})
