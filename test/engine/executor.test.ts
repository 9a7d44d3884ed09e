import { expect, test } from 'vitest'
import { claim } from './cycle-stage.js'
import { executor, leaseMs, settled } from './executor-stage.js'

test('claims that come when their lease is over are turned away and not started', async () => {
  const { made, clock, pool, begun, told, reports } = executor({ slots: 2 })
  const sentAt = clock.monotonic()
  await clock.advance(leaseMs)
  made.start([claim('a', 0), claim('b', 0)], sentAt)
  await clock.settle()
  expect(settled(reports)).toEqual(['release a', 'release b'])
  expect([begun, told, pool.room]).toEqual([[], [], 2])
  await made.whenIdle()
})

test('claims that come shortly before that are started, and their lease counts from when they were asked for', async () => {
  const { made, clock, leases, begun, end } = executor()
  const sentAt = clock.monotonic()
  await clock.advance(leaseMs - 1)
  made.start([claim('a', 0)], sentAt)
  expect(begun).toEqual(['a'])
  expect(leases.find('a', '1')?.leaseUntil).toBe(sentAt + leaseMs)
  await end('a')
})

test('claims that came too late give back their fence, spend no time and are no runs', async () => {
  const { made, clock, reports } = executor()
  await clock.advance(3 * leaseMs)
  made.start([{ ...claim('a', 0), fence: '77' }], 0)
  expect(reports).toEqual([
    { id: 'a', fence: '77', settlement: { kind: 'release' }, runMs: 0, resultTtlMs: 0, keep: true },
  ])
  expect(made.zombies).toBe(0)
})

test('a job of a type that was not asked for goes back, and the others of its reply start', () => {
  const { pool, begun, reports, bring } = executor({ slots: 2 })
  bring(['odd'], 0, { type: 'unknown' })
  bring(['a'])
  expect([begun, settled(reports), pool.busy]).toEqual([['a'], ['release odd'], 1])
})

test('a job whose texts cannot be read is a dead letter at once and takes no place', () => {
  const { pool, begun, reports, bring } = executor({ slots: 2 })
  bring(['bad'], 0, { payload: '{' })
  bring(['worse'], 0, { options: '{' })
  bring(['a'])
  expect([begun, settled(reports), pool.room]).toEqual([['a'], ['fail bad', 'fail worse'], 1])
})

test('it is idle when every slot is free and every outcome answered', async () => {
  const { made, bring, end, clock } = executor({ slots: 2 })
  let idle = false
  bring(['a', 'b'])
  const waiting = made.whenIdle().then(() => (idle = true))
  await end('a')
  expect(idle).toBe(false)
  await end('b')
  await waiting
  expect(clock.pendingTimers).toBe(0)
})
