import { expect, test } from 'vitest'
import { deferred } from '../../src/core/abort.js'
import { RiptideError } from '../../src/core/errors.js'
import { defaultBudgets } from '../../src/core/priority.js'
import type { Claim, CycleReply, CycleRequest, OutcomeReport } from '../../src/core/queue-adapter.js'
import { CycleLane } from '../../src/engine/cycle-lane.js'
import { memoryQueue } from '../../src/index.js'
import { FakeClock } from '../../src/testing/fake-clock.js'

type Done = Extract<CycleReply, { kind: 'done' }>

const nothing: Done = {
  kind: 'done',
  now: 0,
  claims: [],
  stale: [],
  reclaimed: [],
  cancelled: [],
  nextDueAt: null,
  more: false,
}

function report(id: string): OutcomeReport {
  return { id, fence: '1', settlement: { kind: 'release' }, runMs: 1, resultTtlMs: 0 }
}

/** A lane whose store answers as the test says; `free` slots want work. */
function lane(answer: (request: CycleRequest, n: number) => Promise<CycleReply>, free = 0) {
  const clock = new FakeClock()
  const requests: CycleRequest[] = []
  const claims: Claim[] = []
  const troubles: string[] = []
  const adapter = Object.assign(memoryQueue(), {
    cycle: (request: CycleRequest) => (requests.push(request), answer(request, requests.length)),
  })
  const made = new CycleLane({
    adapter,
    instance: 'a',
    clock,
    random: () => 0.5,
    leaseMs: 10_000,
    budgets: defaultBudgets,
    types: ['work'],
    freeLanes: (most) => Array.from({ length: Math.min(free, most) }, (_, i) => i),
    onClaims: (got) => claims.push(...got),
    onReply: () => undefined,
    onTrouble: (error) => troubles.push(error.code),
  })
  return { made, clock, requests, claims, troubles }
}

test('outcomes that come during a cycle go together with the next', async () => {
  const first = deferred<CycleReply>()
  const { made, clock, requests } = lane((_, n) => (n === 1 ? first.promise : Promise.resolve(nothing)))
  const answers = [made.report(report('a'))]
  await clock.settle()
  answers.push(made.report(report('b')), made.report(report('c')))
  await clock.settle()
  expect(requests).toHaveLength(1)
  first.resolve({ ...nothing, stale: [{ id: 'a', fence: '1' }] })
  expect(await Promise.all(answers)).toEqual(['stale', 'accepted', 'accepted'])
  expect(requests.map(({ seq, outcomes }) => [seq, outcomes.map(({ id }) => id)])).toEqual([
    [1, ['a']],
    [2, ['b', 'c']],
  ])
})

test('a cycle whose reply is lost is sent again as it was, until the store says what became of it', async () => {
  const { made, clock, requests, troubles } = lane((_, n) =>
    n < 12 ? Promise.reject(new Error('cut')) : Promise.resolve(nothing),
  )
  const answer = made.report(report('a'))
  await clock.advance(60_000)
  expect(await answer).toBe('accepted')
  expect(new Set(requests.map((request) => request.seq))).toEqual(new Set([1]))
  expect(requests).toHaveLength(12)
  expect(troubles.length).toBeGreaterThan(0)
})

test('an outcome is not dropped for an error that does not pass', async () => {
  const { made, clock } = lane((_, n) =>
    n < 4 ? Promise.reject(new RiptideError('STORE_FULL', 'full')) : Promise.resolve(nothing),
  )
  const answer = made.report(report('a'))
  await clock.advance(10_000)
  expect(await answer).toBe('accepted')
})

test('idle it is quiet; poked it asks for as much as is free, once', async () => {
  const { made, clock, requests } = lane(() => Promise.resolve(nothing), 3)
  made.start()
  await clock.advance(60_000)
  expect(requests.map(({ wanted }) => wanted)).toEqual([[0, 1, 2]])
  made.poke()
  made.poke()
  await clock.settle()
  expect(requests).toHaveLength(2)
})

test('with no slot free a poke asks nothing, and a sweep looks after what is due all the same', async () => {
  const { made, clock, requests } = lane((_, n) => Promise.resolve({ ...nothing, more: n === 1 }))
  made.start()
  await clock.settle()
  expect(requests).toEqual([])
  made.sweep()
  await clock.settle()
  // The first step was cut short by its bound, so another follows it.
  expect(requests.map(({ wanted }) => wanted)).toEqual([[], []])
})

test('no more outcomes go with one cycle than its limits allow', async () => {
  const { made, clock, requests } = lane(() => Promise.resolve(nothing))
  const { items } = memoryQueue().limits
  const answers = Array.from({ length: items + 1 }, (_, i) => made.report(report(`job-${i}`)))
  await clock.settle()
  await Promise.all(answers)
  expect(requests.map(({ outcomes }) => outcomes.length)).toEqual([items, 1])
})

test('a stop sends what waits, claims nothing more and ends quiet', async () => {
  const { made, clock, requests } = lane(() => Promise.resolve(nothing), 2)
  made.start()
  await clock.settle()
  const answer = made.report(report('a'))
  await made.stop(new AbortController().signal)
  expect(await answer).toBe('accepted')
  expect(requests.at(-1)).toMatchObject({ outcomes: [{ id: 'a' }], wanted: [] })
  made.poke()
  made.sweep()
  await clock.settle()
  expect([requests.length, clock.pendingTimers]).toEqual([2, 0])
})

test('a stop whose signal aborts lets go of a silent store, and every report is answered', async () => {
  const { made, clock } = lane(() => new Promise(() => undefined))
  const answers = [made.report(report('a'))]
  await clock.settle()
  answers.push(made.report(report('b')))
  const limit = new AbortController()
  const stopping = made.stop(limit.signal)
  await clock.advance(500)
  limit.abort(new RiptideError('SHUTDOWN', 'stop'))
  await stopping
  expect(await Promise.all(answers)).toEqual(['stale', 'stale'])
  expect(clock.pendingTimers).toBe(0)
})
