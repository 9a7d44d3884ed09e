import { expect, test } from 'vitest'
import { RiptideError } from '../../src/core/errors.js'
import { heldLane, one, report, sent, three, two } from './cycle-stage.js'

test('where the store takes two cycles at once, a second leaves when a full step of outcomes waits', async () => {
  const { clock, requests, end } = heldLane(two)
  void end('a')
  await clock.settle()
  void end('b')
  await clock.settle()
  expect(sent(requests)).toEqual([[0, 1, 'a']])
  void end('c', 'd', 'e')
  await clock.settle()
  expect(sent(requests)).toEqual([
    [0, 1, 'a'],
    [1, 1, 'b c d e'],
  ])
})

test('each channel has its share of the jobs, and a step is full with that', async () => {
  const { clock, requests, end } = heldLane({ slots: 6, limits: { ...two.limits, items: 64 } })
  void end('a')
  await clock.settle()
  void end('b', 'c')
  await clock.settle()
  expect(requests).toHaveLength(1)
  void end('d')
  await clock.settle()
  expect(sent(requests)).toEqual([
    [0, 1, 'a'],
    [1, 1, 'b c d'],
  ])
})

test('a share is never more than the store takes in one step', async () => {
  const { clock, requests, end } = heldLane({ ...two, slots: 100 })
  void end('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h')
  await clock.settle()
  expect(sent(requests)).toEqual([
    [0, 1, 'a b c d'],
    [1, 1, 'e f g h'],
  ])
})

test('a step is also full with its bytes', async () => {
  const { made, clock, requests, end } = heldLane(two)
  void end('a')
  await clock.settle()
  const result = { inline: 'é'.repeat(5_000) }
  void made.report(report('b', { settlement: { kind: 'complete', result } }))
  await clock.settle()
  expect(sent(requests)).toEqual([
    [0, 1, 'a'],
    [1, 1, 'b'],
  ])
})

test('a full step leaves without waiting for what else this turn brings; less than that waits for it', async () => {
  const { clock, requests, end } = heldLane(two)
  void end('a', 'b', 'c', 'd', 'e')
  expect(sent(requests)).toEqual([[0, 1, 'a b c d']])
  const other = heldLane(two)
  void other.end('a', 'b')
  expect(other.requests).toEqual([])
  void other.end('c')
  await clock.settle()
  expect(sent(other.requests)).toEqual([[0, 1, 'a b c']])
})

test('bytes that have left do not count for what waits', async () => {
  const { made, clock, requests, end, answer } = heldLane(two)
  const result = { inline: 'x'.repeat(12_000) }
  void made.report(report('a', { settlement: { kind: 'complete', result } }))
  await clock.settle()
  await answer(0)
  void end('b')
  await clock.settle()
  void end('c')
  await clock.settle()
  expect(sent(requests).slice(1)).toEqual([[0, 2, 'b']])
})

test('where the store takes one cycle at a time, all that comes waits for the answer', async () => {
  const { clock, requests, end, answer } = heldLane(one)
  void end('a')
  await clock.settle()
  void end('b', 'c', 'd', 'e', 'f')
  await clock.settle()
  expect(sent(requests)).toEqual([[0, 1, 'a']])
  await answer(0)
  expect(sent(requests).slice(1)).toEqual([[0, 2, 'b c d e']])
  await answer(1)
  expect(sent(requests).slice(2)).toEqual([[0, 3, 'f']])
})

test('what comes together leaves at once on as many channels as it fills', async () => {
  const { clock, requests, end } = heldLane(three)
  void end('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i')
  await clock.settle()
  expect(sent(requests)).toEqual([
    [0, 1, 'a b c d'],
    [1, 1, 'e f g h'],
  ])
})

test('what waits leaves on the channel that is answered first, each with its own numbers', async () => {
  const { clock, requests, end, answer } = heldLane(two)
  void end('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l', 'm', 'n')
  await clock.settle()
  expect(requests).toHaveLength(2)
  await answer(1)
  void end('o', 'p')
  await answer(2)
  expect(sent(requests)).toEqual([
    [0, 1, 'a b c d'],
    [1, 1, 'e f g h'],
    [1, 2, 'i j k l'],
    [1, 3, 'm n o p'],
  ])
  void end('q')
  await answer(0)
  expect(sent(requests)).toHaveLength(4)
  void end('r', 's', 't')
  await clock.settle()
  expect(sent(requests).slice(4)).toEqual([[0, 2, 'q r s t']])
})

test('under load a channel has one cycle at a time, its numbers rise by one, and each outcome is sent once', async () => {
  const { clock, requests, open, end, answer } = heldLane(three)
  const answers: Promise<unknown>[] = []
  for (let round = 0; round < 100; round++) {
    answers.push(end(`${round}a`, `${round}b`, `${round}c`, `${round}d`))
    await clock.settle()
    expect(open).toHaveLength(Math.min(round + 1, 3))
    expect(open.map((n) => requests[n]?.channel).sort()).toEqual([0, 1, 2].slice(0, round + 1))
    // One more step waits for a channel now.
    if (round >= 3) await answer(open[(round * round) % 3] ?? 0)
  }
  while (open.length > 0) await answer(open[0] ?? 0)
  await Promise.all(answers)
  for (const channel of [0, 1, 2]) {
    const own = requests.filter((request) => request.channel === channel)
    expect(own.map(({ seq }) => seq)).toEqual(own.map((_, i) => i + 1))
  }
  const ids = requests.flatMap(({ outcomes }) => outcomes.map(({ id }) => id))
  expect([ids.length, new Set(ids).size]).toEqual([400, 400])
})

test('each outcome is answered by the reply of its own cycle', async () => {
  const { clock, end, answer } = heldLane(two)
  const first = end('a', 'b', 'c', 'd')
  const second = end('e', 'f', 'g', 'h')
  await clock.settle()
  await answer(1, { stale: [{ id: 'f', fence: '1' }] })
  expect(await second).toEqual(['accepted', 'stale', 'accepted', 'accepted'])
  await answer(0, { stale: [{ id: 'a', fence: '1' }] })
  expect(await first).toEqual(['stale', 'accepted', 'accepted', 'accepted'])
})

test('a lost reply is asked for again on its channel with its number, and the other channel goes on', async () => {
  const { clock, requests, troubles, end, answer, lose } = heldLane(two)
  const first = end('a')
  await clock.settle()
  const second = end('b', 'c', 'd', 'e')
  await clock.settle()
  await lose(0)
  await answer(1)
  expect(await second).toEqual(['accepted', 'accepted', 'accepted', 'accepted'])
  void end('f', 'g')
  await clock.settle()
  await answer(2)
  await clock.advance(25)
  expect(sent(requests)).toEqual([
    [0, 1, 'a'],
    [1, 1, 'b c d e'],
    [1, 2, 'f g'],
    [0, 1, 'a'],
  ])
  expect(requests[3]).toEqual(requests[0])
  await answer(3)
  expect([await first, troubles]).toEqual([['accepted'], ['STORE_UNAVAILABLE']])
  void end('h')
  await clock.settle()
  expect(sent(requests).slice(4)).toEqual([[0, 2, 'h']])
})

test('nothing waits for a cycle in doubt while another channel is free: neither one outcome nor a wish for work', async () => {
  const { made, clock, requests, end, answer, lose } = heldLane(two)
  void end('a')
  await clock.settle()
  void end('b')
  await clock.settle()
  expect(sent(requests)).toEqual([[0, 1, 'a']])
  await lose(0)
  expect(sent(requests).slice(1)).toEqual([[1, 1, 'b']])
  await answer(1)
  made.start()
  await clock.settle()
  expect(requests[2]).toMatchObject({ channel: 1, seq: 2, wanted: [0, 1, 2, 3] })
})

test('a silent store is in doubt as one that fails, and waited for where it takes one cycle at a time', async () => {
  for (const { options, others } of [
    { options: two, others: [[1, 1, 'b']] },
    { options: one, others: [] },
  ]) {
    const { clock, requests, end } = heldLane(options)
    void end('a')
    await clock.advance(1_000)
    void end('b')
    await clock.advance(260)
    expect(sent(requests)).toEqual([[0, 1, 'a'], ...others])
    await clock.advance(25)
    expect(sent(requests).slice(-1)).toEqual([[0, 1, 'a']])
  }
})

test('a reply says whether another cycle was under way beside its own', async () => {
  const { clock, alone, end, answer } = heldLane(two)
  void end('a')
  await clock.settle()
  await answer(0)
  expect(alone).toEqual([true])
  void end('b')
  await clock.settle()
  void end('c', 'd', 'e', 'f')
  await clock.settle()
  await answer(2)
  await answer(1)
  expect(alone).toEqual([true, false, false])
  void end('g')
  await clock.settle()
  await answer(3)
  expect(alone).toEqual([true, false, false, true])
})

test('a stop waits for every channel and sends what waits', async () => {
  const { made, clock, requests, end, answer } = heldLane(two)
  let stopped = false
  const answers = end('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h')
  await clock.settle()
  const late = end('i')
  const stopping = made.stop(new AbortController().signal).then(() => (stopped = true))
  await answer(1)
  await answer(0)
  expect([sent(requests).slice(2), stopped]).toEqual([[[0, 2, 'i']], false])
  await answer(2)
  await stopping
  expect(new Set([...(await answers), ...(await late)])).toEqual(new Set(['accepted']))
  expect(clock.pendingTimers).toBe(0)
})

test('a stop whose signal aborts lets go of every channel and gives back the lanes they had asked for', async () => {
  const { made, clock, pool, requests, end } = heldLane({ ...two, slots: 4 })
  made.start()
  await clock.settle()
  const answers = end('a', 'b', 'c')
  await clock.settle()
  expect([requests.length, pool.free(4)]).toEqual([2, []])
  const limit = new AbortController()
  const stopping = made.stop(limit.signal)
  await clock.settle()
  limit.abort(new RiptideError('SHUTDOWN', 'stop'))
  await stopping
  expect(new Set(await answers)).toEqual(new Set(['stale']))
  expect([pool.free(4), clock.pendingTimers]).toEqual([[0, 1, 2, 3], 0])
})
