import { expect, test } from 'vitest'
import { claim, heldLane, lane, nothing, two } from './cycle-stage.js'

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
