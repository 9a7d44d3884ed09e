import { describe, expect, test } from 'vitest'
import { RiptideError } from '../../src/core/errors.js'
import { heldLane, report, sent, two } from './cycle-stage.js'

const never = new AbortController().signal

describe('a stop of the lane', () => {
  test('that comes between a reply and what follows it goes on until the last outcome is answered', async () => {
    const { made, clock, requests, end, answer } = heldLane({ slots: 1 })
    let stopped = false
    const stopping = made.report(report('a')).then(async () => {
      await made.stop(never)
      stopped = true
    })
    await clock.settle()
    const waiting = end('b')
    await answer(0)
    expect([sent(requests).slice(1), stopped]).toEqual([[[0, 2, 'b']], false])
    await answer(1)
    await stopping
    expect(await waiting).toEqual(['accepted'])
  })

  test('waits for outcomes that are reported while it stops', async () => {
    const { made, clock, requests, end, answer } = heldLane(two)
    let stopped = false
    const first = made.report(report('a'))
    await clock.settle()
    const stopping = made.stop(never).then(() => (stopped = true))
    const late = first.then(() => end('b'))
    await answer(0)
    expect([sent(requests).slice(1), stopped]).toEqual([[[0, 2, 'b']], false])
    await answer(1)
    await stopping
    expect(await late).toEqual(['accepted'])
  })

  test('with nothing to do resolves at once, also when it is asked for twice', async () => {
    const { made, requests, clock } = heldLane(two)
    await Promise.all([made.stop(never), made.stop(never)])
    await made.stop(never)
    expect([requests, clock.pendingTimers]).toEqual([[], 0])
  })

  test('whose signal has aborted already sends nothing, and answers what waits', async () => {
    const { made, requests } = heldLane(two)
    const answer = made.report(report('a'))
    await made.stop(AbortSignal.abort(new RiptideError('SHUTDOWN', 'stop')))
    expect([await answer, requests]).toEqual(['stale', []])
  })

  test('lets go of what waits for a channel in doubt when its signal aborts', async () => {
    const { made, clock, end, lose } = heldLane({ slots: 1 })
    const answers = [end('a')]
    await clock.settle()
    answers.push(end('b', 'c'))
    await lose(0)
    const limit = new AbortController()
    const stopping = made.stop(limit.signal)
    await clock.advance(10)
    limit.abort(new RiptideError('SHUTDOWN', 'stop'))
    await stopping
    expect(await Promise.all(answers)).toEqual([['stale'], ['stale', 'stale']])
    expect(clock.pendingTimers).toBe(0)
  })
})
