import { beforeEach, describe, expect, test } from 'vitest'
import { Store, completed, job, keep, released } from './store.js'

let store: Store
let slot: number

beforeEach(async () => {
  store = await Store.open()
  await store.schedule()
  slot = store.now
  store.now += 100
})

async function row() {
  const [record] = await store.queue.schedules()
  if (!record) throw new Error('there is no schedule')
  return record
}

/** Fires `count` slots: the first job is ready, each of the others blocked by the one before. */
async function line(...ids: string[]): Promise<void> {
  for (const id of ids) await store.fire(slot++, id)
}

async function statuses(...ids: string[]): Promise<string> {
  return (await Promise.all(ids.map((id) => store.status(id)))).join(' ')
}

describe('a schedule', () => {
  test('put again with the same digest stands; with another it is updated and keeps its id', async () => {
    await store.fire(slot, 'one')
    const before = await row()
    expect(await store.schedule({ id: 'other', nextSlot: 5 })).toEqual(before)
    expect(await store.schedule({ id: 'other', digest: '2', enabled: false, nextSlot: null })).toEqual({
      ...before,
      digest: '2',
      version: 2,
      enabled: false,
      nextSlot: null,
    })
  })

  test('is refused with an id that another one has', async () => {
    await expect(store.schedule({ name: 'second' })).rejects.toMatchObject({ code: 'STATE_CONFLICT' })
  })

  test('fires no more once it is removed, and its jobs stay', async () => {
    await store.fire(slot, 'one')
    expect(await store.queue.removeSchedule('s', 'one')).toBe(true)
    expect(await store.queue.removeSchedule('s', 'two')).toBe(false)
    expect(await store.fire(slot + 1, 'two')).toEqual({ kind: 'stale' })
    expect(await store.status('one')).toBe('pending')
  })
})

describe('firing', () => {
  test('moves the slot and makes the job in one step, and once', async () => {
    const first = await store.fire(slot, 'one')
    expect(first).toEqual({ kind: 'fired', jobId: 'one', status: 'pending' })
    expect(await store.fire(slot, 'one')).toEqual(first)
    expect(await store.fire(slot, 'rival')).toEqual({ kind: 'stale' })
    expect(await row()).toMatchObject({
      nextSlot: slot + 1,
      fired: 1,
      skipped: 0,
      live: 1,
      lastFiredAt: store.now,
    })
  })

  test('is recognised when it is sent again after later slots have fired', async () => {
    await store.fire(slot, 'one', { overlap: 'allow' })
    await store.fire(slot + 1, 'two', { overlap: 'allow' })
    expect(await store.fire(slot, 'one')).toMatchObject({ kind: 'fired', jobId: 'one' })
    expect((await row()).fired).toBe(2)
  })

  test('a slot that has not come is early, and one of another version stale', async () => {
    store.now = slot - 1
    expect(await store.fire(slot, 'one')).toEqual({ kind: 'early', now: slot - 1 })
    expect(await store.fire(slot, 'one', { version: 2 })).toEqual({ kind: 'stale' })
    expect((await row()).nextSlot).toBe(slot)
  })

  test('a disabled schedule makes nothing', async () => {
    await store.schedule({ digest: '2', enabled: false })
    expect(await store.fire(store.now, 'one', { version: 2 })).toEqual({ kind: 'stale' })
    expect((await store.list()).total).toBe(0)
  })

  test('without a job passes the slot over and counts it with those missed', async () => {
    expect(await store.fire(slot, 'none', { job: null, missed: 3, next: slot + 9 })).toEqual({
      kind: 'skipped',
    })
    expect(await row()).toMatchObject({ nextSlot: slot + 9, skipped: 4, fired: 0, lastFiredAt: null })
  })

  test('with overlap skip makes none while another lives, and says so again when asked again', async () => {
    await store.fire(slot, 'one')
    expect(await store.fire(slot + 1, 'two', { overlap: 'skip' })).toEqual({ kind: 'skipped' })
    expect(await store.fire(slot + 1, 'two', { overlap: 'skip' })).toEqual({ kind: 'skipped' })
    expect((await row()).skipped).toBe(1)
    await store.run('one')
    expect(await store.fire(slot + 2, 'three', { overlap: 'skip' })).toMatchObject({ kind: 'fired' })
  })

  test('with overlap queue makes none beyond its limit', async () => {
    await line('one', 'two')
    expect(await store.fire(slot, 'three', { queueLimit: 2 })).toEqual({ kind: 'skipped' })
  })

  test('into a full queue fails and leaves the slot due', async () => {
    const small = await Store.open({ maxJobs: 1 })
    await small.add('filler')
    await small.schedule()
    await expect(small.fire(small.now, 'one')).rejects.toMatchObject({ code: 'STORE_FULL', retryable: true })
    expect(await small.queue.schedules()).toMatchObject([{ nextSlot: small.now, fired: 0, skipped: 0 }])
  })

  test('makes no second job with a dedupe key that is taken', async () => {
    await store.queue.submit([job('holder', { dedupeKey: 'k' })])
    const given = { job: job('one', { dedupeKey: 'k' }) }
    expect(await store.fire(slot, 'one', given)).toEqual({ kind: 'skipped' })
  })
})

describe('a queued line', () => {
  test('runs one after the other', async () => {
    await line('one', 'two', 'three')
    expect(await statuses('one', 'two', 'three')).toBe('pending blocked blocked')
    expect((await store.get('three')).blockedBy).toBe('two')
    const claim = await store.claimOne()
    const reply = await store.settle(claim, completed)
    expect(reply.more).toBe(false)
    expect(await statuses('one', 'two', 'three')).toBe('completed pending blocked')
    expect((await row()).live).toBe(2)
  })

  test('is not let go by a job that was only handed back', async () => {
    await line('one', 'two')
    await store.settle(await store.claimOne(), released)
    expect(await statuses('one', 'two')).toBe('pending blocked')
  })

  test('passes over a cancelled job in its middle: the next one waits for the one before', async () => {
    await line('one', 'two', 'three')
    await store.claimOne()
    await store.cancel('two')
    await store.cycle()
    expect(await store.get('three')).toMatchObject({ status: 'blocked', blockedBy: 'one' })
    const claims = (await store.cycle({ slots: 5 })).claims
    expect(claims).toEqual([])
  })

  test.each([
    [['two', 'three', 'four']],
    [['four', 'three', 'two']],
    [['three', 'two', 'four']],
    [['three', 'four', 'two']],
  ])('never runs two at once when %s are cancelled in that order before anyone looks', async (order) => {
    await line('one', 'two', 'three', 'four', 'five')
    const claim = await store.claimOne()
    for (const id of order) await store.cancel(id)
    expect((await store.cycle({ slots: 5 })).claims).toEqual([])
    expect(await store.get('five')).toMatchObject({ status: 'blocked', blockedBy: 'one' })
    await store.settle(claim, completed)
    expect(await store.claimIds(5)).toEqual(['five'])
  })

  test('goes on when its running job is cancelled', async () => {
    await line('one', 'two')
    await store.claimOne()
    await store.cancel('one')
    expect(await store.claimIds(5)).toEqual(['two'])
  })

  test('goes on behind a job that was cancelled in line and lives again', async () => {
    await line('one', 'two', 'three')
    await store.cancel('two')
    await store.retry('two')
    await store.cycle()
    expect(await store.get('three')).toMatchObject({ status: 'blocked', blockedBy: 'two' })
    expect(await statuses('one', 'two')).toBe('pending pending')
  })

  test('is let go in bounded steps', async () => {
    await line('one')
    const rest = Array.from({ length: 100 }, (_, n) => `j${n}`)
    await line(...rest)
    for (const id of rest.slice(0, 99)) await store.cancel(id)
    expect((await store.cycle()).more).toBe(true)
    expect((await store.cycle()).more).toBe(false)
    expect(await store.get('j99')).toMatchObject({ status: 'blocked', blockedBy: 'one' })
  })

  test('keeps an ended job until the one behind it has been told', async () => {
    await line('one', 'two')
    await store.cancel('one')
    const all = { cancelled: keep({ count: 0 }) }
    expect(await store.prune(all)).toMatchObject({ removedJobs: 0, more: false })
    await store.cycle()
    expect(await store.status('two')).toBe('pending')
    expect(await store.prune(all)).toMatchObject({ removedJobs: 1 })
    expect(await store.queue.get('one')).toBeNull()
  })

  test('may lose a job that lived again meanwhile only when that one has ended too', async () => {
    await line('one', 'two')
    await store.cancel('one')
    await store.retry('one')
    await store.cycle()
    expect(await store.prune({ cancelled: keep({ count: 0 }) })).toMatchObject({ removedJobs: 0 })
    await store.cancel('one')
    await store.cycle()
    expect(await store.prune({ cancelled: keep({ count: 0 }) })).toMatchObject({ removedJobs: 1 })
  })
})
