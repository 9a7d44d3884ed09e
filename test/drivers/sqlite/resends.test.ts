import { expect, test } from 'vitest'
import type { CycleReply, CycleRequest } from '../../../src/core/queue-adapter.js'
import { Resends } from '../../../src/drivers/sqlite/resends.js'
import { FakeClock } from '../../../src/testing/index.js'
import { cycleOf } from '../../../src/testing/contract/script.js'

const reply = (now: number): CycleReply => ({
  kind: 'done',
  now,
  claims: [],
  stale: [],
  reclaimed: [],
  cancelled: [],
  nextDueAt: null,
  more: false,
})

class Bench {
  readonly clock = new FakeClock()
  readonly resends = new Resends(this.clock)
  done = 0

  /** What a cycle is answered in a transaction that is open. */
  answer(part: Partial<CycleRequest>): CycleReply {
    this.resends.beginStep()
    return this.resends.answer(cycleOf(part), () => reply(++this.done))
  }

  /** The same in a transaction of its own. */
  commit(part: Partial<CycleRequest>): CycleReply {
    this.resends.begin()
    const answer = this.answer(part)
    this.resends.commit()
    return answer
  }
}

test('a cycle that comes again is answered again, and one before it is old', () => {
  const bench = new Bench()
  expect(bench.commit({ seq: 5 })).toEqual(reply(1))
  expect(bench.commit({ seq: 5 })).toEqual(reply(1))
  expect(bench.commit({ seq: 4 })).toEqual({ kind: 'old' })
  expect(bench.commit({ seq: 6 })).toEqual(reply(2))
  expect(bench.commit({ seq: 6, channel: 1 })).toEqual(reply(3))
  expect(bench.commit({ seq: 6, instance: 'other' })).toEqual(reply(4))
})

test('one that comes again in the same transaction is answered again too', () => {
  const bench = new Bench()
  bench.resends.begin()
  expect([bench.answer({ seq: 1 }), bench.answer({ seq: 1 })]).toEqual([reply(1), reply(1)])
})

test('what is rolled back was never answered', () => {
  const bench = new Bench()
  bench.resends.begin()
  bench.answer({ seq: 1 })
  bench.resends.rollback()
  expect(bench.commit({ seq: 1 })).toEqual(reply(2))
})

test('a step that is dropped takes its answer along, and no other', () => {
  const bench = new Bench()
  bench.resends.begin()
  bench.answer({ seq: 1 })
  bench.answer({ seq: 2 })
  bench.resends.dropStep()
  bench.resends.commit()
  expect([bench.commit({ seq: 1 }), bench.commit({ seq: 2 })]).toEqual([reply(1), reply(3)])
})

test('an instance that left may count anew', () => {
  const bench = new Bench()
  bench.commit({ seq: 9 })
  bench.resends.forget(cycleOf({}).instance)
  expect(bench.commit({ seq: 1 })).toEqual(reply(2))
})

test('one that has been silent for ten leases is forgotten when another comes', async () => {
  const bench = new Bench()
  bench.commit({ seq: 9, leaseMs: 1000 })
  await bench.clock.advance(9_999)
  bench.commit({ seq: 1, instance: 'b', leaseMs: 60_000 })
  expect(bench.commit({ seq: 8, leaseMs: 1000 })).toEqual({ kind: 'old' })
  await bench.clock.advance(10_000)
  bench.commit({ seq: 1, instance: 'c' })
  expect(bench.commit({ seq: 8, leaseMs: 1000 })).toEqual(reply(4))
  expect(bench.commit({ seq: 1, instance: 'b' })).toEqual(reply(2))
})
