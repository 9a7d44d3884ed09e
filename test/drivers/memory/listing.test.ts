import { beforeEach, describe, expect, test } from 'vitest'
import type { ListQuery } from '../../../src/core/queue-adapter.js'
import { Store, completed, failed, job, keep, released, retried } from './store.js'

let store: Store

beforeEach(async () => {
  store = await Store.open()
})

async function ids(given: Partial<ListQuery>): Promise<string> {
  return (await store.list(given)).jobs.map((record) => record.id).join(' ')
}

async function walk(given: Partial<ListQuery>, between = async (): Promise<void> => {}): Promise<string> {
  const seen: string[] = []
  let cursor: string | null = null
  do {
    const page = await store.list({ ...given, cursor })
    seen.push(...page.jobs.map((record) => record.id))
    cursor = page.nextCursor
    await between()
  } while (cursor !== null)
  return seen.join(' ')
}

describe('a list', () => {
  test('is newest first, without payload and lines, with the true total', async () => {
    await store.add('one', 'two', 'three')
    const page = await store.list({ limit: 2 })
    expect(page.jobs.map((record) => [record.id, record.payload, record.lines])).toEqual([
      ['three', '', []],
      ['two', '', []],
    ])
    expect(page.total).toBe(3)
    expect(await ids({ limit: 2, offset: 2 })).toBe('one')
    expect((await store.list({ limit: 3 })).nextCursor).toBeNull()
  })

  test('by state and type finds all of them; delayed ones are pending', async () => {
    await store.queue.submit([
      job('a'),
      job('b', { type: 'x' }),
      job('c', { delayMs: 5 }),
      job('d', { type: 'x' }),
    ])
    await store.settle(await store.claimOne(), completed)
    expect(await ids({ status: 'pending' })).toBe('d c b')
    expect(await ids({ type: 'x' })).toBe('d b')
    expect(await ids({ status: 'completed', type: 'work' })).toBe('a')
    expect(await store.list({ status: 'completed', type: 'x' })).toEqual({
      jobs: [],
      total: 0,
      nextCursor: null,
    })
    expect(await store.list({ type: 'unknown' })).toMatchObject({ total: 0 })
  })

  test('searches literally, in any case, in id, type, key, worker and error', async () => {
    await store.queue.submit([
      job('A.b-1'),
      job('axb-1'),
      job('key', { dedupeKey: 'Sale (50%)' }),
      job('type', { type: 'Thumb' }),
    ])
    await store.settle(await store.claimOne({ instance: 'a' }), failed)
    expect(await ids({ search: 'a.B-1' })).toBe('A.b-1')
    expect(await ids({ search: '(50%)' })).toBe('key')
    expect(await ids({ search: 'thumb' })).toBe('type')
    expect(await ids({ search: 'BOOM' })).toBe('A.b-1')
    expect(await ids({ search: 'A/0' })).toBe('A.b-1')
    expect(await store.list({ search: '-1', limit: 1 })).toMatchObject({ total: 2, jobs: [{ id: 'axb-1' }] })
    for (const search of ['\\', '[', '^', '/', '-', '\ud800']) {
      expect((await store.list({ search })).total).toBe(search === '-' ? 2 : search === '/' ? 1 : 0)
    }
  })

  test('walks by its cursor over every job once, although jobs come and go', async () => {
    for (let n = 0; n < 9; n++) await store.add(`j${n}`)
    let came = 0
    const between = async (): Promise<void> => store.add(`new${came++}`)
    expect(await walk({ limit: 2 }, between)).toBe('j8 j7 j6 j5 j4 j3 j2 j1 j0')
  })

  test.each(['processing', 'retrying', 'completed', 'dead_letter', 'cancelled'] as const)(
    'finds the few that are %s behind many that wait, newest first and page by page',
    async (status) => {
      const settlement = {
        retrying: retried(5),
        dead_letter: failed,
        completed,
        processing: null,
        cancelled: null,
      }
      await store.add('one', 'two', 'three', 'four', 'five')
      const claims = await store.claim(4)
      for (const n of [2, 0, 1]) {
        const how = settlement[status]
        if (status === 'cancelled') await store.cancel(claims[n]!.id)
        else if (how) await store.settle(claims[n]!, how)
      }
      if (status === 'processing') await store.settle(claims[3]!, completed)
      for (let n = 0; n < 30; n++) await store.add(`j${n}`)
      expect(await walk({ status, limit: 2 })).toBe('three two one')
      const found = await store.list({ status, search: 'T' })
      expect([found.total, found.jobs.map((record) => record.id)]).toEqual([2, ['three', 'two']])
    },
  )

  test('walks on when the job at its cursor was removed', async () => {
    for (const id of ['one', 'two', 'three', 'four']) {
      await store.add(id)
      await store.settle(await store.claimOne(), id === 'three' ? failed : completed)
    }
    const remove = async (): Promise<void> => void (await store.prune({ dead_letter: keep({ count: 0 }) }))
    expect(await walk({ limit: 2 }, remove)).toBe('four three two one')
  })

  test('does not take the offset twice when a cursor goes on', async () => {
    for (let n = 0; n < 6; n++) await store.add(`j${n}`)
    expect(await walk({ limit: 2, offset: 1 })).toBe('j4 j3 j2 j1 j0')
  })

  test('refuses a cursor of another query, a changed one and one that is none', async () => {
    await store.add('one', 'two', 'three')
    const { nextCursor } = await store.list({ limit: 1, status: 'pending' })
    const cursor = nextCursor ?? ''
    expect(await ids({ status: 'pending', cursor })).toBe('two one')
    const plain = Buffer.from(cursor, 'base64url').toString()
    const changed = Buffer.from(plain.replace('three', 'two')).toString('base64url')
    for (const bad of [changed, `${cursor}=`, ` ${cursor}`, cursor.slice(1), '', 'x', '%%%']) {
      await expect(store.list({ status: 'pending', cursor: bad })).rejects.toMatchObject({
        code: 'PAGE_INVALID',
      })
    }
    await expect(store.list({ status: null, cursor })).rejects.toMatchObject({ code: 'PAGE_INVALID' })
    await expect(store.list({ status: 'pending', search: 'o', cursor })).rejects.toMatchObject({
      code: 'PAGE_INVALID',
    })
  })
})

describe('the counts', () => {
  test('tell the oldest ready job and the skips', async () => {
    await store.add('one')
    store.now += 5
    await store.queue.submit([job('two', { priority: 'high' }), job('three', { priority: 'high' })])
    const oldest = store.now - 5
    expect(await store.queue.counts()).toMatchObject({ pending: 3, oldestReadyAt: oldest })
    await store.claimOne()
    expect((await store.queue.counts()).skips).toEqual({ critical: 0, high: 0, normal: 1, low: 0 })
    await store.claim(2)
    expect((await store.queue.counts()).oldestReadyAt).toBeNull()
  })

  test('tell the oldest ready job also when fresher ones were promoted or handed back before it', async () => {
    await store.queue.submit([job('due', { delayMs: 5 })])
    store.now += 10
    await store.add('fresh')
    await store.cycle()
    expect((await store.queue.counts()).oldestReadyAt).toBe(store.now - 5)
    const fresh = await store.claimOne()
    store.now += 20
    await store.settle(fresh, released)
    expect((await store.queue.counts()).oldestReadyAt).toBe(store.now - 25)
    await store.cancel('due')
    expect((await store.queue.counts()).oldestReadyAt).toBe(store.now)
  })

  test('take a job for ready when its time has come, although nobody looked', async () => {
    await store.queue.submit([5, 6, 5, 9].map((delayMs, n) => job(`j${n}`, { delayMs })))
    store.now += 6
    const counts = await store.queue.counts()
    expect(counts).toMatchObject({ pending: 3, delayed: 1, oldestReadyAt: store.now - 1 })
    expect(counts.byType['work']).toMatchObject({ pending: 3, delayed: 1 })
  })

  test('take any text for the name of a type', async () => {
    await store.queue.submit([job('one', { type: '__proto__' })])
    expect(Object.entries((await store.queue.counts()).byType)).toMatchObject([['__proto__', { pending: 1 }]])
    expect(Object.keys((await store.queue.metrics()).types)).toEqual(['__proto__'])
  })
})
