import { expect, test } from 'vitest'
import { deferred } from '../../src/core/abort.js'
import { RiptideError } from '../../src/core/errors.js'
import type { CycleReply, OutcomeReport } from '../../src/core/queue-adapter.js'
import { memoryQueue } from '../../src/index.js'
import { lane, nothing, report } from './cycle-stage.js'

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
  const { made, clock, requests } = lane(() => Promise.resolve(nothing), { slots: 3 })
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

/** What each cycle takes along of these outcomes, reported together. */
async function stepsOf(reports: readonly OutcomeReport[], bytes: number): Promise<readonly string[]> {
  const { made, clock, requests } = lane(() => Promise.resolve(nothing), { limits: { bytes } })
  const answers = reports.map((one) => made.report(one))
  await clock.settle()
  await Promise.all(answers)
  return requests.map(({ outcomes }) => outcomes.map(({ id }) => id).join(' '))
}

function completed(id: string, result: string): OutcomeReport {
  return report(id, { settlement: { kind: 'complete', result: { inline: result } } })
}

test('the results that go with one cycle are counted in bytes of UTF-8', async () => {
  const steps = (result: string) =>
    stepsOf(
      ['a', 'b', 'c'].map((id) => completed(id, result)),
      10_300,
    )
  expect(await steps('e'.repeat(2_400))).toEqual(['a b c'])
  expect(await steps('é'.repeat(2_400))).toEqual(['a b', 'c'])
  expect(await steps('語'.repeat(2_400))).toEqual(['a', 'b', 'c'])
})

test('a short result never counts for less than its bytes', async () => {
  // 200 characters of three bytes: with what else an outcome has, 12 of them fill these bytes and 13 do not fit.
  const reports = Array.from({ length: 13 }, (_, i) => completed(`${i}`, '語'.repeat(200)))
  expect(await stepsOf(reports, 10_800)).toEqual(['0 1 2 3 4 5 6 7 8 9 10 11', '12'])
})

test('a result that is larger than a step goes alone', async () => {
  const reports = [completed('a', '1'), completed('large', 'x'.repeat(50_000)), completed('b', '1')]
  expect(await stepsOf(reports, 10_000)).toEqual(['a', 'large', 'b'])
})

test('where a result is kept counts as its text, and that of an error too', async () => {
  const long = 'x'.repeat(2_000)
  const error = { code: 'JOB_FAILED', name: 'Error', message: long }
  const reports = [
    report('key', { settlement: { kind: 'complete', result: { key: long } } }),
    report('fail', { settlement: { kind: 'fail', error } }),
    report('retry', { settlement: { kind: 'retry', afterMs: 1, error } }),
    report('none', { settlement: { kind: 'complete', result: null } }),
  ]
  expect(await stepsOf(reports, 2_100)).toEqual(['key', 'fail', 'retry', 'none'])
  expect(await stepsOf(reports, 5_000)).toEqual(['key fail', 'retry none'])
})

test('whether a completed job is kept goes along with its outcome', async () => {
  const { made, clock, requests } = lane(() => Promise.resolve(nothing))
  void made.report(report('kept', { keep: true }))
  void made.report(report('dropped', { keep: false }))
  await clock.settle()
  expect(requests.map(({ outcomes }) => outcomes.map(({ id, keep }) => [id, keep]))).toEqual([
    [
      ['kept', true],
      ['dropped', false],
    ],
  ])
})

test('a stop sends what waits, claims nothing more and ends quiet', async () => {
  const { made, clock, requests } = lane(() => Promise.resolve(nothing), { slots: 2 })
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
