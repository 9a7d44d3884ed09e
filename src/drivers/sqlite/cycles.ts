import type { CycleReply, CycleRequest } from '../../core/queue-adapter.js'
import { Claiming } from './claim-ready.js'
import type { Database } from './database.js'
import { DueSteps, earlier } from './due-steps.js'
import { flag } from './flags.js'
import { Following } from './following.js'
import { OutcomeSettling } from './settle-outcomes.js'
import type { StoreParts } from './store-parts.js'

/** What a cycle that was done answers. */
export type CycleDone = Extract<CycleReply, { kind: 'done' }>

/** What a cycle did, and of which types its instance could take more. */
export interface Cycled {
  readonly done: Omit<CycleDone, 'cancelled'>
  readonly hungry: readonly string[]
}

/** The steps of a cycle, in the order of the contract. */
export class Cycles {
  readonly #parts: StoreParts
  readonly #settling: OutcomeSettling
  readonly #following: Following
  readonly #due: DueSteps
  readonly #claiming: Claiming

  constructor(database: Database, parts: StoreParts) {
    this.#parts = parts
    this.#settling = new OutcomeSettling(database, parts)
    this.#following = new Following(parts)
    this.#due = new DueSteps(database, parts)
    this.#claiming = new Claiming(database, parts)
  }

  cycle(request: CycleRequest, now: number): Cycled {
    const stale = this.#settling.settle(request, now)
    const { reclaimed, nextDueAt, more } = this.#followDue(now)
    const areRatesOpen = !this.#parts.ledger.has(flag.keys) || this.#parts.gates.openDue(now)
    const { claims, isCut, hungry, freeAt } = this.#claiming.claim(request, now)
    const dueAt = claims.length === 0 ? nextDueAt : earlier(nextDueAt, now + request.leaseMs)
    return {
      done: {
        kind: 'done',
        now,
        claims,
        stale,
        reclaimed,
        nextDueAt: earlier(dueAt, earlier(freeAt, this.#nextOpening(now))),
        more: more || isCut || !areRatesOpen,
      },
      hungry,
    }
  }

  /** When something falls due next: a delayed job or a lease. */
  nextDueAt(): number | null {
    const { due_at: dueAt, expires_at: expiresAt } = this.#due.times()
    return earlier(dueAt, expiresAt)
  }

  hasWork(types: readonly string[], now: number): boolean {
    const dueAt = earlier(this.nextDueAt(), this.#parts.gates.nextOpening(0))
    const isDue = (dueAt !== null && dueAt <= now) || this.#due.times().has_ends === 1
    return isDue || this.#claiming.hasReady(types)
  }

  #nextOpening(now: number): number | null {
    return this.#parts.ledger.has(flag.keys) ? this.#parts.gates.nextOpening(now) : null
  }

  /** All that is due, as far as the bounds of a step go. */
  #followDue(now: number): Pick<CycleDone, 'reclaimed' | 'nextDueAt' | 'more'> {
    const before = this.#due.times()
    const dueAt = earlier(before.due_at, before.expires_at)
    if (before.has_ends === 0 && (dueAt === null || dueAt > now))
      return { reclaimed: [], nextDueAt: dueAt, more: false }
    this.#following.followEdges(now)
    this.#due.promoteDue(now)
    const reclaimed = this.#due.reclaimExpired(now)
    const after = this.#due.times()
    const nextDueAt = earlier(after.due_at, after.expires_at)
    return { reclaimed, nextDueAt, more: after.has_ends === 1 || (nextDueAt !== null && nextDueAt <= now) }
  }
}
