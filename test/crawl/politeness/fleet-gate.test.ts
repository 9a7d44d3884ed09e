import { describe, expect, test } from 'vitest'
import type { StorageAdapter } from '../../../src/core/storage-adapter.js'
import type { PerHostOptions } from '../../../src/crawl/politeness/per-host-options.js'
import { FakeClock } from '../../../src/testing/fake-clock.js'
import { type Visitor, gateStage, page, sharedStorage } from './gate-stage.js'

const some = <T>(count: number, make: (i: number) => T): T[] =>
  Array.from({ length: count }, (_, i) => make(i))
const isIn = ({ at }: Visitor): boolean => at !== undefined

/** Gates that share a storage, as processes do. */
function fleet(
  count: number,
  perHost: PerHostOptions,
  change: (storage: StorageAdapter) => StorageAdapter = same,
) {
  const clock = new FakeClock()
  const storage = change(sharedStorage(clock))
  return { clock, storage, gates: some(count, () => gateStage(perHost, { storage, clock })) }
}

function same(storage: StorageAdapter): StorageAdapter {
  return storage
}

describe('slots of a fleet', () => {
  test('are shared by its processes, each getting an equal part', async () => {
    const { clock, gates } = fleet(2, { maxConcurrent: 4 })
    const [ours = [], theirs = []] = gates.map(({ visit }) => some(10, () => visit()))
    const done = new Set<Visitor>()
    for (let i = 0; i < 20; i++) {
      await clock.advance(100)
      const under = [ours, theirs].map((line) => line.filter((one) => isIn(one) && !done.has(one)))
      expect(under.flat().length).toBeLessThanOrEqual(4)
      if (i === 5) expect(under.map((line) => line.length)).toEqual([2, 2])
      for (const [first] of under) {
        first?.leave({ status: 200, latencyMs: 1 })
        if (first) done.add(first)
      }
    }
    expect([...ours, ...theirs].filter(isIn)).toHaveLength(20)
  })

  test('change hands where there are more processes than slots', async () => {
    const { clock, gates } = fleet(5, { maxConcurrent: 2 })
    const lines = gates.map(({ visit }) => some(5, () => visit()))
    const done = new Set<Visitor>()
    for (let i = 0; i < 400 && done.size < 25; i++) {
      await clock.advance(100)
      const inside = lines.flat().filter((one) => isIn(one) && !done.has(one))
      expect(inside.length).toBeLessThanOrEqual(2)
      for (const one of inside) {
        one.leave()
        done.add(one)
      }
      if (i === 60) expect(lines.every((line) => line.some(isIn))).toBe(true)
    }
    expect(done.size).toBe(25)
  })

  test('come back from a process that has died', async () => {
    const { clock, storage, gates } = fleet(1, { maxConcurrent: 2 })
    let isDead = false
    const get = (key: string): Promise<string | undefined> =>
      isDead ? Promise.reject(new Error('dead')) : storage.get(key)
    const dead = gateStage({ maxConcurrent: 2 }, { storage: { ...storage, get }, clock })
    some(2, () => dead.visit())
    await clock.settle()
    isDead = true
    const visitors = some(2, () => gates[0]?.visit())
    await clock.advance(9000)
    expect(visitors.map((one) => one?.at)).toEqual([undefined, undefined])
    await clock.advance(1200)
    expect(visitors.every((one) => one?.at !== undefined)).toBe(true)
  })

  test('are told to the storage once in a while, not with each request', async () => {
    let writes = 0
    const { clock, gates } = fleet(1, { maxConcurrent: 5 }, (storage) => ({
      ...storage,
      replace: async (...args) => {
        writes++
        return (await storage.replace?.(...args)) ?? false
      },
    }))
    for (let i = 0; i < 200; i++) {
      const visitors = some(5, () => gates[0]?.visit())
      await clock.advance(10)
      for (const one of visitors) one?.leave({ status: 200, latencyMs: 10 })
    }
    expect(writes).toBeLessThanOrEqual(7)
    await clock.advance(2000)
    expect(clock.pendingTimers).toBe(0)
  })
})

describe('gaps of a fleet', () => {
  test('part the starts of all its processes, who take turns', async () => {
    const { clock, gates } = fleet(3, { delayMs: 1000 })
    const lines = gates.map(({ visit }) => some(4, () => visit()))
    for (let i = 0; i < 300; i++) {
      await clock.advance(50)
      for (const one of lines.flat()) one.leave({ status: 200, latencyMs: 1 })
    }
    const starts = lines
      .flat()
      .map(({ at = NaN }) => at)
      .sort((a, b) => a - b)
    const gaps = starts.slice(1).map((at, i) => at - (starts[i] ?? 0))
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(1000)
    expect(Math.max(...gaps)).toBeLessThanOrEqual(1100)
    for (const line of lines) expect(line[1]?.at).toBeLessThan(7000)
  })

  test.each([
    [20, 5],
    [50, 10],
    [100, 20],
    [1000, 20],
  ])('of %i ms cost as many writes as there are blocks of starts, whoever waits', async (delayMs, blocks) => {
    let writes = 0
    const { clock, gates } = fleet(1, { delayMs, adaptive: false }, (storage) => ({
      ...storage,
      replace: async (...args) => {
        writes++
        return (await storage.replace?.(...args)) ?? false
      },
    }))
    const visitors = some(20, () => gates[0]?.visit())
    for (let i = 0; i < 1000 && !visitors.every((one) => one && isIn(one)); i++) {
      await clock.advance(20)
      for (const one of visitors) one?.leave({ status: 200, latencyMs: 1 })
    }
    expect(visitors.every((one) => one && isIn(one))).toBe(true)
    // One more where its slots are taken.
    expect(writes).toBeLessThanOrEqual(blocks + 1)
  })

  test('hold for a process that comes later, and asks for a longer one', async () => {
    const { clock, gates } = fleet(2, {})
    gates[0]?.visit()
    await clock.settle()
    const second = gates[1]?.visit(page, { minDelayMs: 2000 })
    await clock.advance(1999)
    expect(second?.at).toBeUndefined()
    await clock.advance(200)
    expect(second?.at).toBeGreaterThanOrEqual(2000)
  })
})

describe('a Retry-After in a fleet', () => {
  test('keeps the other processes away too, within a tenth of a second', async () => {
    const { clock, gates } = fleet(2, { maxConcurrent: 4 })
    const [ours, theirs] = gates
    const first = ours?.visit()
    const before = theirs?.visit()
    await clock.settle()
    before?.leave({ status: 200, latencyMs: 1 })
    first?.leave({ status: 429, latencyMs: 1, retryAfterMs: 5000 })
    await clock.advance(100)
    const later = [ours?.visit(), theirs?.visit()]
    await clock.advance(4899)
    expect(later.map((one) => one?.at)).toEqual([undefined, undefined])
    await clock.advance(400)
    for (const one of later) expect(one?.at).toBeGreaterThanOrEqual(5000)
  })
})

describe('a storage that fails', () => {
  test('leaves each process to keep the limits by itself', async () => {
    const { clock, gates } = fleet(1, { maxConcurrent: 1, delayMs: 100 }, (storage) => ({
      ...storage,
      get: () => Promise.reject(new Error('away')),
    }))
    const visitors = some(3, () => gates[0]?.visit())
    await clock.settle()
    expect(visitors.map((one) => one?.at)).toEqual([0, undefined, undefined])
    await clock.advance(500)
    visitors[0]?.leave()
    await clock.advance(500)
    expect(visitors.map((one) => one?.at !== undefined)).toEqual([true, true, false])
  })
})

test('a process that closes gives its slots back at once', async () => {
  const { clock, gates, storage } = fleet(1, { maxConcurrent: 2 })
  gates[0]?.visit()
  await clock.settle()
  await gates[0]?.gate.close()
  const record: unknown = JSON.parse((await storage.get('crawl/host/a.test')) ?? '')
  expect(record).toEqual([expect.any(Number), 0, 0, []])
})
