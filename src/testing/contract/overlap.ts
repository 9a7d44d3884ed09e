import assert from 'node:assert/strict'
import type { Settlement } from '../../core/settlement.js'
import { contractCase } from './case.js'
import { complete, fail, keepOfEach, plain } from './script.js'
import type { Stage } from './stage.js'

const edgesPerCycle = 64

/** What a slot does while earlier jobs of its schedule have not ended, and how those that line up are let go. */
export const overlapCases = [
  contractCase('with `allow` the jobs of a schedule run side by side', ['I24'], async (stage) => {
    const { id } = await stage.schedule()
    for (let i = 0; i < 3; i++) await stage.fired(id, { overlap: 'allow' })
    assert.equal((await stage.claim(5)).length, 3)
    assert.equal((await stage.scheduleNow(id)).live, 3)
  }),

  contractCase(
    'with `skip` a slot is passed over while a job of the schedule is live',
    ['I24'],
    async (stage) => {
      const { id } = await stage.schedule()
      await stage.fired(id, { overlap: 'skip' })
      await stage.pass(1)
      const next = stage.now + 500
      assert.deepEqual(plain(await stage.fire(id, { overlap: 'skip', next })), { kind: 'skipped' })
      const { nextSlot, fired, skipped } = await stage.scheduleNow(id)
      assert.deepEqual([nextSlot, fired, skipped], [next, 1, 1])
      await stage.end(await stage.take(), complete())
      await stage.pass(500)
      assert.equal((await stage.fire(id, { overlap: 'skip' })).kind, 'fired')
    },
  ),

  contractCase('with `skip` a job that waits for its backoff is live', ['I24'], async (stage) => {
    const { id } = await stage.schedule()
    await stage.fired(id, { overlap: 'skip' })
    await stage.end(await stage.take(), {
      kind: 'retry',
      afterMs: 60_000,
      error: { code: 'X', name: 'X', message: '' },
    })
    await stage.pass(1)
    assert.equal((await stage.fire(id, { overlap: 'skip' })).kind, 'skipped')
  }),

  contractCase('with `skip` only jobs of the same schedule count', ['I15'], async (stage) => {
    const [one, two] = [await stage.schedule(), await stage.schedule()]
    await stage.fired(one.id, { overlap: 'skip' })
    await stage.add()
    assert.equal((await stage.fire(two.id, { overlap: 'skip' })).kind, 'fired')
  }),

  contractCase('with `queue` a job waits for the last live one of its schedule', ['I11'], async (stage) => {
    const { ids } = await lineUp(stage, 3)
    const [a, b, c] = ids
    assert.deepEqual(await Promise.all(ids.map((id) => stage.status(id))), ['pending', 'blocked', 'blocked'])
    assert.deepEqual([(await stage.record(b)).blockedBy, (await stage.record(c)).blockedBy], [a, b])
    assert.deepEqual(await stage.takeIds(5), [a])
  }),

  contractCase('with `queue` and nobody before it a job is ready at once', ['I11'], async (stage) => {
    const { id } = await stage.schedule()
    const first = await stage.fired(id, { overlap: 'queue' })
    await stage.end(await stage.take(), complete())
    const second = await stage.fired(id, { overlap: 'queue' })
    assert.deepEqual([await stage.status(first), await stage.status(second)], ['completed', 'pending'])
  }),

  ...(
    [
      ['completes', complete()],
      ['becomes a dead letter', fail()],
    ] as readonly (readonly [string, Settlement])[]
  ).map(([how, settlement]) =>
    contractCase(`a job that waits is let go when the one before it ${how}`, ['I11'], async (stage) => {
      const { ids } = await lineUp(stage, 3)
      const [, b, c] = ids
      await stage.end(await stage.take(), settlement)
      await stage.settle()
      const { status, blockedBy } = await stage.record(b)
      assert.deepEqual([status, blockedBy], ['pending', null])
      assert.equal(await stage.status(c), 'blocked')
      assert.deepEqual(await stage.takeIds(5), [b])
    }),
  ),

  contractCase(
    'a job that waits is let go when the one before it is cancelled',
    ['I11', 'I12'],
    async (stage) => {
      const { ids } = await lineUp(stage, 2)
      await stage.cancel(ids[0])
      await stage.settle()
      assert.deepEqual(await stage.takeIds(5), [ids[1]])
    },
  ),

  contractCase(
    'a job that waits is let go when the one before it crashed for good',
    ['I5', 'I11'],
    async (stage) => {
      const { ids } = await lineUp(stage, 2, { maxAttempts: 1 })
      await stage.take({ leaseMs: 100 })
      await stage.pass(100)
      await stage.settle()
      assert.deepEqual(await stage.takeIds(5), [ids[1]])
    },
  ),

  contractCase(
    'a job that waits is not let go by a failed attempt of the one before it',
    ['I11'],
    async (stage) => {
      const { ids } = await lineUp(stage, 2)
      await stage.end(await stage.take(), {
        kind: 'retry',
        afterMs: 50,
        error: { code: 'X', name: 'X', message: '' },
      })
      await stage.settle()
      assert.equal(await stage.status(ids[1]), 'blocked')
      await stage.pass(50)
      assert.deepEqual(await stage.takeIds(5), [ids[0]])
    },
  ),

  contractCase(
    'who waits for a cancelled one in the line waits for the one before that',
    ['I11', 'I12'],
    async (stage) => {
      const { ids } = await lineUp(stage, 4)
      const [a, b, c, d] = ids
      const first = await stage.take()
      await stage.cancel(b)
      await stage.cancel(c)
      await stage.settle()
      assert.deepEqual([await stage.status(d), (await stage.record(d)).blockedBy], ['blocked', a])
      assert.deepEqual(await stage.takeIds(5), [])
      await stage.end(first, complete())
      assert.deepEqual(await stage.takeIds(5), [d])
    },
  ),

  contractCase('a blocked job that is cancelled never starts', ['I6', 'I11', 'I12'], async (stage) => {
    const { ids } = await lineUp(stage, 2)
    await stage.cancel(ids[1])
    await stage.end(await stage.take(), complete())
    await stage.settle()
    assert.equal(await stage.status(ids[1]), 'cancelled')
    assert.deepEqual(await stage.takeIds(5), [])
  }),

  contractCase('the line is as long as it may be, and then slots are passed over', ['I36'], async (stage) => {
    const { id } = await stage.schedule()
    for (let i = 0; i < 3; i++) await stage.fired(id, { overlap: 'queue', queueLimit: 3 })
    await stage.pass(1)
    assert.equal((await stage.fire(id, { overlap: 'queue', queueLimit: 3 })).kind, 'skipped')
    await stage.end(await stage.take(), complete())
    await stage.pass(1)
    assert.equal((await stage.fire(id, { overlap: 'queue', queueLimit: 3 })).kind, 'fired')
  }),

  contractCase(
    'the end of a job outlives its record: who waits for it is let go after a removal too',
    ['I11', 'I33'],
    async (stage) => {
      const { ids } = await lineUp(stage, 2)
      await stage.cancel(ids[0])
      await stage.prune(keepOfEach({ count: 0 }))
      await stage.settle()
      assert.deepEqual(await stage.takeIds(5), [ids[1]])
    },
  ),

  contractCase('a line goes on when its schedule is removed', ['I11', 'I28'], async (stage) => {
    const { id, ids } = await lineUp(stage, 3)
    await stage.removeSchedule(id)
    for (const expected of ids) {
      const claim = await stage.take()
      assert.equal(claim.id, expected)
      await stage.end(claim, complete())
    }
  }),

  contractCase('a long line runs one by one, in its order', ['I11'], async (stage) => {
    const { ids } = await lineUp(stage, 30)
    const ran: string[] = []
    for (let i = 0; i < ids.length; i++) {
      const claims = await stage.claim(4)
      assert.equal(claims.length, 1)
      ran.push(...claims.map((claim) => claim.id))
      await stage.end(claims, complete())
    }
    assert.deepEqual(ran, ids)
  }),

  contractCase(
    `one cycle lets at most ${edgesPerCycle} waiting jobs go, says so, and the next goes on`,
    ['I11', 'I36'],
    async (stage) => {
      const n = edgesPerCycle + 10
      for (let i = 0; i < n; i++) await lineUp(stage, 2)
      const running = await stage.claimAll(n)
      for (const { id } of running) await stage.cancel(id)
      const first = await stage.cycle()
      assert.deepEqual([(await stage.queue.counts()).blocked, first.more], [10, true])
      const second = await stage.cycle()
      assert.deepEqual([(await stage.queue.counts()).blocked, second.more], [0, false])
      assert.equal((await stage.claimAll(n)).length, n)
    },
  ),

  contractCase('nothing waits when nothing is live', ['I11', 'I17'], async (stage) => {
    const { ids } = await lineUp(stage, 6)
    for (const id of [...ids].reverse()) await stage.cancel(id)
    await stage.settle()
    const { blocked, cancelled } = await stage.queue.counts()
    assert.deepEqual([blocked, cancelled], [0, 6])
  }),

  contractCase(
    'a waiting job that was cancelled and lives again waits for nobody',
    ['I11', 'I16'],
    async (stage) => {
      const { ids } = await lineUp(stage, 2)
      const [a, b] = ids
      await stage.cancel(b)
      await stage.retry(b)
      const { status, blockedBy } = await stage.record(b)
      assert.deepEqual([status, blockedBy], ['pending', null])
      assert.deepEqual([...(await stage.takeIds(5))].sort(), [a, b].sort())
    },
  ),
]

// -------------------------------------------------------------------------------------------------------------------

/** The jobs of a new schedule whose slots line up, none of them claimed. */
async function lineUp(
  stage: Stage,
  n: number,
  part: { readonly maxAttempts?: number } = {},
): Promise<{ readonly id: string; readonly ids: Line }> {
  const { id } = await stage.schedule()
  const line: string[] = []
  for (let i = 0; i < n; i++) line.push(await stage.fired(id, { overlap: 'queue', job: stage.job(part) }))
  const [a = '', b = '', c = '', d = '', ...more] = line
  return { id, ids: [a, b, c, d, ...more].slice(0, n) as unknown as Line }
}

/** The first four can be named; a shorter line has fewer. */
type Line = readonly [string, string, string, string, ...string[]]
