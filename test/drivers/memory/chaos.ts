import fc from 'fast-check'
import { expect } from 'vitest'
import { noticeType } from '../../../src/core/job-terms.js'
import { priorities } from '../../../src/core/priority.js'
import type { Claim, NewJob } from '../../../src/core/queue-adapter.js'
import type { Settlement } from '../../../src/core/settlement.js'
import { type Store, completed, failed, job, keep, outcome, released, retried } from './store.js'

const settlements: readonly Settlement[] = [
  completed,
  { kind: 'complete', result: { inline: '"done"' } },
  failed,
  released,
  retried(0),
  retried(30),
]

export const allTypes = ['work', 'other', noticeType]

/** Something that is done to a queue, and two numbers that choose to what and how. */
export interface Step {
  readonly verb:
    | 'submit'
    | 'cycle'
    | 'cancel'
    | 'retry'
    | 'prune'
    | 'wait'
    | 'fire'
    | 'renew'
    | 'late'
    | 'discard'
    | 'reprioritise'
  readonly n: number
  readonly m: number
}

export const anySteps = fc.array(
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
      'discard',
      'reprioritise',
    ),
    n: fc.nat(30),
    m: fc.nat(30),
  }),
  { minLength: 20, maxLength: 120 },
)

/** What a job has beside, given two numbers and the ids of earlier ones. */
type Dress = (n: number, m: number, earlier: readonly string[]) => Partial<NewJob>

const plain: Dress = () => ({})

/** Does whatever it is told to a store, and remembers what a worker would. */
export class Chaos {
  readonly store: Store
  readonly held = new Map<string, Claim>()
  readonly gone: Claim[] = []
  slot: number
  readonly #dress: Dress
  /** Of all jobs that were submitted, the newest last. */
  readonly #ids: string[] = []

  /** `dress` gives what jobs have beside. */
  constructor(store: Store, dress: Dress = plain) {
    this.store = store
    this.#dress = dress
    this.slot = store.now
  }

  async take({ verb, n, m }: Step): Promise<void> {
    const { store } = this
    const id = `j${n}`
    if (verb === 'submit') await store.queue.submit([this.#job(n, m)])
    else if (verb === 'cycle') await this.#cycle(n, m)
    else if (verb === 'cancel') await store.cancel(m % 4 === 0 ? `s${n}` : id)
    else if (verb === 'retry') await store.retry(m % 4 === 0 ? `s${n}` : id)
    else if (verb === 'prune') await store.prune({ completed: keep({ count: m % 5 }), limit: n })
    else if (verb === 'wait') store.now += m % 3 === 0 ? 10_000 : m
    else if (verb === 'renew')
      await store.renew([...this.held.values()].map((claim) => ({ ...lease(claim) })))
    else if (verb === 'late') await this.#sendLate(n)
    else if (verb === 'discard') await store.queue.discard({ id, token: `d${m}` })
    else if (verb === 'reprioritise')
      await store.queue.reprioritise({ id, token: `r${n} ${m}`, priority: priorities[m % 4] ?? 'low' })
    else await this.#fire(`s${n}`, m)
  }

  #job(n: number, m: number) {
    const dedupeKey = m % 5 === 0 ? `k${m % 3}` : null
    const dress = this.#dress(n, m, this.#ids)
    this.#ids.push(`j${n}`)
    return job(`j${n}`, {
      priority: priorities[m % 4] ?? 'low',
      type: m % 7 === 0 ? 'other' : 'work',
      delayMs: m % 6 === 0 ? m : null,
      maxAttempts: 1 + (m % 3),
      dedupeKey,
      ...dress,
    })
  }

  async #cycle(n: number, m: number): Promise<void> {
    const settlement = settlements[m % settlements.length] ?? released
    const ending = [...this.held.values()].filter((_, at) => (at + n) % 2 === 0)
    const outcomes = ending.map((claim) => outcome(claim, settlement, { resultTtlMs: 50, keep: n % 4 !== 1 }))
    const reply = await this.store.cycle({ outcomes, slots: n % 5, types: allTypes })
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
    if (before?.status !== 'completed') return
    const after = await this.store.queue.get(late.id)
    // A cycle may let go of what was kept for other jobs alone: the result, or the whole job.
    if (this.#dress === plain || after?.result) expect(after).toEqual(before)
    else if (after) expect(after).toEqual({ ...before, result: null })
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
