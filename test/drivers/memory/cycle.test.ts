import { beforeEach, describe, expect, test } from 'vitest'
import { Store, completed, failed, job, outcome, released, retried } from './store.js'

let store: Store

beforeEach(async () => {
  store = await Store.open()
})

describe('a cycle sent again', () => {
  test('gets the identical reply and changes nothing', async () => {
    await store.add('one', 'two')
    const request = store.request({ slots: 1 })
    const first = await store.queue.cycle(request)
    const before = await store.queue.counts()
    expect(await store.queue.cycle(request)).toBe(first)
    expect(await store.queue.counts()).toEqual(before)
  })

  test('applies its outcomes once', async () => {
    await store.add('one')
    const claim = await store.claimOne()
    const request = store.request({ outcomes: [outcome(claim, retried(0))] })
    await store.queue.cycle(request)
    const again = await store.queue.cycle(request)
    expect(again).toMatchObject({ kind: 'done', stale: [] })
    expect((await store.get('one')).failures).toBe(1)
  })

  test('is old with a lower seq, and takes nothing', async () => {
    await store.add('one')
    await store.cycle({ seq: 5 })
    expect(await store.queue.cycle(store.request({ seq: 4, slots: 1 }))).toEqual({ kind: 'old' })
    expect(await store.status('one')).toBe('pending')
  })

  test('is a new one with any seq when the instance is not known or has left', async () => {
    await store.cycle({ instance: 'b', seq: 700 })
    await store.queue.leave('b')
    expect(await store.cycle({ instance: 'b', seq: 3 })).toMatchObject({ kind: 'done' })
  })
})

describe('a fence', () => {
  test('is the time in microseconds at the first claim, and grows by one within a microsecond', async () => {
    await store.add('one')
    const first = await store.claimOne()
    expect(first.fence).toBe('1000000000')
    await store.settle(first, released)
    expect((await store.claimOne()).fence).toBe('1000000001')
  })

  test('grows although the clock is set back', async () => {
    await store.add('one')
    const first = await store.claimOne()
    await store.settle(first, released)
    store.now -= 500_000
    expect(Number((await store.claimOne()).fence)).toBe(Number(first.fence) + 1)
  })

  test('grows although the job was removed and its id came back in the same ms', async () => {
    await store.add('one')
    const first = await store.claimOne()
    await store.settle(first, completed)
    await store.prune({ completed: { ageMs: 0, count: 0, bytes: 0 } })
    await store.add('one')
    expect(Number((await store.claimOne()).fence)).toBeGreaterThan(Number(first.fence))
  })

  test('that is not current is refused with every settlement, and changes nothing', async () => {
    await store.add('one')
    const late = await store.claimOne()
    await store.settle(late, released)
    await store.claimOne()
    const before = await store.get('one')
    for (const settlement of [completed, failed, retried(0), released]) {
      expect((await store.settle(late, settlement)).stale).toEqual([{ id: 'one', fence: late.fence }])
    }
    expect(await store.get('one')).toEqual(before)
  })

  test('counts only with the instance that holds it', async () => {
    await store.add('one')
    const claim = await store.claimOne({ instance: 'a' })
    const reply = await store.cycle({ instance: 'b', outcomes: [outcome(claim, completed)] })
    expect(reply.stale).toHaveLength(1)
    expect(await store.status('one')).toBe('processing')
  })

  test('is taken once: the second outcome of a run is stale', async () => {
    await store.add('one')
    const claim = await store.claimOne()
    const reply = await store.cycle({ outcomes: [outcome(claim, completed), outcome(claim, failed)] })
    expect(reply.stale).toHaveLength(1)
    expect(await store.status('one')).toBe('completed')
  })
})

describe('an outcome', () => {
  test('keeps a result until its time is over, on the ms', async () => {
    await store.add('one')
    const claim = await store.claimOne()
    await store.settle(claim, { kind: 'complete', result: { inline: '{"n":1}' } }, { resultTtlMs: 100 })
    expect((await store.get('one')).result).toEqual({ inline: '{"n":1}' })
    store.now += 100
    expect((await store.get('one')).result).toBeNull()
  })

  test('keeps no result with a time of 0', async () => {
    await store.add('one')
    await store.settle(
      await store.claimOne(),
      { kind: 'complete', result: { inline: '1' } },
      { resultTtlMs: 0 },
    )
    expect((await store.get('one')).result).toBeNull()
  })

  test('that retries after 0 ms is ready in the same cycle', async () => {
    await store.add('one')
    const claim = await store.claimOne()
    const reply = await store.cycle({ outcomes: [outcome(claim, retried(0))], slots: 1 })
    expect(reply.claims).toMatchObject([{ id: 'one', failures: 1 }])
  })

  test('that retries later waits until then, and the reply says when that is', async () => {
    await store.add('one')
    const reply = await store.settle(await store.claimOne(), retried(250))
    expect(reply.nextDueAt).toBe(store.now + 250)
    expect(await store.status('one')).toBe('retrying')
    store.now += 249
    expect(await store.claim(1)).toEqual([])
    store.now += 1
    expect(await store.claimIds(1)).toEqual(['one'])
  })

  test('that releases leaves the failures alone', async () => {
    await store.add('one')
    await store.settle(await store.claimOne(), released)
    expect(await store.get('one')).toMatchObject({ status: 'pending', failures: 0, error: null })
  })
})

describe('an expired lease', () => {
  test('is a failed attempt, ready again at once and behind those that wait', async () => {
    await store.add('one')
    const lost = await store.claimOne()
    await store.add('two')
    store.now += 10_000
    const reply = await store.cycle({ instance: 'b', slots: 2 })
    expect(reply.reclaimed).toEqual([{ id: 'one', type: 'work', status: 'pending', failures: 1 }])
    expect(reply.claims.map((claim) => claim.id)).toEqual(['two', 'one'])
    expect((await store.settle(lost, completed)).stale).toHaveLength(1)
  })

  test('is the end of a job without attempts left', async () => {
    await store.queue.submit([job('one', { maxAttempts: 1 })])
    await store.claimOne()
    store.now += 10_000
    await store.cycle()
    const record = await store.get('one')
    expect(record).toMatchObject({ status: 'dead_letter', failures: 1, completedAt: store.now })
    expect(JSON.parse(record.error ?? '')).toMatchObject({ code: 'CRASHED' })
  })

  test('can be renewed until it is taken back, and an outcome is accepted until then', async () => {
    await store.add('one')
    const claim = await store.claimOne()
    store.now += 10_001
    const lease = { id: 'one', fence: claim.fence, progress: null, lines: [], linesFrom: 0 }
    expect((await store.renew([lease])).lost).toEqual([])
    store.now += 10_001
    expect((await store.settle(claim, completed)).stale).toEqual([])
  })

  test('moves the fence on', async () => {
    await store.add('one')
    const claim = await store.claimOne()
    store.now += 10_000
    await store.cycle()
    expect(Number((await store.get('one')).fence)).toBe(Number(claim.fence) + 1)
  })
})

describe('a bound', () => {
  test('on promotions cuts the step and says so', async () => {
    await store.queue.submit(Array.from({ length: 300 }, (_, n) => job(`j${n}`, { delayMs: 5 })))
    store.now += 5
    const first = await store.cycle({ slots: 300 })
    expect([first.claims.length, first.more]).toEqual([256, true])
    const second = await store.cycle({ slots: 300 })
    expect([second.claims.length, second.more]).toEqual([44, false])
  })

  test('on rescues cuts the step and says so', async () => {
    await store.queue.submit(Array.from({ length: 300 }, (_, n) => job(`j${n}`)))
    await store.claim(300)
    store.now += 10_000
    const first = await store.cycle()
    expect([first.reclaimed.length, first.more]).toEqual([256, true])
    const second = await store.cycle()
    expect([second.reclaimed.length, second.more]).toEqual([44, false])
  })

  test('on claims cuts the step and says so', async () => {
    await store.queue.submit(Array.from({ length: 1_100 }, (_, n) => job(`j${n}`)))
    const reply = await store.cycle({ slots: 1_100 })
    expect([reply.claims.length, reply.more]).toEqual([1_024, true])
  })
})

describe('a renewal', () => {
  test('keeps the lease, the newest progress and the last 100 lines', async () => {
    await store.add('one')
    const { fence } = await store.claimOne()
    store.now += 9_999
    const lines = Array.from({ length: 120 }, (_, n) => `line ${n}`)
    await store.renew([{ id: 'one', fence, progress: '{"value":0.5}', lines, linesFrom: 0 }])
    await store.renew([{ id: 'one', fence, progress: null, lines: ['last'], linesFrom: 120 }])
    store.now += 9_999
    expect((await store.cycle()).reclaimed).toEqual([])
    const record = await store.get('one')
    expect(record.progress).toBe('{"value":0.5}')
    expect([record.lines.length, record.lines[0], record.lines.at(-1)]).toEqual([100, 'line 21', 'last'])
  })

  test('says which runs are lost, and why', async () => {
    await store.add('one', 'two')
    const claims = await store.claim(2)
    await store.cancel('one')
    await store.settle(claims[1]!, completed)
    const leases = claims.map(({ id, fence }) => ({ id, fence, progress: '1', lines: [], linesFrom: 0 }))
    expect((await store.renew(leases)).lost).toEqual([
      { id: 'one', fence: claims[0]!.fence, reason: 'cancelled' },
      { id: 'two', fence: claims[1]!.fence, reason: 'lost' },
    ])
    expect((await store.get('two')).progress).toBeNull()
  })
})
