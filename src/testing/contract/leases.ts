import assert from 'node:assert/strict'
import { contractCase } from './case.js'
import { complete, errorIn, leaseMs, plain, retryIn } from './script.js'

/** How long a run is someone's, and what happens when that is over. */
export const leaseCases = [
  contractCase(
    'a lease is over at its exact time, not a millisecond before',
    ['I4', 'I19'],
    async (stage) => {
      const id = await stage.add()
      await stage.take({ leaseMs: 5000 })
      await stage.pass(4999)
      assert.equal((await stage.cycle({ instance: 'i2' })).reclaimed.length, 0)
      await stage.pass(1)
      const reply = await stage.cycle({ instance: 'i2' })
      assert.deepEqual(plain(reply.reclaimed), [{ id, type: 'task', status: 'pending', failures: 1 }])
    },
  ),

  contractCase('a crash is an attempt, and the job is ready again at once', ['I5', 'I19'], async (stage) => {
    const id = await stage.add({ maxAttempts: 2 })
    await stage.take()
    await stage.pass(leaseMs)
    const again = await stage.take({ instance: 'i2' })
    assert.deepEqual([again.id, again.failures], [id, 1])
  }),

  contractCase('a crash of the last attempt is a dead letter with code CRASHED', ['I5'], async (stage) => {
    const id = await stage.add({ maxAttempts: 1 })
    await stage.take()
    await stage.pass(leaseMs)
    const reply = await stage.cycle({ instance: 'i2', wanted: [0] })
    assert.deepEqual(plain(reply.reclaimed), [{ id, type: 'task', status: 'dead_letter', failures: 1 }])
    assert.deepEqual(plain(reply.claims), [])
    const { status, failures, error, completedAt } = await stage.record(id)
    assert.deepEqual(
      { status, failures, completedAt },
      { status: 'dead_letter', failures: 1, completedAt: stage.now },
    )
    assert.equal(errorIn(error).code, 'CRASHED')
  }),

  contractCase('crashes and failures share one count of attempts', ['I5'], async (stage) => {
    const id = await stage.add({ maxAttempts: 3 })
    await stage.end(await stage.take(), retryIn(0))
    await stage.take()
    await stage.pass(leaseMs)
    const third = await stage.take({ instance: 'i2' })
    assert.equal(third.failures, 2)
    await stage.pass(leaseMs)
    await stage.settle()
    assert.equal(await stage.status(id), 'dead_letter')
  }),

  contractCase('a job is never started more often than it may be', ['I5'], async (stage) => {
    await stage.add({ maxAttempts: 4 })
    let starts = 0
    for (let i = 0; i < 10; i++) {
      starts += (await stage.claim(1)).length
      await stage.pass(leaseMs)
    }
    assert.equal(starts, 4)
  }),

  contractCase('a reclaimed job goes behind those that were ready before', ['I7'], async (stage) => {
    const a = await stage.add()
    await stage.take()
    const others = await stage.addMany(2)
    await stage.pass(leaseMs)
    assert.deepEqual(await stage.takeIds(3, { instance: 'i2' }), [...others, a])
  }),

  contractCase('a renewal makes the lease last from now on', ['I4'], async (stage) => {
    await stage.add()
    const claim = await stage.take({ leaseMs: 1000 })
    await stage.pass(900)
    const reply = await stage.renew([claim], {}, 2000)
    assert.deepEqual([reply.now, reply.lost.length], [stage.now, 0])
    await stage.pass(1999)
    assert.equal((await stage.cycle({ instance: 'i2' })).reclaimed.length, 0)
    await stage.pass(1)
    assert.equal((await stage.cycle({ instance: 'i2' })).reclaimed.length, 1)
  }),

  contractCase('a renewal may shorten a lease', ['I4'], async (stage) => {
    await stage.add()
    const claim = await stage.take({ leaseMs: 60_000 })
    await stage.renew([claim], {}, 500)
    const reply = await stage.cycle({ instance: 'i2' })
    assert.equal(reply.nextDueAt, stage.now + 500)
    await stage.pass(500)
    assert.equal((await stage.cycle({ instance: 'i2' })).reclaimed.length, 1)
  }),

  contractCase(
    'a renewal that comes late is in time while nobody has taken the run back',
    ['I4'],
    async (stage) => {
      await stage.add()
      const claim = await stage.take({ leaseMs: 1000 })
      await stage.pass(1500)
      assert.equal((await stage.renew([claim], {}, 1000)).lost.length, 0)
      assert.equal((await stage.end(claim, complete())).stale.length, 0)
    },
  ),

  contractCase('a renewal names the runs that were lost, and why', ['I3', 'I12'], async (stage) => {
    await stage.addMany(3)
    const [kept, cancelled, lost] = await stage.claim(3, { leaseMs: 1000 })
    assert.ok(kept && cancelled && lost)
    await stage.cancel(cancelled.id)
    await stage.renew([kept], {}, 60_000)
    await stage.pass(1000)
    await stage.cycle({ instance: 'i2' })
    const reply = await stage.renew([kept, cancelled, lost, { id: 'nope', fence: '1' }])
    assert.deepEqual(plain(reply.lost), [
      { id: cancelled.id, fence: cancelled.fence, reason: 'cancelled' },
      { id: lost.id, fence: lost.fence, reason: 'lost' },
      { id: 'nope', fence: '1', reason: 'lost' },
    ])
  }),

  contractCase('a renewal of a run that ended is a lost one', ['I3'], async (stage) => {
    await stage.add()
    const claim = await stage.take()
    await stage.end(claim, complete())
    const reply = await stage.unchanged(() => stage.renew([claim]))
    assert.equal(reply.lost[0]?.reason, 'lost')
  }),

  contractCase('progress stands until there is newer progress', ['I13'], async (stage) => {
    const id = await stage.add()
    const claim = await stage.take()
    await stage.renew([{ ...claim, progress: '{"value":0.5,"note":null}' }])
    await stage.renew([{ ...claim, progress: null }])
    assert.equal((await stage.record(id)).progress, '{"value":0.5,"note":null}')
    await stage.renew([{ ...claim, progress: '{"value":0.75,"note":"x"}' }])
    assert.equal((await stage.record(id)).progress, '{"value":0.75,"note":"x"}')
  }),

  contractCase('log lines are appended, and the last hundred are kept', ['I13', 'I36'], async (stage) => {
    const id = await stage.add()
    const claim = await stage.take()
    await stage.renew([{ ...claim, lines: ['first', 'second'] }])
    assert.deepEqual([...(await stage.record(id)).lines], ['first', 'second'])
    const many = Array.from({ length: 130 }, (_, i) => `line ${i}`)
    await stage.renew([{ ...claim, lines: many.slice(0, 70), linesFrom: 2 }])
    await stage.renew([{ ...claim, lines: many.slice(70), linesFrom: 72 }])
    assert.deepEqual([...(await stage.record(id)).lines], many.slice(30))
  }),

  contractCase('what was logged can be read after the end', ['I13'], async (stage) => {
    const id = await stage.add()
    const claim = await stage.take()
    await stage.renew([{ ...claim, lines: ['said'], progress: '{"value":1,"note":null}' }])
    await stage.end(claim, complete())
    const { lines, progress } = await stage.record(id)
    assert.deepEqual([[...lines], progress], [['said'], '{"value":1,"note":null}'])
  }),

  contractCase(
    'the runs of an instance that left are taken back when their leases are over',
    ['I19'],
    async (stage) => {
      const id = await stage.add()
      const claim = await stage.take({ instance: 'gone' })
      await stage.queue.leave('gone')
      assert.equal(await stage.status(id), 'processing')
      await stage.pass(leaseMs)
      assert.equal((await stage.take({ instance: 'i2' })).id, claim.id)
    },
  ),

  contractCase('setting the clock back takes no run away', ['I26'], async (stage) => {
    await stage.add()
    const claim = await stage.take()
    stage.clock.setNow(stage.now - 3_600_000)
    assert.equal((await stage.cycle({ instance: 'i2' })).reclaimed.length, 0)
    assert.equal((await stage.end(claim, complete())).stale.length, 0)
  }),

  contractCase('setting the clock forward takes each run back once', ['I5', 'I26'], async (stage) => {
    const ids = await stage.addMany(3)
    await stage.claim(3)
    stage.clock.setNow(stage.now + 3_600_000)
    const first = await stage.cycle({ instance: 'i2' })
    const second = await stage.cycle({ instance: 'i3' })
    assert.deepEqual([first.reclaimed.length, second.reclaimed.length], [3, 0])
    for (const id of ids) assert.equal((await stage.record(id)).failures, 1)
  }),
]
