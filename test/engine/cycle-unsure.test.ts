import { describe, expect, test } from 'vitest'
import { claim, heldLane, three } from './cycle-stage.js'

/** Two outcomes fill the share of a channel. */
const four = { slots: 4, limits: { items: 4, bytes: 10_000, inFlight: 2 } }

/** A lane whose first cycle asks for four jobs while a second one, beside it, asks for none. */
async function besideEachOther() {
  const stage = heldLane(four)
  stage.made.start()
  await stage.clock.settle()
  void stage.end('a', 'b')
  expect(stage.requests.map(({ channel, wanted }) => [channel, wanted])).toEqual([
    [0, [0, 1, 2, 3]],
    [1, []],
  ])
  return stage
}

describe('a cycle that found too few jobs while another was beside it', () => {
  test('has the lane ask once more when nothing is under way', async () => {
    const { requests, alone, answer } = await besideEachOther()
    await answer(0)
    expect(requests).toHaveLength(2)
    await answer(1)
    expect(requests.slice(2)).toMatchObject([{ channel: 0, seq: 2, wanted: [0, 1, 2, 3], outcomes: [] }])
    await answer(2)
    expect([requests.length, alone]).toEqual([3, [false, false, true]])
  })

  test('has it ask also when its own reply is the last to come', async () => {
    const { clock, requests, answer } = await besideEachOther()
    await answer(1)
    expect(requests).toHaveLength(2)
    await answer(0)
    expect(requests.slice(2).map(({ wanted }) => wanted)).toEqual([[0, 1, 2, 3]])
    await answer(2)
    await clock.advance(60_000)
    expect(requests).toHaveLength(3)
  })

  test('has it ask for what is left of its lanes when some came', async () => {
    const { requests, answer } = await besideEachOther()
    await answer(0, { claims: [claim('x', 0), claim('y', 1)] })
    await answer(1)
    expect(requests.slice(2).map(({ wanted }) => wanted)).toEqual([[2, 3]])
    await answer(2)
    expect(requests).toHaveLength(3)
  })

  test('has it ask nothing when it claims no more', async () => {
    const { made, clock, requests, answer } = await besideEachOther()
    made.stopClaiming()
    await answer(0)
    await answer(1)
    await clock.advance(60_000)
    expect(requests).toHaveLength(2)
  })

  test('counts once with others of its kind, however many replies said so', async () => {
    const { made, clock, pool, requests, end, answer } = heldLane(three)
    for (const lane of [0, 1, 2, 3, 4, 5, 6, 7, 8]) pool.take(lane)
    made.start()
    await clock.settle()
    for (const lane of [0, 1, 2]) pool.give(lane)
    void end('a', 'b', 'c', 'd')
    for (const lane of [3, 4, 5]) pool.give(lane)
    void end('e', 'f', 'g', 'h')
    expect(requests.map(({ channel, wanted }) => [channel, wanted])).toEqual([
      [0, [9, 10, 11]],
      [1, [0, 1, 2]],
      [2, [3, 4, 5]],
    ])
    await answer(1)
    await answer(0)
    await answer(2)
    expect(requests.slice(3).map(({ wanted }) => wanted)).toEqual([[0, 1, 2, 3]])
    await answer(3)
    await clock.advance(60_000)
    expect(requests).toHaveLength(4)
  })
})

describe('the lane asks no more', () => {
  test('after a cycle that found too few jobs and was alone', async () => {
    const { made, clock, requests, alone, answer } = heldLane(four)
    made.start()
    await clock.settle()
    await answer(0)
    await clock.advance(60_000)
    expect([requests.length, alone]).toEqual([1, [true]])
  })

  test('after one that got all it wanted, whatever was beside it', async () => {
    const { clock, requests, answer } = await besideEachOther()
    await answer(0, { claims: [0, 1, 2, 3].map((lane) => claim(`on ${lane}`, lane)) })
    await answer(1)
    await clock.advance(60_000)
    expect(requests).toHaveLength(2)
  })
})
