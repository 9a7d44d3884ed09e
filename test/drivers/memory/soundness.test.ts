import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type JobTerms, dedupeModes, failureRules } from '../../../src/core/job-terms.js'
import type { JobRecord, StateCounts } from '../../../src/core/queue-adapter.js'
import { canMove } from '../../../src/core/states.js'
import { Chaos, allTypes, anySteps } from './chaos.js'
import { Store, completed, keep, outcome } from './store.js'

async function everyJob(store: Store): Promise<readonly JobRecord[]> {
  return (await store.list({ limit: 1e6 })).jobs
}

async function expectCountsAreARecount(store: Store, records: readonly JobRecord[]): Promise<void> {
  const counts = await store.queue.counts()
  const sum = (key: keyof StateCounts): number =>
    Object.values(counts.byType).reduce((all, one) => all + one[key], 0)
  const states = [
    'pending',
    'delayed',
    'processing',
    'retrying',
    'blocked',
    'completed',
    'dead_letter',
    'cancelled',
  ]
  for (const key of states as (keyof StateCounts)[]) expect(counts[key]).toBe(sum(key))
  for (const status of [
    'processing',
    'retrying',
    'blocked',
    'completed',
    'dead_letter',
    'cancelled',
  ] as const) {
    const found = records.filter((record) => record.status === status).length
    expect([status, counts[status]]).toEqual([status, found])
    expect((await store.list({ status })).total).toBe(found)
  }
  expect(counts.pending + counts.delayed).toBe(records.filter((record) => record.status === 'pending').length)
  const live = records.filter((one) => one.scheduleId === 's' && one.completedAt === null).length
  expect((await store.queue.schedules())[0]?.live).toBe(live)
}

function expectLawfulMoves(before: readonly JobRecord[], after: readonly JobRecord[], verb: string): void {
  const old = new Map(before.map((record) => [record.id, record]))
  for (const record of after) {
    const was = old.get(record.id)
    if (!was) continue
    expect(Number(record.fence)).toBeGreaterThanOrEqual(Number(was.fence))
    // One cycle may make several moves; every other verb makes one at most.
    if (was.status !== record.status && verb !== 'cycle' && verb !== 'late') {
      expect([was.status, record.status, canMove(was.status, record.status)]).toEqual([
        was.status,
        record.status,
        true,
      ])
    }
  }
}

function expectKeysAreHeldOnce(records: readonly JobRecord[]): void {
  const live = records.filter((record) => record.completedAt === null && record.dedupeKey !== null)
  expect(new Set(live.map((record) => record.dedupeKey)).size).toBe(live.length)
}

describe('whatever is done to it in whatever order', () => {
  test('a queue stays sound, and every job that has not ended can be brought to its end', async () => {
    await fc.assert(
      fc.asyncProperty(anySteps, async (steps) => {
        const store = await Store.open()
        await store.schedule()
        const chaos = new Chaos(store)
        let before: readonly JobRecord[] = []
        for (const step of steps) {
          await chaos.take(step)
          const after = await everyJob(store)
          await expectCountsAreARecount(store, after)
          expectLawfulMoves(before, after, step.verb)
          expectKeysAreHeldOnce(after)
          before = after
        }
        await expectAllEnd(store)
      }),
      { numRuns: 150 },
    )
  })

  test('jobs with ties, keys and notices come to their ends too, and nothing is left of them', async () => {
    await fc.assert(
      fc.asyncProperty(anySteps, async (steps) => {
        const store = await Store.open()
        await store.schedule()
        const chaos = new Chaos(store, (n, m, earlier) => ({
          dedupeKey: m % 3 === 0 ? `k${m % 2}` : null,
          terms: anyTerms(n, m, earlier),
        }))
        for (const step of steps) {
          await chaos.take(step)
          const records = await everyRecord(store)
          await expectCountsAreARecount(store, records)
          await expectTiesStand(store, records)
          expectLimitsAreKept(records)
        }
        await expectAllEnd(store)
        await expectNothingStays(store)
      }),
      { numRuns: 150 },
    )
  })
})

/** Ties to earlier jobs, a few keys with limits that never change, and all that goes with a dedupe key. */
function anyTerms(n: number, m: number, earlier: readonly string[]): JobTerms {
  const onFailure = failureRules[(n + m) % 3] ?? 'fail'
  const dependsOn = m % 3 === 1 ? [] : new Set(earlier.slice(-1 - (n % 3)))
  const mode = dedupeModes[n % 4] ?? 'keep'
  return {
    dependsOn: [...dependsOn].map((id) => ({ id, onFailure })),
    concurrency: m % 3 !== 2 ? { key: `c${n % 2}`, max: 1 + (n % 2) } : null,
    rate: m % 4 === 0 ? { key: `r${n % 2}`, max: 2, perMs: 5_000 } : null,
    dedupe: m % 5 === 0 ? null : { mode, windowMs: 40 },
    notices: m % 5 === 0 ? ['completed', 'dead_letter', 'cancelled'] : [],
    scheduleId: m % 11 === 0 ? 's' : null,
  }
}

async function everyRecord(store: Store): Promise<readonly JobRecord[]> {
  return Promise.all((await everyJob(store)).map(({ id }) => store.get(id)))
}

async function expectTiesStand(store: Store, records: readonly JobRecord[]): Promise<void> {
  for (const { id, status, waitsFor, blockedBy, terms, completedAt } of records) {
    if (status === 'blocked') expect([id, waitsFor.length > 0 || blockedBy !== null]).toEqual([id, true])
    else expect([id, waitsFor]).toEqual([id, []])
    if (completedAt !== null) continue
    for (const parent of waitsFor) expect(terms?.dependsOn.some((one) => one.id === parent)).toBe(true)
    for (const parent of waitsFor)
      expect((await store.queue.discard({ id: parent, token: 'x' })).kind).not.toBe('done')
  }
}

function expectLimitsAreKept(records: readonly JobRecord[]): void {
  const running = records.filter(({ status }) => status === 'processing')
  for (const one of running) {
    const limit = one.terms?.concurrency
    if (!limit) continue
    const same = running.filter(({ terms }) => terms?.concurrency?.key === limit.key)
    expect(same.length).toBeLessThanOrEqual(limit.max)
  }
}

/** All can be removed, and no key remembers anything. */
async function expectNothingStays(store: Store): Promise<void> {
  store.now += 20_000
  while ((await store.cycle()).more);
  const nothing = keep({ count: 0 })
  await store.prune({ completed: nothing, dead_letter: nothing, cancelled: nothing, limit: 1e6 })
  expect((await everyJob(store)).map(({ id, status }) => [id, status])).toEqual([])
  for (const n of [0, 1]) {
    const state = await store.queue.keyState({ concurrency: `c${n}`, rate: `r${n}` })
    expect(state).toMatchObject({ concurrency: null, rate: null })
  }
}

async function expectAllEnd(store: Store): Promise<void> {
  for (let round = 0; round < 300; round++) {
    store.now += 20_000
    const { claims } = await store.cycle({ slots: 100, types: allTypes })
    await store.cycle({ outcomes: claims.map((claim) => outcome(claim, completed)) })
    if ((await everyJob(store)).every((record) => record.completedAt !== null)) return
  }
  const stuck = (await everyJob(store)).filter((record) => record.completedAt === null)
  expect(stuck.map((record) => [record.id, record.status, record.blockedBy])).toEqual([])
}
