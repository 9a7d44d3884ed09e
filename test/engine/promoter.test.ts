import { expect, test } from 'vitest'
import { Promoter } from '../../src/engine/promoter.js'
import { FakeClock } from '../../src/testing/fake-clock.js'

function promoter(jitterMs = 0, random = 0) {
  const clock = new FakeClock()
  const looks: number[] = []
  const look = (): void => void looks.push(clock.monotonic())
  const made = new Promoter({ clock, random: () => random, jitterMs, look })
  return { made, clock, looks }
}

test('looks when something falls due, by the time of the store', async () => {
  const { made, clock, looks } = promoter()
  made.expect(5_000, 4_000)
  await clock.advance(5_000)
  expect(looks).toEqual([1_000])
})

test('what falls due earlier takes the place of what was expected, and what is gone is not looked for', async () => {
  const { made, clock, looks } = promoter()
  made.expect(5_000, 0)
  made.expect(2_000, 0)
  await clock.advance(3_000)
  made.expect(9_000, 3_000)
  made.expect(null, 3_000)
  await clock.advance(20_000)
  expect(looks).toEqual([2_000])
})

test('told the same again it waits on from where it was', async () => {
  const { made, clock, looks } = promoter()
  made.expect(1_000, 0)
  await clock.advance(600)
  made.expect(1_000, 600)
  expect(clock.pendingTimers).toBe(1)
  await clock.advance(400)
  expect(looks).toEqual([1_000])
})

test('looks at once for what is overdue, and later by its part of the jitter', async () => {
  const overdue = promoter()
  overdue.made.expect(0, 5_000)
  await overdue.clock.advance(0)
  expect(overdue.looks).toEqual([0])
  const spread = promoter(500, 0.5)
  spread.made.expect(1_000, 0)
  await spread.clock.advance(2_000)
  expect(spread.looks).toEqual([1_250])
})

test('stopped it looks no more', async () => {
  const { made, clock, looks } = promoter()
  made.expect(1_000, 0)
  made.stop()
  await clock.advance(5_000)
  expect([looks, clock.pendingTimers]).toEqual([[], 0])
})
