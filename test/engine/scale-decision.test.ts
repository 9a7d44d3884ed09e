import { describe, expect, test } from 'vitest'
import { type ScaleFacts, decideScale } from '../../src/engine/scale-decision.js'

const calm: ScaleFacts = {
  workers: 4,
  min: 1,
  max: 16,
  targetP95WaitMs: 1_000,
  p95WaitMs: 10,
  oldestReadyMs: 0,
  eventLoopUtilisation: 0.3,
  memory: 0.3,
  isSaturated: false,
  neededWorkers: 4,
  sinceChangeMs: 60_000,
}
const late: ScaleFacts = { ...calm, p95WaitMs: 2_000, isSaturated: true, neededWorkers: 5 }

describe('more workers', () => {
  test('come by the half while jobs wait too long and all workers are taken', () => {
    const from = (workers: number): number => decideScale({ ...late, workers }).workers
    expect([1, 2, 3, 5, 8, 12, 16].map(from)).toEqual([2, 3, 5, 8, 12, 16, 16])
  })

  test('come for a job that nobody has taken for long, though none was claimed', () => {
    expect(decideScale({ ...late, p95WaitMs: null, oldestReadyMs: 1_001 })).toEqual({
      workers: 6,
      reason: 'a job has been ready for 1001 ms',
    })
  })

  test.each([
    ['jobs start in time', { p95WaitMs: 1_000 }],
    ['slots are free', { isSaturated: false }],
    ['the event loop has no time', { eventLoopUtilisation: 0.85 }],
    ['there is no memory', { memory: 0.85 }],
    ['there are as many as there may be', { max: 4 }],
    ['the last change was just now', { sinceChangeMs: 1_999 }],
  ])('do not come while %s', (_, facts) => {
    expect(decideScale({ ...late, ...facts }).workers).toBe(4)
  })

  test('are not needed when nothing was claimed and nothing waits', () => {
    expect(decideScale({ ...late, p95WaitMs: null }).workers).toBe(4)
  })
})

describe('fewer workers', () => {
  test('go one at a time, when fewer would have done for long', () => {
    expect(decideScale({ ...calm, neededWorkers: 1 })).toEqual({
      workers: 3,
      reason: '1 would have done for the last 30 s',
    })
  })

  test.each([
    ['all of them are needed', { neededWorkers: 4 }],
    ['there are as few as there may be', { min: 4 }],
    ['the last change was just now', { sinceChangeMs: 9_999 }],
  ])('do not go while %s', (_, facts) => {
    expect(decideScale({ ...calm, neededWorkers: 1, ...facts }).workers).toBe(4)
  })

  test('go even if some jobs wait, when they do not wait for workers', () => {
    expect(decideScale({ ...calm, p95WaitMs: 5_000, neededWorkers: 2 }).workers).toBe(3)
  })
})

test('the number stays within its limits whatever it was', () => {
  expect([decideScale({ ...calm, workers: 20 }).workers, decideScale({ ...calm, min: 6 }).workers]).toEqual([
    16, 6,
  ])
})

test('a load that comes and goes does not make the number swing', () => {
  const sizes: number[] = []
  let facts = { ...calm, workers: 2 }
  let changed = 0
  for (let second = 1; second <= 600; second++) {
    const isBusy = second % 20 < 10
    const { workers } = decideScale({
      ...facts,
      isSaturated: isBusy,
      p95WaitMs: isBusy ? 3_000 : 5,
      neededWorkers: facts.workers + 1,
      sinceChangeMs: (second - changed) * 1_000,
    })
    if (workers !== facts.workers) changed = second
    facts = { ...facts, workers }
    sizes.push(workers)
  }
  expect(sizes).toEqual(sizes.toSorted((a, b) => a - b))
})
