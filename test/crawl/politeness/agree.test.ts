import { describe, expect, test } from 'vitest'
import { type Terms, type Wish, agree } from '../../../src/crawl/politeness/agree.js'
import {
  type HostRecord,
  formatRecord,
  parseRecord,
  unknownHost,
} from '../../../src/crawl/politeness/host-record.js'

const limits = { maxConcurrent: 10, maxRetryAfterMs: 120_000 }
const start = 1_000_000

function wish(self: string, more: Partial<Wish> = {}): Wish {
  const still = { lastStartAt: 0, reserved: undefined, delayMs: undefined, closedUntil: 0 }
  return { now: start, self, active: 0, waiting: 0, gapMs: 0, ...still, ...more }
}

/** Park and Miller's generator: the same walk for the same seed. */
function chance(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state * 48_271) % 2_147_483_647
    return state % below
  }
}

describe('slots', () => {
  test('are never more than there are, and go round, whatever the processes do', () => {
    for (let seed = 1; seed <= 20; seed++) {
      const random = chance(seed)
      const max = 1 + random(6)
      const names = Array.from({ length: 1 + random(8) }, (_, i) => `p${i}`)
      const states = new Map(names.map((name) => [name, { active: 0, waiting: 5, served: 0 }]))
      let record: HostRecord = unknownHost
      for (let now = start; now < start + 30_000; now += 1 + random(30)) {
        const name = names[random(names.length)] ?? ''
        const state = states.get(name) ?? { active: 0, waiting: 0, served: 0 }
        const ended = random(state.active + 1)
        state.active -= ended
        state.waiting += ended
        const agreed = agree(record, wish(name, { now, active: state.active, waiting: state.waiting }), {
          ...limits,
          maxConcurrent: max,
        })
        record = parseRecord(formatRecord(agreed.record))
        const starts = Math.min(state.waiting, Math.max(0, agreed.terms.slots - state.active))
        state.active += starts
        state.waiting -= starts
        state.served += starts
        const sum = [...states.values()].reduce((all, one) => all + one.active, 0)
        expect(sum).toBeLessThanOrEqual(max)
      }
      for (const { served } of states.values()) expect(served).toBeGreaterThan(3)
    }
  })

  test('that nobody else is short of are kept, so that there is no news in a request that ends', () => {
    const first = agree(unknownHost, wish('a', { waiting: 4 }), limits)
    const second = agree(first.record, wish('a', { now: start + 100, active: 1 }), limits)
    expect(first.terms.slots).toBe(4)
    expect(second.record).toEqual(first.record)
  })

  test('are free when their process has said nothing for ten seconds', () => {
    const { record } = agree(unknownHost, wish('dead', { waiting: 10 }), limits)
    const slotsAt = (now: number): number => agree(record, wish('b', { now, waiting: 1 }), limits).terms.slots
    expect([slotsAt(start + 9999), slotsAt(start + 10_000)]).toEqual([0, 1])
  })
})

describe('starts', () => {
  const take = (
    record: HostRecord,
    self: string,
    more: Partial<Wish>,
  ): { record: HostRecord; terms: Terms } =>
    agree(record, wish(self, { waiting: 3, gapMs: 1000, ...more }), limits)

  test('are taken one after the other, and the gap is a little longer between processes', () => {
    const a = take(unknownHost, 'a', {})
    const b = take(a.record, 'b', {})
    const c = take(b.record, 'c', {})
    expect([a, b, c].map(({ terms }) => terms.startAt - start)).toEqual([0, 1030, 2060])
  })

  test('that were taken stay, until they are used or somebody closes the host', () => {
    const a = take(unknownHost, 'a', { lastStartAt: start - 10 })
    const { startAt } = a.terms
    const reserved = a.terms
    expect(take(a.record, 'a', { now: startAt - 20, reserved }).record).toEqual(a.record)
    const closed = take(a.record, 'a', { now: startAt - 20, reserved, closedUntil: startAt + 5000 })
    expect(closed.terms.startAt).toBe(startAt + 5000)
    expect(closed.record.closedUntil).toBe(startAt + 5000)
  })

  test('come in blocks of a tenth of a second where the gap is short', () => {
    const { terms, record } = agree(unknownHost, wish('a', { waiting: 9, gapMs: 20 }), limits)
    expect([terms.starts, record.lastStartAt - start]).toEqual([5, 80])
  })

  test('are not put off without end by a clock that is wrong', () => {
    const record = { ...unknownHost, lastStartAt: start + 86_400_000, closedUntil: start + 86_400_000 }
    expect(take(record, 'a', {}).terms.startAt).toBe(start + 120_000)
    expect(take({ ...record, closedUntil: 0 }, 'a', {}).terms.startAt).toBe(start + 2000)
  })
})

describe('a record', () => {
  test('reads as it was written', () => {
    const { record } = agree(unknownHost, wish('a', { waiting: 4, gapMs: 10, delayMs: 7 }), limits)
    expect(parseRecord(formatRecord(record))).toEqual(record)
  })

  test.each([
    undefined,
    '',
    '{',
    'null',
    '7',
    '[]',
    '[1,2,3]',
    '[1,2,3,[["a",1]]]',
    '["x",0,0,[]]',
    '[0,0,0,[7]]',
  ])('that is none is a host that nobody knows (%j)', (text) => {
    expect(parseRecord(text)).toEqual(unknownHost)
  })
})
