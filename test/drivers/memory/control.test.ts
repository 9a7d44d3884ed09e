import { beforeEach, describe, expect, test } from 'vitest'
import { Store, completed, failed, job, retried } from './store.js'

let store: Store

beforeEach(async () => {
  store = await Store.open()
})

describe('a submission', () => {
  test('sent again is answered as the first time, whatever became of the job', async () => {
    const first = await store.queue.submit([job('one')])
    await store.settle(await store.claimOne(), completed)
    expect(await store.queue.submit([job('one')])).toEqual(first)
    expect(first).toEqual([{ kind: 'created', id: 'one', status: 'pending' }])
  })

  test('of a known id stands with the same digest and conflicts with another', async () => {
    await store.add('one')
    await store.claimOne()
    const answers = await store.queue.submit([
      job('one', { token: 'x' }),
      job('one', { digest: 'other' }),
      job('new'),
    ])
    expect(answers).toEqual([
      { kind: 'standing', id: 'one', status: 'processing' },
      { kind: 'conflict', id: 'one' },
      { kind: 'created', id: 'new', status: 'pending' },
    ])
  })

  test('with a dedupe key stands while a live job has it, and is created afterwards', async () => {
    await store.queue.submit([job('one', { dedupeKey: 'k' })])
    const claim = await store.claimOne()
    expect(await store.queue.submit([job('two', { dedupeKey: 'k' })])).toEqual([
      { kind: 'standing', id: 'one', status: 'processing' },
    ])
    await store.settle(claim, completed)
    expect(await store.queue.submit([job('two', { dedupeKey: 'k' })])).toMatchObject([{ kind: 'created' }])
  })

  test('beyond the room is full and adds nothing, while what is known is still answered', async () => {
    const small = await Store.open({ maxJobs: 2 })
    await small.add('one', 'two')
    const answers = await small.queue.submit([job('three'), job('one')])
    expect(answers).toEqual([
      { kind: 'full', limit: 'maxJobs (2)' },
      { kind: 'created', id: 'one', status: 'pending' },
    ])
    expect(await small.queue.get('three')).toBeNull()
  })

  test('counts the bytes of payloads and results, and has room again when they are gone', async () => {
    const small = await Store.open({ maxBytes: 20 })
    await small.queue.submit([job('one', { payload: '"ä"' })])
    const result = { kind: 'complete', result: { inline: '"0123456789"' } } as const
    await small.settle(await small.claimOne(), result)
    const two = job('two', { payload: '"abc"' })
    expect(await small.queue.submit([two])).toMatchObject([{ kind: 'full' }])
    await small.prune({ completed: { ageMs: 0, count: 0, bytes: 0 } })
    expect(await small.queue.submit([two])).toMatchObject([{ kind: 'created' }])
  })
})

describe('a cancel', () => {
  test.each(['pending', 'delayed', 'retrying', 'processing'])('ends a %s job at once', async (from) => {
    await store.queue.submit([job('one', { delayMs: from === 'delayed' ? 50 : null })])
    if (from === 'retrying' || from === 'processing') {
      const claim = await store.claimOne()
      if (from === 'retrying') await store.settle(claim, retried(50))
    }
    const answer = await store.cancel('one')
    expect(answer).toMatchObject({ kind: 'done', from: from === 'delayed' ? 'pending' : from })
    expect(await store.get('one')).toMatchObject({
      status: 'cancelled',
      completedAt: store.now,
      cancelReason: 'not needed',
    })
    store.now += 100_000
    expect(await store.cycle({ slots: 1 })).toMatchObject({ claims: [], reclaimed: [], nextDueAt: null })
  })

  test('of a run moves the fence, refuses its outcome and tells its owner once', async () => {
    await store.add('one')
    const claim = await store.claimOne()
    await store.cancel('one')
    expect(Number((await store.get('one')).fence)).toBe(Number(claim.fence) + 1)
    const reply = await store.settle(claim, completed)
    expect(reply.stale).toEqual([{ id: 'one', fence: claim.fence }])
    expect(reply.cancelled).toEqual([{ id: 'one', fence: claim.fence }])
    expect((await store.cycle()).cancelled).toEqual([])
  })

  test('sent again gets the same answer, also when the job lives again', async () => {
    await store.add('one')
    const first = await store.cancel('one', 'c1')
    await store.retry('one')
    expect(await store.cancel('one', 'c1')).toEqual(first)
    expect(await store.status('one')).toBe('pending')
  })

  test('of a final job conflicts, and of none is missing', async () => {
    await store.add('one')
    await store.settle(await store.claimOne(), completed)
    expect(await store.cancel('one')).toEqual({ kind: 'conflict', status: 'completed' })
    expect(await store.cancel('none')).toEqual({ kind: 'missing' })
  })
})

describe('a retry', () => {
  test('gives a dead letter a new life', async () => {
    await store.add('one')
    const claim = await store.claimOne()
    await store.renew([{ id: 'one', fence: claim.fence, progress: '1', lines: ['l'], linesFrom: 0 }])
    await store.settle(claim, failed)
    store.now += 7
    expect(await store.retry('one')).toMatchObject({ kind: 'done', from: 'dead_letter' })
    expect(await store.get('one')).toMatchObject({
      status: 'pending',
      generation: 2,
      failures: 0,
      error: null,
      progress: null,
      lines: [],
      startedAt: null,
      completedAt: null,
      readyAt: store.now,
    })
    const next = await store.claimOne()
    expect(next.generation).toBe(2)
    expect(Number(next.fence)).toBeGreaterThan(Number(claim.fence))
  })

  test('sent again gets the same answer and no third life', async () => {
    await store.add('one')
    await store.cancel('one')
    const first = await store.retry('one', 'r1')
    await store.cancel('one')
    expect(await store.retry('one', 'r1')).toEqual(first)
    expect(await store.get('one')).toMatchObject({ status: 'cancelled', generation: 2 })
  })

  test('conflicts in every other state', async () => {
    await store.add('one')
    expect(await store.retry('one')).toEqual({ kind: 'conflict', status: 'pending' })
    const claim = await store.claimOne()
    expect(await store.retry('one')).toEqual({ kind: 'conflict', status: 'processing' })
    await store.settle(claim, completed)
    expect(await store.retry('one')).toEqual({ kind: 'conflict', status: 'completed' })
  })

  test('conflicts while another live job has its dedupe key, with the state of that one', async () => {
    await store.queue.submit([job('one', { dedupeKey: 'k' })])
    await store.cancel('one')
    await store.queue.submit([job('two', { dedupeKey: 'k' })])
    const claim = await store.claimOne()
    expect(await store.retry('one')).toEqual({ kind: 'conflict', status: 'processing' })
    await store.settle(claim, completed)
    expect(await store.retry('one')).toMatchObject({ kind: 'done' })
    expect(await store.queue.submit([job('three', { dedupeKey: 'k' })])).toMatchObject([
      { kind: 'standing', id: 'one' },
    ])
  })
})
