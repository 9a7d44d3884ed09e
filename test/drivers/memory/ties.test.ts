import { describe, expect, test } from 'vitest'
import { type JobTerms, noTerms } from '../../../src/core/job-terms.js'
import { Store, completed, job, keep, outcome } from './store.js'

const after = (...ids: readonly string[]): Partial<JobTerms> => ({
  dependsOn: ids.map((id) => ({ id, onFailure: 'fail' })),
})

async function add(store: Store, id: string, terms: Partial<JobTerms>, given = {}) {
  const [answer] = await store.queue.submit([job(id, { terms: { ...noTerms, ...terms }, ...given })])
  return answer
}

describe('a job that was held', () => {
  test('is as old for retention as its end', async () => {
    const store = await Store.open()
    await store.add('old')
    await add(store, 'child', after('old'), { type: 'other' })
    await store.run('old')
    for (const id of ['young', 'younger']) {
      store.now += 10
      await store.add(id)
      await store.run(id)
    }
    await store.cancel('child')
    await store.cycle()
    await store.prune({ completed: keep({ count: 2 }) })
    expect((await store.list({ status: 'completed' })).jobs.map(({ id }) => id)).toEqual(['younger', 'young'])
  })

  test('of which nothing is kept has its result while others may read it, and is gone then', async () => {
    const store = await Store.open()
    await store.add('parent')
    await add(store, 'child', after('parent'))
    const claim = await store.claimOne()
    const end = { kind: 'complete', result: { inline: '"it"' } } as const
    await store.cycle({ outcomes: [outcome(claim, end, { keep: false, resultTtlMs: 0 })] })
    store.now += 1_000
    await store.prune()
    expect((await store.get('parent')).result).toEqual({ inline: '"it"' })
    await store.settle(await store.claimOne(), completed)
    expect(await store.queue.get('parent')).toBeNull()
  })

  test('gives its result back to time', async () => {
    const store = await Store.open()
    await store.add('parent')
    await add(store, 'child', after('parent'))
    const end = { kind: 'complete', result: { inline: '"it"' } } as const
    await store.settle(await store.claimOne(), end, { resultTtlMs: 50 })
    store.now += 100
    expect((await store.prune()).expiredResults).toBe(0)
    await store.settle(await store.claimOne(), completed)
    expect((await store.get('parent')).result).toBeNull()
    expect((await store.prune()).expiredResults).toBe(1)
  })
})

test('a replacement that would make a job wait for itself is refused, and changes nothing', async () => {
  const store = await Store.open()
  const dedupe = { mode: 'replace', windowMs: null } as const
  await add(store, 'a', { dedupe }, { dedupeKey: 'key' })
  await add(store, 'b', after('a'))
  await add(store, 'c', after('b'))
  const before = await store.get('a')
  for (const id of ['a', 'c']) {
    const answer = await add(store, 'd', { dedupe, ...after(id) }, { dedupeKey: 'key' })
    expect(answer).toEqual({ kind: 'circle', id })
  }
  expect(await store.get('a')).toEqual(before)
})

test('a replacement sent again after the job has run is answered as the first time', async () => {
  const store = await Store.open()
  const dedupe = { mode: 'replace', windowMs: null } as const
  await add(store, 'a', { dedupe }, { dedupeKey: 'key' })
  const first = await add(store, 'b', { dedupe }, { dedupeKey: 'key' })
  await store.run('a')
  expect(await add(store, 'b', { dedupe }, { dedupeKey: 'key' })).toEqual(first)
  expect(await store.claimIds(5)).toEqual([])
})

test('a setting that was put twice by one request is not made anew once it was removed', async () => {
  const { queue } = await Store.open()
  const request = { key: 'k', text: 'one', notices: [], version: 0, token: 't' }
  const first = await queue.putSetting(request)
  await queue.removeSetting('k')
  expect(await queue.putSetting(request)).toEqual(first)
  expect(await queue.settings({ prefix: '', after: null, limit: 10 })).toEqual([])
})

describe('someone who waits for work of another type', () => {
  test('is woken to follow the edges of a job that was cancelled', async () => {
    const store = await Store.open()
    const hints: string[] = []
    store.queue.subscribe('a', ({ kind }) => hints.push(kind))
    await add(store, 'parent', {}, { type: 'elsewhere' })
    await add(store, 'child', { dependsOn: [{ id: 'parent', onFailure: 'ignore' }] })
    await store.cycle({ slots: 1 })
    await store.cancel('parent')
    await Promise.resolve()
    expect(hints).toEqual(['work'])
    expect(await store.claimIds(1)).toEqual(['child'])
  })
})
