import { expect, test } from 'vitest'
import { deferred } from '../../src/core/abort.js'
import { Grace } from '../../src/engine/grace.js'
import { FakeClock } from '../../src/testing/fake-clock.js'

function grace(abortGraceMs = 1_000) {
  const clock = new FakeClock()
  const idle = deferred<undefined>()
  const log: [string, number][] = []
  const note = (what: string) => (): void => void log.push([what, clock.monotonic()])
  const made = new Grace({
    clock,
    abortGraceMs,
    whenIdle: () => idle.promise,
    askToStop: note('ask'),
    handBack: note('hand back'),
  })
  const give = (ms: number): Promise<void> => made.give(ms).then(note('over'))
  return { made, clock, log, give, idle: () => idle.resolve(undefined) }
}

test('asks near the end, hands back at the end', async () => {
  const { clock, log, give } = grace()
  const giving = give(10_000)
  await clock.advance(20_000)
  await giving
  expect(log).toEqual([
    ['ask', 8_500],
    ['hand back', 9_500],
    ['over', 9_500],
  ])
  expect(clock.pendingTimers).toBe(0)
})

test('is over as soon as nothing runs, and asks nobody', async () => {
  const { clock, log, give, idle } = grace()
  const giving = give(10_000)
  await clock.advance(100)
  idle()
  await giving
  expect(log).toEqual([['over', 100]])
  expect(clock.pendingTimers).toBe(0)
})

test('a short one leaves half of it for the aborted', async () => {
  const { clock, log, give } = grace()
  const giving = give(1_000)
  await clock.advance(2_000)
  await giving
  expect(log.map(([, at]) => at)).toEqual([450, 950, 950])
})

test('shortened it ends sooner, and is never made longer', async () => {
  const { made, clock, log, give } = grace()
  made.shorten(0)
  const giving = give(60_000)
  await clock.advance(1_000)
  made.shorten(2_000)
  made.shorten(30_000)
  await clock.advance(60_000)
  await giving
  expect(log).toEqual([
    ['ask', 1_900],
    ['hand back', 2_900],
    ['over', 2_900],
  ])
})
