import { beforeEach, describe, expect, test } from 'vitest'
import { Store, completed, failed, job, keep } from './store.js'

let store: Store

beforeEach(async () => {
  store = await Store.open()
})

/** Completes a job whose payload is 10 bytes, 1 ms after the last. */
async function finish(id: string, settlement = completed): Promise<void> {
  await store.queue.submit([job(id, { payload: '"01234567"' })])
  store.now += 1
  await store.settle(await store.claimOne(), settlement)
}

async function left(): Promise<string> {
  return (await store.list()).jobs.map((record) => record.id).join(' ')
}

describe('retention', () => {
  test.each([
    ['age', keep({ ageMs: 2 })],
    ['count', keep({ count: 2 })],
    ['bytes', keep({ bytes: 20 })],
  ])('by %s removes those that ended first', async (_, completedKept) => {
    for (const id of ['one', 'two', 'three', 'four']) await finish(id)
    const answer = await store.prune({ completed: completedKept })
    expect(answer).toEqual({ removedJobs: 2, expiredResults: 0, orphanedResults: [], more: false })
    expect(await left()).toBe('four three')
  })

  test('holds each final state to its own', async () => {
    for (const id of ['one', 'two']) await finish(id)
    for (const id of ['three', 'four']) await finish(id, failed)
    await store.prune({ dead_letter: keep({ count: 1 }) })
    expect(await left()).toBe('four two one')
  })

  test('touches no job that has not ended, and none that lives again', async () => {
    await store.add('waits')
    await store.queue.submit([job('again', { priority: 'high' })])
    await store.settle(await store.claimOne(), failed)
    await store.retry('again')
    const none = { ageMs: 0, count: 0, bytes: 0 }
    expect(await store.prune({ completed: none, dead_letter: none, cancelled: none })).toMatchObject({
      removedJobs: 0,
    })
  })

  test('works in bounded steps and says when there is more', async () => {
    for (const id of ['one', 'two', 'three']) await finish(id)
    const request = { completed: keep({ count: 0 }), limit: 2 }
    expect(await store.prune(request)).toMatchObject({ removedJobs: 2, more: true })
    expect(await store.prune(request)).toMatchObject({ removedJobs: 1, more: false })
  })

  test('forgets results whose time is over, and names those that are kept elsewhere', async () => {
    await store.add('inline', 'stored', 'young')
    for (const claim of await store.claim(3)) {
      const result = claim.id === 'inline' ? { inline: '1' } : { key: `at/${claim.id}` }
      await store.settle(
        claim,
        { kind: 'complete', result },
        { resultTtlMs: claim.id === 'young' ? 1_000 : 10 },
      )
    }
    store.now += 10
    expect(await store.prune()).toEqual({
      removedJobs: 0,
      expiredResults: 2,
      orphanedResults: ['at/stored'],
      more: false,
    })
    expect(await store.prune({ completed: keep({ count: 0 }) })).toMatchObject({
      removedJobs: 3,
      orphanedResults: ['at/young'],
    })
  })

  test('takes nothing from the metrics and leaves nothing in the counts', async () => {
    await finish('one')
    await store.prune({ completed: keep({ count: 0 }) })
    expect((await store.queue.metrics()).types['work']).toMatchObject({
      submitted: 1,
      completed: 1,
      totalRunMs: 5,
    })
    expect(await store.queue.counts()).toMatchObject({ completed: 0, byType: {} })
  })
})
