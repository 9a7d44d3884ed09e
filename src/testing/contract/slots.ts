import assert from 'node:assert/strict'
import { contractCase } from './case.js'
import { fireOf, plain } from './script.js'

/** One slot, one job: who may fire, what comes of it, and what a second try finds. */
export const slotCases = [
  contractCase('a slot makes its job and moves on, in one step', ['I24'], async (stage) => {
    const { id } = await stage.schedule()
    const slot = stage.now
    const job = stage.job({ payload: '{"p":1}', priority: 'high', maxAttempts: 5 })
    const answer = await stage.fire(id, { job, next: slot + 60_000 })
    assert.deepEqual(plain(answer), { kind: 'fired', jobId: job.id, status: 'pending' })
    const { nextSlot, lastFiredAt, fired, skipped, live } = await stage.scheduleNow(id)
    assert.deepEqual([nextSlot, lastFiredAt, fired, skipped, live], [slot + 60_000, slot, 1, 0, 1])
    const claim = await stage.take()
    assert.deepEqual(
      [claim.id, claim.scheduleId, claim.payload, claim.priority],
      [job.id, id, '{"p":1}', 'high'],
    )
  }),

  contractCase('a fired slot is a submission like any other', ['I24', 'I31'], async (stage) => {
    const { id } = await stage.schedule()
    await stage.fired(id)
    assert.equal((await stage.queue.metrics()).types['task']?.submitted, 1)
  }),

  contractCase('a slot that has not come makes nothing', ['I6', 'I24'], async (stage) => {
    const slot = stage.now + 1000
    const { id } = await stage.schedule({ nextSlot: slot })
    await stage.pass(999)
    const early = await stage.unchanged(() => stage.fire(id))
    assert.deepEqual(plain(early), { kind: 'early', now: slot - 1 })
    await stage.pass(1)
    assert.equal((await stage.fire(id)).kind, 'fired')
  }),

  contractCase('another slot than the one it stands at makes nothing', ['I24'], async (stage) => {
    const { id } = await stage.schedule()
    for (const slot of [stage.now - 1, 0, stage.now + 1]) {
      const answer = await stage.unchanged(() => stage.fire(id, { slot, next: slot + 5 }))
      assert.deepEqual(plain(answer), { kind: 'stale' })
    }
  }),

  contractCase('a slot makes one job, whoever comes second', ['I24'], async (stage) => {
    const { id } = await stage.schedule()
    const slot = stage.now
    await stage.fired(id)
    const answer = await stage.unchanged(() => stage.fire(id, { slot }))
    assert.deepEqual(plain(answer), { kind: 'stale' })
  }),

  contractCase('a slot never comes back when the clock is set back', ['I26'], async (stage) => {
    const { id } = await stage.schedule()
    const slot = stage.now
    await stage.fired(id, { next: slot + 1000 })
    stage.clock.setNow(slot - 3_600_000)
    assert.equal((await stage.unchanged(() => stage.fire(id, { slot }))).kind, 'stale')
    assert.equal((await stage.fire(id)).kind, 'early')
    stage.clock.setNow(slot)
  }),

  contractCase('an older version makes nothing', ['I24', 'I28'], async (stage) => {
    const { id } = await stage.schedule({ name: 'n', digest: 'one' })
    await stage.schedule({ name: 'n', digest: 'two' })
    const answer = await stage.unchanged(() => stage.fire(id, { version: 1 }))
    assert.deepEqual(plain(answer), { kind: 'stale' })
  }),

  contractCase('a disabled schedule makes nothing', ['I28'], async (stage) => {
    const { id } = await stage.schedule({ name: 'n', digest: 'on' })
    const { version, nextSlot } = await stage.schedule({
      name: 'n',
      digest: 'off',
      enabled: false,
      nextSlot: null,
    })
    assert.deepEqual([version, nextSlot], [2, null])
    const answer = await stage.unchanged(() => stage.fire(id, { slot: stage.now }))
    assert.deepEqual(plain(answer), { kind: 'stale' })
  }),

  contractCase('a schedule that is disabled with a slot makes nothing either', ['I28'], async (stage) => {
    const { id } = await stage.schedule({ enabled: false, nextSlot: stage.now })
    assert.equal((await stage.unchanged(() => stage.fire(id))).kind, 'stale')
  }),

  contractCase('a removed schedule makes nothing', ['I28'], async (stage) => {
    const { id, version } = await stage.schedule()
    const slot = stage.now
    await stage.removeSchedule(id)
    const request = fireOf({ id, version, slot, next: slot + 1, job: stage.job() })
    assert.deepEqual(plain(await stage.unchanged(() => stage.queue.fire(request))), { kind: 'stale' })
  }),

  contractCase('a schedule that was never there makes nothing', ['I34'], async (stage) => {
    const request = fireOf({ id: 'nope', job: stage.job() })
    assert.deepEqual(plain(await stage.unchanged(() => stage.queue.fire(request))), { kind: 'stale' })
  }),

  contractCase('a fire sent twice makes one job and is answered the same', ['I24'], async (stage) => {
    const { id, version } = await stage.schedule()
    const slot = stage.now
    const request = fireOf({
      id,
      version,
      slot,
      next: slot + 1,
      job: stage.job(),
      overlap: 'skip',
      missed: 3,
    })
    const first = await stage.queue.fire(request)
    const second = await stage.unchanged(() => stage.queue.fire(request))
    assert.deepEqual([first.kind, plain(second)], ['fired', plain(first)])
  }),

  contractCase('a fire that was skipped and is sent again skips no further slot', ['I24'], async (stage) => {
    const { id, version } = await stage.schedule()
    await stage.fired(id)
    await stage.pass(1)
    const job = stage.job()
    const slot = stage.now
    const request = fireOf({ id, version, slot, next: slot + 1, job, overlap: 'skip' })
    assert.deepEqual(plain(await stage.queue.fire(request)), { kind: 'skipped' })
    assert.deepEqual(plain(await stage.unchanged(() => stage.queue.fire(request))), { kind: 'skipped' })
  }),

  contractCase(
    'a slot without a job is passed over, and what was missed with it is counted',
    ['I25'],
    async (stage) => {
      const { id } = await stage.schedule()
      const next = stage.now + 60_000
      assert.deepEqual(plain(await stage.fire(id, { job: null, next, missed: 4 })), { kind: 'skipped' })
      const { nextSlot, fired, skipped, lastFiredAt } = await stage.scheduleNow(id)
      assert.deepEqual([nextSlot, fired, skipped, lastFiredAt], [next, 0, 5, null])
      assert.equal((await stage.list()).total, 0)
    },
  ),

  contractCase('slots that were missed before one that fires count as skipped', ['I25'], async (stage) => {
    const { id } = await stage.schedule()
    await stage.fired(id, { missed: 7 })
    const { fired, skipped } = await stage.scheduleNow(id)
    assert.deepEqual([fired, skipped], [1, 7])
  }),

  contractCase('a schedule may have no slot after this one', ['I24'], async (stage) => {
    const { id } = await stage.schedule()
    await stage.fired(id, { next: null })
    assert.equal((await stage.scheduleNow(id)).nextSlot, null)
    assert.equal((await stage.unchanged(() => stage.fire(id, { slot: stage.now }))).kind, 'stale')
  }),

  contractCase('of many who fire one slot at once exactly one gets through', ['I24'], async (stage) => {
    const { id, version } = await stage.schedule()
    const other = await stage.other()
    for (let round = 0; round < 10; round++) {
      const slot = stage.now
      const answers = await Promise.all(
        Array.from({ length: 8 }, (_, i) =>
          (i % 2 ? other : stage.queue).fire(fireOf({ id, version, slot, next: slot + 1, job: stage.job() })),
        ),
      )
      assert.equal(answers.filter((answer) => answer.kind === 'fired').length, 1)
      assert.equal(answers.filter((answer) => answer.kind === 'stale').length, 7)
      await stage.pass(1)
    }
    assert.equal((await stage.list()).total, 10)
  }),
]
