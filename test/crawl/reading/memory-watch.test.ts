import { expect, test } from 'vitest'
import { watchMemory } from '../../../src/crawl/reading/memory-watch.js'
import { FakeClock } from '../../../src/testing/fake-clock.js'

function watched() {
  const clock = new FakeClock()
  const state = { bytes: 5000, overs: 0 }
  const stop = watchMemory({ clock, limitBytes: 1000, over: () => state.overs++, bytes: () => state.bytes })
  return { clock, state, stop }
}

test('what grows by more than the limit is told once, soon', async () => {
  const { clock, state } = watched()
  state.bytes = 6000
  await clock.advance(1000)
  expect(state.overs).toBe(0)
  state.bytes = 6001
  await clock.advance(25)
  expect(state.overs).toBe(1)
  await clock.advance(1000)
  expect(state.overs).toBe(1)
})

test('nothing is told when the watch has ended', async () => {
  const { clock, state, stop } = watched()
  await clock.advance(100)
  stop()
  state.bytes = 9000
  await clock.advance(1000)
  expect(state.overs).toBe(0)
})
