import { expect, test } from 'vitest'
import { RateLog } from '../../../src/drivers/memory/rate-log.js'

test('a start is allowed while fewer than the most were within the time', () => {
  const log = new RateLog()
  expect(log.freeAt(2, 100, 0)).toBeNull()
  log.note(0)
  expect(log.freeAt(2, 100, 10)).toBeNull()
  log.note(10)
  expect(log.freeAt(2, 100, 20)).toBe(100)
  expect(log.freeAt(2, 100, 99)).toBe(100)
  expect(log.freeAt(2, 100, 100)).toBeNull()
})

test('a rate that is raised, or lowered, looks at the starts that were', () => {
  const log = new RateLog()
  for (const at of [0, 10, 20]) log.note(at)
  expect(log.freeAt(4, 100, 30)).toBeNull()
  expect(log.freeAt(3, 100, 30)).toBe(100)
  expect(log.freeAt(1, 100, 30)).toBe(120)
  expect(log.freeAt(1, 10, 30)).toBeNull()
})

test('what is forgotten counts no longer, and what is not still does', () => {
  const log = new RateLog()
  for (let at = 0; at < 1_000; at++) log.note(at)
  for (let n = 0; n < 100; n++) log.forget(989, 5)
  expect(log.freeAt(10, 1_000, 1_000)).toBe(1_990)
  expect(log.freeAt(11, 1_000, 1_000)).toBeNull()
  expect(log.overAt(50)).toBe(1_049)
  for (let n = 0; n < 100; n++) log.forget(10_000, 3)
  expect(log.freeAt(3, 10_000, 1_000)).toBe(10_997)
  expect(log.freeAt(4, 10_000, 1_000)).toBeNull()
})

test('no more starts are remembered than any rate may look at', () => {
  const log = new RateLog()
  for (let at = 0; at < 12_000; at++) log.note(at)
  expect(log.freeAt(10_000, 1e6, 12_000)).toBe(1_002_000)
  expect(log.freeAt(10_001, 1e6, 12_000)).toBeNull()
})
