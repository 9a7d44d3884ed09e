import { describe, expect, test } from 'vitest'
import { claimPartsOf } from '../../src/engine/claim-parts.js'
import { type AnyJobDefinition, defineJob } from '../../src/core/handler.js'
import type { CycleRequest } from '../../src/core/queue-adapter.js'
import { claim, heldLane, lane, nothing, report } from './cycle-stage.js'

/** What each request asked for: the lanes of the workers, and those of each aside. */
const asked = (requests: readonly CycleRequest[]) =>
  requests.map(({ wanted, asides = [] }) => [wanted, ...asides.map((part) => part.wanted)])

/** A store with as many jobs for the workers as they want. */
const plenty = ({ wanted }: CycleRequest) =>
  Promise.resolve({ ...nothing, claims: wanted.map((free) => claim(`on ${free}`, free)) })

describe('a lane with asides', () => {
  test('asks for both in one cycle, each with types of its own', async () => {
    const { made, clock, requests } = lane(() => Promise.resolve(nothing), { slots: 1, asides: [2, 1] })
    made.start()
    await clock.settle()
    expect(requests).toHaveLength(1)
    expect(requests[0]).toMatchObject({
      wanted: [0],
      types: ['work'],
      asides: [
        { wanted: [1, 1], types: ['aside 0'] },
        { wanted: [2], types: ['aside 1'] },
      ],
    })
  })

  test('asks for them while all workers are taken', async () => {
    const { made, clock, pool, requests, claims } = lane(
      ({ asides = [] }, n) =>
        Promise.resolve({ ...nothing, claims: n === 2 && asides.length > 0 ? [claim('x', 1)] : [] }),
      { slots: 1, asides: [2] },
    )
    pool.take(0)
    made.start()
    await clock.settle()
    expect(asked(requests)).toEqual([[[], [1, 1]]])
    made.poke()
    await clock.settle()
    expect([asked(requests)[1], claims.map(({ id }) => id)]).toEqual([[[], [1, 1]], ['x']])
  })

  test('asks again at once while they get all that they ask for', async () => {
    const { made, clock, requests, claims } = lane(
      ({ asides = [] }) =>
        Promise.resolve({
          ...nothing,
          claims: asides.flatMap(({ wanted }) => wanted.map((one) => claim(`${one}`, one))),
        }),
      { slots: 2, asides: [5], limits: { items: 4 } },
    )
    made.start()
    await clock.settle()
    expect(asked(requests)).toEqual([
      [
        [0, 1],
        [2, 2],
      ],
      [
        [0, 1],
        [2, 2],
      ],
      [[0, 1], [2]],
      [[0, 1]],
    ])
    expect(claims).toHaveLength(5)
  })

  test('leaves the workers their part of a step, and gives each aside its turn', async () => {
    const { made, clock, requests } = lane(() => Promise.resolve(nothing), {
      slots: 9,
      asides: [9, 9],
      limits: { items: 4 },
    })
    made.start()
    await clock.settle()
    made.poke()
    await clock.settle()
    expect(asked(requests)).toEqual([
      [
        [0, 1],
        [9, 9],
      ],
      [
        [0, 1],
        [10, 10],
      ],
    ])
  })

  test('looks again when a hint comes while their only question is under way', async () => {
    const { made, clock, pool, requests, answer } = heldLane({ slots: 1, asides: [1] })
    pool.take(0)
    made.start()
    await clock.settle()
    made.poke()
    await answer(0)
    expect(asked(requests)).toEqual([
      [[], [1]],
      [[], [1]],
    ])
  })

  test('is not full while one of them is free', async () => {
    const { made, clock, pool } = lane(plenty, { slots: 1, asides: [1] })
    made.start()
    await clock.settle()
    expect(pool.isFull).toBe(false)
  })
})

test('a lane that makes many cycles asks for asides only now and then', async () => {
  const { made, clock, requests } = lane(() => Promise.resolve(nothing), { slots: 1, asides: [1] })
  made.start()
  for (let n = 0; n < 250; n++) {
    made.poke()
    await clock.advance(1)
  }
  expect(requests.length).toBeGreaterThanOrEqual(250)
  expect(requests.filter(({ asides }) => asides !== undefined)).toHaveLength(24)
})

describe('a lane whose workers get all that they ask for', () => {
  /** Runs end one by one, ms by ms, and each makes a cycle. */
  async function busy(ms: number) {
    const stage = lane(plenty, { slots: 1, asides: [1] })
    stage.made.start()
    await stage.clock.settle()
    for (let n = 0; n < ms; n++) {
      stage.pool.end(0)
      stage.pool.give(0)
      void stage.made.report(report(`job ${n}`))
      stage.made.poke()
      await stage.clock.advance(1)
    }
    return stage
  }

  test('asks for asides only now and then', async () => {
    const { requests } = await busy(250)
    expect(requests.length).toBeGreaterThan(250)
    expect(requests.filter(({ asides }) => asides !== undefined)).toHaveLength(3)
  })

  test('asks once more after the last cycle that did not', async () => {
    const { clock, requests } = await busy(10)
    const before = requests.length
    await clock.advance(100)
    expect(asked(requests.slice(before))).toEqual([[[], [1]]])
    await clock.advance(1_000)
    expect(requests).toHaveLength(before + 1)
  })

  test('asks no more by itself when it claims no more', async () => {
    const { made, clock, requests } = await busy(10)
    const before = requests.length
    made.stopClaiming()
    expect(clock.pendingTimers).toBe(0)
    await clock.advance(1_000)
    expect(requests).toHaveLength(before)
  })
})

test('limits of the whole queue go with each cycle', async () => {
  const limits = { concurrency: 5, rate: { max: 1, perMs: 1_000 } }
  const { made, clock, requests } = lane(() => Promise.resolve(nothing), { slots: 1, parts: { limits } })
  made.start()
  await clock.settle()
  expect(requests[0]?.limits).toEqual(limits)
})

describe('who claims a type', () => {
  const plain = defineJob({ name: 'plain', handler: () => 1 })
  const batch = defineJob({ name: 'batch', batch: { size: 50 }, handler: (all: readonly number[]) => all })
  const own: AnyJobDefinition = Object.assign(() => ({ type: 'own', payload: null }), {
    jobName: 'own',
    definition: { ...plain.definition, ownSlots: 3 },
  })

  test('are the workers, unless it runs in batches or has slots of its own', () => {
    const all = new Map<string, AnyJobDefinition>([plain, batch, own].map((one) => [one.jobName, one]))
    expect(claimPartsOf(['plain', 'batch', 'own', 'unknown'], (type) => all.get(type))).toEqual({
      types: ['plain', 'unknown'],
      asides: [
        { types: ['batch'], slots: 100 },
        { types: ['own'], slots: 3 },
      ],
    })
  })
})
