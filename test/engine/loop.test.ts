import { expect, test } from 'vitest'
import { deferred } from '../../src/core/abort.js'
import { Loop } from '../../src/engine/loop.js'
import { FakeClock } from '../../src/testing/fake-clock.js'

function loop(run: () => Promise<void>, pauseMs = 100) {
  const clock = new FakeClock()
  const errors: string[] = []
  const made = new Loop({ clock, pauseMs: () => pauseMs, run, onError: (error) => errors.push(error.code) })
  return { made, clock, errors }
}

test('takes a turn after each pause, and none before', async () => {
  let turns = 0
  const { made, clock } = loop(() => Promise.resolve(void turns++))
  made.start()
  await clock.advance(99)
  expect(turns).toBe(0)
  await clock.advance(201)
  expect(turns).toBe(3)
  await made.stop()
})

test('a failure is told and not fatal, and the next turn waits a second at least', async () => {
  let turns = 0
  const { made, clock, errors } = loop(() => (turns++, Promise.reject(new Error('no'))))
  made.start()
  await clock.advance(100)
  await clock.advance(999)
  expect([turns, errors]).toEqual([1, ['STORE_UNAVAILABLE']])
  await clock.advance(1)
  expect(turns).toBe(2)
  await made.stop()
})

test('hurried, it takes the next turn now; during a turn, right after it', async () => {
  let turns = 0
  const first = deferred<undefined>()
  const { made, clock } = loop(() => (++turns === 1 ? first.promise : Promise.resolve()), 10_000)
  made.start()
  made.hurry()
  expect(turns).toBe(1)
  made.hurry()
  made.hurry()
  expect(turns).toBe(1)
  first.resolve(undefined)
  await clock.advance(0)
  expect(turns).toBe(2)
  await made.stop()
})

test('a stop waits for the turn that is under way, keeps quiet about its end, and leaves no timer', async () => {
  const turn = deferred<undefined>()
  const { made, clock, errors } = loop(() => turn.promise)
  made.start()
  await clock.advance(100)
  let stopped = false
  const stopping = made.stop().then(() => (stopped = true))
  await clock.settle()
  expect(stopped).toBe(false)
  turn.reject(new Error('given up'))
  await stopping
  made.hurry()
  expect([errors, clock.pendingTimers]).toEqual([[], 0])
})

test('started twice it runs once', async () => {
  let turns = 0
  const { made, clock } = loop(() => Promise.resolve(void turns++))
  made.start()
  made.start()
  await clock.advance(100)
  expect(turns).toBe(1)
  await made.stop()
})
