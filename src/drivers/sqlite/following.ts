import type { JobFacts, JobFinder } from './job-facts.js'
import { endBy } from './failed-dependency.js'
import type { Ledger } from './ledger.js'
import type { Lineups } from './lineups.js'
import type { Moves } from './moves.js'
import { hasEnded, place } from './places.js'
import type { Retaining } from './retaining.js'
import { fromStored, toStoredOrNull } from './stored-text.js'
import type { Ties, WaitingChild } from './ties.js'

const mostEdges = 64

interface Parts {
  readonly ledger: Ledger
  readonly finder: JobFinder
  readonly lineups: Lineups
  readonly ties: Ties
  readonly retaining: Retaining
  readonly moves: Moves
}

/**
 * Follows the edges of jobs that have ended, at most 64 in a step: those behind them in their schedule's line, those that depend
 * on them, and those that they depended on, which need them no more.
 */
export class Following {
  readonly #parts: Parts

  constructor(parts: Parts) {
    this.#parts = parts
  }

  followEdges(now: number): void {
    const { lineups, retaining } = this.#parts
    let left = mostEdges
    for (let end = lineups.firstEnd(); end !== undefined; end = lineups.firstEnd()) {
      const behind = lineups.behind(end, left)
      for (const n of behind) this.#tellBehind(end.ended, n, now)
      left -= behind.length
      if (left === 0 && lineups.behind(end, 1).length > 0) return
      left -= this.#followTies(end.ended, left, now)
      if (this.#hasTies(end.ended)) return
      lineups.close(end)
      retaining.letGo(end.ended, lineups.hasOpenEnd(end.ended), end.keep === 1)
    }
  }

  /** It is free, or blocked by whatever blocked the one that was cancelled. */
  #tellBehind(ended: number, n: number, now: number): void {
    const { finder, lineups, moves } = this.#parts
    const job = finder.byNumber(n)
    if (job?.state !== place.blocked) return lineups.unblock(n)
    const heir = lineups.heirOf(ended)
    if (heir === null) moves.makeReady(job, now)
    else moves.block(job, heir)
  }

  /** How many. One that lives again is still what the others wait for, and is tied to its parents as before. */
  #followTies(ended: number, limit: number, now: number): number {
    const { finder, ties } = this.#parts
    const job = finder.byNumber(ended)
    if (job !== undefined && !hasEnded(job.state)) return 0
    const children = ties.waitingChildren(ended, limit)
    for (const tie of children) this.#tellChild(tie, job, now)
    return children.length + this.#leaveParents(ended, limit - children.length)
  }

  #tellChild(tie: WaitingChild, parent: JobFacts | undefined, now: number): void {
    const { ledger, finder, ties, moves } = this.#parts
    ties.close(tie)
    const child = finder.byNumber(tie.child)
    if (child?.state !== place.blocked) return
    const end = parent === undefined ? null : endBy(tie.rule, fromStored(parent.id), parent.state)
    if (end !== null) {
      const { status, error } = end
      ledger.of(child.type).total(status === 'cancelled' ? 'cancelled' : 'deadLetter', 1)
      moves.end(child, status, now, { reason: toStoredOrNull(end.reason), error })
    } else if (!ties.isHeldUp(child.n)) moves.begin(child, child.ready_at, now)
  }

  #leaveParents(child: number, limit: number): number {
    const { ties, moves } = this.#parts
    const parents = ties.parents(child, limit)
    for (const tie of parents) ties.drop(child, tie)
    moves.letGo(parents.map(({ parent }) => parent))
    return parents.length
  }

  /** Whether the bound left some. */
  #hasTies(ended: number): boolean {
    const { finder, ties } = this.#parts
    const job = finder.byNumber(ended)
    if (job !== undefined && !hasEnded(job.state)) return false
    return ties.hasWaitingChild(ended) || ties.hasParent(ended)
  }
}
