import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Claim, JobRecord, StateCounts } from '../../../src/core/queue-adapter.js'
import type { Settlement } from '../../../src/core/settlement.js'
import { canMove } from '../../../src/core/states.js'
import { Store, completed, failed, job, keep, outcome, released, retried } from './store.js'

const settlements: readonly Settlement[] = [
  completed,
  { kind: 'complete', result: { inline: '"done"' } },
  failed,
  released,
  retried(0),
  retried(30),
]
const priorities = ['critical', 'high', 'normal', 'low'] as const

interface Step {
  readonly verb: 'submit' | 'cycle' | 'cancel' | 'retry' | 'prune' | 'wait' | 'fire' | 'renew' | 'late'
  readonly n: number
  readonly m: number
}

const anySteps = fc.array(
  fc.record({
    verb: fc.constantFrom<Step['verb']>(
      'submit',
      'submit',
      'cycle',
      'cycle',
      'cycle',
      'cancel',
      'retry',
      'prune',
      'wait',
      'fire',
      'renew',
      'late',
    ),
    n: fc.nat(30),
    m: fc.nat(30),
  }),
  { minLength: 20, maxLength: 120 },
)

/** Does whatever it is told to a store, and remembers what a worker would. */
class Chaos {
  readonly store: Store
  readonly held = new Map<string, Claim>()
  readonly gone: Claim[] = []
  slot: number

  constructor(store: Store) {
    this.store = store
    this.slot = store.now
  }

  async take({ verb, n, m }: Step): Promise<void> {
    const { store } = this
    const id = `j${n}`
    if (verb === 'submit') await store.queue.submit([this.#job(id, m)])
    else if (verb === 'cycle') await this.#cycle(n, m)
    else if (verb === 'cancel') await store.cancel(m % 4 === 0 ? `s${n}` : id)
    else if (verb === 'retry') await store.retry(m % 4 === 0 ? `s${n}` : id)
    else if (verb === 'prune') await store.prune({ completed: keep({ count: m % 5 }), limit: n })
    else if (verb === 'wait') store.now += m % 3 === 0 ? 10_000 : m
    else if (verb === 'renew')
      await store.renew([...this.held.values()].map((claim) => ({ ...lease(claim) })))
    else if (verb === 'late') await this.#sendLate(n)
    else await this.#fire(`s${n}`, m)
  }

  #job(id: string, m: number) {
    const dedupeKey = m % 5 === 0 ? `k${m % 3}` : null
    return job(id, {
      priority: priorities[m % 4] ?? 'low',
      type: m % 7 === 0 ? 'other' : 'work',
      delayMs: m % 6 === 0 ? m : null,
      maxAttempts: 1 + (m % 3),
      dedupeKey,
    })
  }

  async #cycle(n: number, m: number): Promise<void> {
    const settlement = settlements[m % settlements.length] ?? released
    const ending = [...this.held.values()].filter((_, at) => (at + n) % 2 === 0)
    const outcomes = ending.map((claim) => outcome(claim, settlement, { resultTtlMs: 50 }))
    const reply = await this.store.cycle({ outcomes, slots: n % 5, types: ['work', 'other'] })
    for (const claim of ending) this.#drop(claim)
    for (const claim of reply.claims) {
      expect(this.held.get(claim.id)?.fence ?? '0').not.toBe(claim.fence)
      this.held.set(claim.id, claim)
    }
  }

  /** An outcome of a run that was answered for already counts for nothing. */
  async #sendLate(n: number): Promise<void> {
    const late = this.gone[n % Math.max(1, this.gone.length)]
    if (!late) return
    const before = await this.store.queue.get(late.id)
    const reply = await this.store.cycle({ outcomes: [outcome(late, completed)] })
    expect(reply.stale).toHaveLength(1)
    if (before?.status === 'completed') expect(await this.store.get(late.id)).toEqual(before)
  }

  async #fire(id: string, m: number): Promise<void> {
    if (this.slot > this.store.now) return
    const overlap = m % 3 === 0 ? 'skip' : 'queue'
    const answer = await this.store.fire(this.slot, id, { overlap, queueLimit: 4 })
    if (answer.kind === 'fired' || answer.kind === 'skipped') this.slot++
  }

  #drop(claim: Claim): void {
    this.held.delete(claim.id)
    this.gone.push(claim)
  }
}

function lease({ id, fence }: Claim) {
  return { id, fence, progress: null, lines: [], linesFrom: 0 }
}

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
})

async function expectAllEnd(store: Store): Promise<void> {
  for (let round = 0; round < 300; round++) {
    store.now += 20_000
    const { claims } = await store.cycle({ slots: 100, types: ['work', 'other'] })
    await store.cycle({ outcomes: claims.map((claim) => outcome(claim, completed)) })
    if ((await everyJob(store)).every((record) => record.completedAt !== null)) return
  }
  const stuck = (await everyJob(store)).filter((record) => record.completedAt === null)
  expect(stuck.map((record) => [record.id, record.status, record.blockedBy])).toEqual([])
}
