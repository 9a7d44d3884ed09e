import { describe, expect, test } from 'vitest'
import { type ScaleFacts, scaleAdvice } from '../../src/service/scale.js'

const calm: ScaleFacts = {
  isPaused: false,
  ready: 0,
  running: 0,
  currentWorkers: 4,
  slotsEach: 4,
  oldestReadyMs: 0,
  p95WaitMs: 0,
  targetP95WaitMs: 1_000,
}
const desired = (facts: Partial<ScaleFacts>): number => scaleAdvice({ ...calm, ...facts }).desiredWorkers

describe('the advice on how many workers there should be', () => {
  test('is more by as much as jobs wait too long, and at most twice as many', () => {
    const busy = { ready: 1_000, running: 16 }
    expect(desired({ ...busy, oldestReadyMs: 1_500 })).toBe(6)
    expect(desired({ ...busy, p95WaitMs: 1_100 })).toBe(5)
    expect(desired({ ...busy, oldestReadyMs: 60_000 })).toBe(8)
  })

  test('is never more than there is work for', () => {
    expect(desired({ ready: 5, running: 16, oldestReadyMs: 60_000 })).toBe(6)
    expect(desired({ ready: 1, running: 3, oldestReadyMs: 60_000 })).toBe(4)
  })

  test('is what there is while jobs wait as long as they may', () => {
    expect(desired({ ready: 10, running: 16, oldestReadyMs: 900 })).toBe(4)
  })

  test('is less by a quarter at most when jobs hardly wait, and in the end none', () => {
    expect(desired({ currentWorkers: 8, running: 2 })).toBe(6)
    expect(desired({ running: 14 })).toBe(4)
    expect(desired({ currentWorkers: 1 })).toBe(0)
  })

  test('is what the work needs where there is no worker', () => {
    expect(desired({ currentWorkers: 0, ready: 9 })).toBe(3)
    expect(desired({ currentWorkers: 0 })).toBe(0)
  })

  test('is what there is while the queue is paused', () => {
    const advice = scaleAdvice({ ...calm, isPaused: true, ready: 1_000, oldestReadyMs: 60_000 })
    expect(advice).toMatchObject({ desiredWorkers: 4, reason: 'the queue is paused' })
    expect(advice).not.toHaveProperty('isPaused')
  })
})
