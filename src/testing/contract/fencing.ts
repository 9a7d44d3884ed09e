import assert from 'node:assert/strict'
import { jobStates } from '../../core/states.js'
import { contractCase } from './case.js'
import { complete, completeWith, fail, leaseMs, outcomeOf, plain, release, retryIn } from './script.js'
import { jobIn } from './states.js'

const settlements = [complete(), retryIn(0), fail(), release, completeWith(null)]

/** A late or foreign worker changes nothing, and is told. */
export const fencingCases = [
  ...jobStates
    .filter((status) => status !== 'processing')
    .map((status) =>
      contractCase(
        `no outcome touches a ${status} job, not even with its own fence`,
        ['I2', 'I3'],
        async (stage) => {
          const id = await jobIn(stage, status)
          const { fence } = await stage.record(id)
          for (const settlement of settlements) {
            const reply = await stage.unchanged(() =>
              stage.cycle({ outcomes: [outcomeOf({ id, fence }, settlement)] }),
            )
            assert.deepEqual(plain(reply.stale), [{ id, fence }])
          }
        },
      ),
    ),

  contractCase(
    'an outcome with an old fence is refused while the next run goes on',
    ['I3'],
    async (stage) => {
      await stage.add()
      const old = await stage.take({ leaseMs: 100 })
      await stage.pass(100)
      const current = await stage.take({ instance: 'i1' })
      for (const settlement of settlements) {
        const reply = await stage.unchanged(() => stage.cycle({ outcomes: [outcomeOf(old, settlement)] }))
        assert.deepEqual(plain(reply.stale), [{ id: old.id, fence: old.fence }])
      }
      assert.equal((await stage.end(current, complete())).stale.length, 0)
    },
  ),

  contractCase(
    'an outcome of another instance is refused, even with the current fence',
    ['I3'],
    async (stage) => {
      const id = await stage.add()
      const claim = await stage.take({ instance: 'i1' })
      for (const settlement of settlements) {
        const outcomes = [outcomeOf(claim, settlement)]
        const reply = await stage.unchanged(() => stage.cycle({ instance: 'i2', outcomes }))
        assert.equal(reply.stale.length, 1)
      }
      assert.equal(await stage.status(id), 'processing')
    },
  ),

  contractCase('a fence that never was is refused', ['I3'], async (stage) => {
    const claim = await stage.take({ instance: 'i1', types: [(await stage.record(await stage.add())).type] })
    const next = String(BigInt(claim.fence) + 1n)
    for (const fence of [
      '',
      '0',
      'NaN',
      'null',
      ` ${claim.fence}`,
      `${claim.fence}.0`,
      next,
      '9'.repeat(30),
    ]) {
      const outcomes = [outcomeOf({ id: claim.id, fence }, complete())]
      const reply = await stage.unchanged(() => stage.cycle({ outcomes }))
      assert.equal(reply.stale.length, 1, `the fence "${fence}" is refused`)
    }
  }),

  contractCase('an outcome of a job that is not there is refused', ['I3'], async (stage) => {
    const run = { id: 'nope', fence: '1' }
    const reply = await stage.unchanged(() => stage.cycle({ outcomes: [outcomeOf(run, complete())] }))
    assert.deepEqual(plain(reply.stale), [run])
  }),

  contractCase('one refused outcome hinders no other of the same cycle', ['I3'], async (stage) => {
    await stage.addMany(2)
    const [a, b] = await stage.claim(2)
    assert.ok(a && b)
    const outcomes = [outcomeOf({ id: a.id, fence: '1' }, complete()), outcomeOf(b, complete())]
    const reply = await stage.cycle({ outcomes })
    assert.deepEqual(plain(reply.stale), [{ id: a.id, fence: '1' }])
    assert.deepEqual([await stage.status(a.id), await stage.status(b.id)], ['processing', 'completed'])
  }),

  contractCase(
    'an outcome sent again in another cycle is refused and changes nothing',
    ['I2', 'I3'],
    async (stage) => {
      await stage.add()
      const claim = await stage.take()
      await stage.end(claim, complete('1'))
      const reply = await stage.unchanged(() => stage.end(claim, complete('2')))
      assert.equal(reply.stale.length, 1)
    },
  ),

  contractCase('fences grow with each claim, in the same millisecond too', ['I3'], async (stage) => {
    await stage.add()
    let last = 0n
    for (let i = 0; i < 5; i++) {
      const claim = await stage.take()
      assert.ok(BigInt(claim.fence) > last, 'the fence has grown')
      last = BigInt(claim.fence)
      await stage.end(claim, release)
    }
    assert.equal(last, BigInt(stage.now) * 1000n + 4n)
  }),

  contractCase('fences grow when the clock is set back', ['I3', 'I26'], async (stage) => {
    await stage.add()
    const first = await stage.take()
    await stage.end(first, release)
    stage.clock.setNow(stage.now - 3_600_000)
    const second = await stage.take()
    assert.equal(BigInt(second.fence), BigInt(first.fence) + 1n)
  }),

  contractCase('fences grow over lives', ['I2', 'I3'], async (stage) => {
    const id = await stage.add()
    const first = await stage.take()
    await stage.end(first, fail())
    await stage.retry(id)
    const second = await stage.take()
    assert.ok(BigInt(second.fence) > BigInt(first.fence))
    assert.equal((await stage.cycle({ outcomes: [outcomeOf(first, complete())] })).stale.length, 1)
  }),

  contractCase('the fence moves on when a run is taken away', ['I3'], async (stage) => {
    const [a, b] = await stage.addMany(2)
    const [first, second] = await stage.claim(2, { leaseMs: 100 })
    assert.ok(a && b && first && second)
    await stage.cancel(a)
    await stage.pass(100)
    await stage.settle()
    for (const claim of [first, second]) {
      assert.ok(BigInt((await stage.record(claim.id)).fence) > BigInt(claim.fence))
    }
  }),

  contractCase('a renewal with an old fence keeps nothing and stores nothing', ['I3'], async (stage) => {
    const id = await stage.add()
    const old = await stage.take({ leaseMs: 100 })
    await stage.pass(100)
    await stage.take({ instance: 'i2' })
    const report = { ...old, progress: '{"value":0.9}', lines: ['late'] }
    const reply = await stage.unchanged(() => stage.renew([report]))
    assert.deepEqual(plain(reply.lost), [{ id, fence: old.fence, reason: 'lost' }])
  }),

  contractCase('a renewal by another instance keeps nothing', ['I3'], async (stage) => {
    await stage.add()
    const claim = await stage.take({ instance: 'i1', leaseMs: 1000 })
    const reply = await stage.unchanged(() =>
      stage.renew([{ ...claim, lines: ['mine'] }], { id: 'i2' }, 60_000),
    )
    assert.equal(reply.lost[0]?.reason, 'lost')
    await stage.pass(1000)
    assert.equal((await stage.cycle({ instance: 'i3' })).reclaimed.length, 1)
  }),

  contractCase('a late outcome counts as long as nobody has taken the run back', ['I2'], async (stage) => {
    const id = await stage.add()
    const claim = await stage.take()
    await stage.pass(leaseMs * 2)
    const reply = await stage.end(claim, complete())
    assert.deepEqual([reply.stale.length, reply.reclaimed.length], [0, 0])
    assert.equal(await stage.status(id), 'completed')
  }),
]
