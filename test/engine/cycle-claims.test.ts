import { describe, expect, test } from 'vitest'
import { claim, heldLane, lane, nothing, sent, two } from './cycle-stage.js'

test('more slots than a cycle can fill are filled one cycle after another', async () => {
  const { made, clock, requests, claims } = lane(
    ({ wanted }) => Promise.resolve({ ...nothing, claims: wanted.map((free) => claim(`on ${free}`, free)) }),
    { slots: 5, limits: { items: 2 } },
  )
  made.start()
  await clock.settle()
  expect(requests.map(({ wanted }) => wanted)).toEqual([[0, 1], [2, 3], [4]])
  expect(claims).toHaveLength(5)
})

test('where there is no work for some of the slots, the others do not ask', async () => {
  const { made, clock, requests } = lane(() => Promise.resolve(nothing), { slots: 5, limits: { items: 2 } })
  made.start()
  await clock.advance(60_000)
  expect(requests.map(({ wanted }) => wanted)).toEqual([[0, 1]])
})

test('a wish for work opens no second channel', async () => {
  const { made, clock, requests, end, answer } = heldLane({ ...two, slots: 3 })
  void end('a')
  await clock.settle()
  made.start()
  made.sweep()
  await clock.settle()
  expect(requests).toHaveLength(1)
  await answer(0)
  expect(requests.map(({ channel, wanted }) => [channel, wanted])).toEqual([
    [0, []],
    [0, [0, 1, 2]],
  ])
})

test('lanes that a cycle under way has asked for are not asked for again', async () => {
  const { made, clock, pool, requests, claims, end, answer } = heldLane({ ...two, slots: 4 })
  pool.take(3)
  made.start()
  await clock.settle()
  pool.give(3)
  void end('a', 'b')
  await clock.settle()
  void end('c', 'd')
  expect(requests.map(({ channel, wanted }) => [channel, wanted])).toEqual([
    [0, [0, 1, 2]],
    [1, [3]],
  ])
  await answer(0, { claims: [claim('x', 1)] })
  expect(requests[2]).toMatchObject({ channel: 0, seq: 2, wanted: [0, 2] })
  await answer(1, { claims: [claim('y', 3)] })
  expect([claims.map(({ id }) => id), pool.busy, pool.free(4)]).toEqual([['x', 'y'], 2, []])
})

test('a poke while all free lanes are asked for looks again when they come back', async () => {
  const { made, clock, requests, end, answer } = heldLane({ ...two, slots: 3 })
  made.start()
  await clock.settle()
  made.poke()
  void end('a', 'b')
  await clock.settle()
  expect(requests.map(({ wanted }) => wanted)).toEqual([[0, 1, 2], []])
  await answer(1)
  expect(requests).toHaveLength(2)
  await answer(0)
  expect(requests.slice(2).map(({ wanted }) => wanted)).toEqual([[0, 1, 2]])
})

describe('a reply with claims that cannot be started', () => {
  const small = { slots: 2, limits: { items: 4, inFlight: 2 }, bad: ['bad'] }

  test('has their outcomes go after all of its claims are started, so that no cycle asks for the places of the others', async () => {
    const { made, clock, pool, requests, answer } = heldLane(small)
    made.start()
    await clock.settle()
    // One outcome fills the share of a channel here: outside of this it would leave at once.
    await answer(0, { claims: [claim('bad', 0), claim('a', 1)] })
    expect(requests.slice(1).map(({ outcomes, wanted }) => [outcomes.map(({ id }) => id), wanted])).toEqual([
      [['bad'], [0]],
    ])
    expect([pool.busy, pool.room]).toEqual([1, 0])
  })

  test('leaves beside one that is under way no more lanes than there are', async () => {
    const { made, clock, pool, requests, end, answer } = heldLane({
      slots: 4,
      limits: { items: 2, inFlight: 2 },
      bad: ['bad', 'worse'],
    })
    made.start()
    await clock.settle()
    void end('x', 'y')
    expect(requests.map(({ wanted }) => wanted)).toEqual([
      [0, 1],
      [2, 3],
    ])
    await answer(0, { claims: [claim('bad', 0), claim('worse', 1)] })
    expect(requests[2]).toMatchObject({ channel: 0, seq: 2, wanted: [0, 1] })
    await answer(1, { claims: [claim('a', 2), claim('b', 3)] })
    await answer(2, { claims: [claim('c', 0), claim('d', 1)] })
    expect([pool.busy, pool.room]).toEqual([4, 0])
  })

  test('does not keep later outcomes from leaving at once', async () => {
    const { made, clock, requests, end, answer } = heldLane(small)
    made.start()
    await clock.settle()
    await answer(0, { claims: [claim('bad', 0), claim('a', 1)] })
    void end('a')
    expect(sent(requests).slice(1)).toEqual([
      [0, 2, 'bad'],
      [1, 1, 'a'],
    ])
  })
})
