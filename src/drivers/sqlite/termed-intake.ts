import { type JobTerms, noTerms } from '../../core/job-terms.js'
import type { JobRecord, NewJob } from '../../core/queue-adapter.js'
import type { JobStatus } from '../../core/states.js'
import type { DedupeKeys } from './dedupe-keys.js'
import {
  type FailureEnd,
  type Link,
  type Outlook,
  failureOf,
  linksOf,
  outlookOf,
} from './failed-dependency.js'
import type { Groups } from './groups.js'
import { type JobFacts, type JobFinder } from './job-facts.js'
import type { JobRows } from './job-rows.js'
import type { Ledger } from './ledger.js'
import type { JobSteps } from './job-steps.js'
import { hasMark, mark } from './marks.js'
import type { Moves } from './moves.js'
import { nowhere, place, statusOf } from './places.js'
import type { Retaining } from './retaining.js'
import { fromStored, toStored, toStoredOrNull } from './stored-text.js'
import type { TermsBook } from './terms-book.js'
import type { Ties } from './ties.js'

interface Parts {
  readonly ledger: Ledger
  readonly finder: JobFinder
  readonly rows: JobRows
  readonly terms: TermsBook
  readonly ties: Ties
  readonly groups: Groups
  readonly dedupe: DedupeKeys
  readonly retaining: Retaining
  readonly steps: JobSteps
  readonly moves: Moves
}

/** In which line a job stands, and behind whom. */
export interface LinePlace {
  /** A stored text. */
  readonly schedule: string | null
  readonly blocker: number | null
}

export type Entry =
  | { readonly kind: 'in'; readonly status: JobStatus }
  | { readonly kind: 'orphan'; readonly missing: string }
  | { readonly kind: 'circle'; readonly id: string }

/** Lets jobs with terms in, one at a time. Their ids and dedupe keys are free. */
export class TermedIntake {
  readonly #parts: Parts

  constructor(parts: Parts) {
    this.#parts = parts
  }

  add(job: NewJob, now: number, { schedule, blocker }: LinePlace = noLine): Entry {
    const { ledger, finder, rows, terms: book, dedupe, moves } = this.#parts
    const terms = job.terms ?? noTerms
    const outlook = this.#outlookOf(terms)
    if (outlook.kind === 'orphan') return outlook
    const n = ledger.next()
    const readyAt = readyAtOf(job, now)
    const isThrottled = terms.dedupe?.mode === 'throttle' && job.dedupeKey !== null
    const marks = isThrottled ? mark.terms | mark.throttled : mark.terms
    const line = toStoredOrNull(terms.scheduleId) ?? schedule
    rows.add(n, { job, state: nowhere, ticket: n, readyAt, createdAt: now, schedule: line, marks })
    book.put(n, terms, place.ready)
    dedupe.take(n, job, now)
    ledger.of(toStored(job.type)).total('submitted', 1)
    const facts = finder.byNumber(n)
    if (facts === undefined) return { kind: 'in', status: 'pending' }
    if (outlook.kind === 'tied') moves.beginLife(facts)
    const state = this.#begin(facts, { terms, outlook, readyAt, blocker }, now)
    if (state !== place.ready) book.noteMade(n, state)
    return { kind: 'in', status: statusOf(state, false) }
  }

  /** Gives a job that waits the content of another submission. */
  replace(standing: JobFacts, job: NewJob, now: number): Entry {
    const { ledger, finder, rows, terms: book, ties, groups, retaining, moves, dedupe, steps } = this.#parts
    const terms = job.terms ?? noTerms
    const outlook = this.#outlookOf(terms)
    if (outlook.kind === 'orphan') return outlook
    const circle = this.#circleOf(standing, outlook.links)
    if (circle !== null) return { kind: 'circle', id: circle }
    moves.lift(standing)
    if (standing.grp !== 0) groups.endLife(standing.grp)
    const parents = hasMark(standing, mark.terms) ? ties.dropAll(standing.n) : []
    const readyAt = readyAtOf(job, now)
    rows.replace(standing.n, job, readyAt)
    // What steps of the other content had for results is no result of this one's.
    steps.forget([standing.n])
    book.put(standing.n, terms, place.ready)
    retaining.setMark(standing.n, mark.terms)
    retaining.dropMark(standing.n, mark.throttled)
    dedupe.take(standing.n, { ...job, id: fromStored(standing.id) }, now)
    moves.takeKey(standing)
    const facts = finder.byNumber(standing.n) ?? standing
    // Its place is at the end, also of a class that it stood in before.
    const fresh = { ...facts, state: nowhere, grp: 0, ticket: ledger.next() }
    const state = this.#begin(fresh, { terms, outlook, readyAt, blocker: null }, now)
    moves.letGo(parents)
    return { kind: 'in', status: statusOf(state, false) }
  }

  /** A job begins a new life, and stands nowhere yet. What has ended holds it up no longer, however it ended. */
  revive(job: JobFacts, now: number): void {
    const { terms: book, ties, groups, moves } = this.#parts
    const terms = hasMark(job, mark.terms) ? book.of(job.n) : null
    if (terms === null) return moves.makeReady(job, now)
    const links = linksOf(terms.dependsOn, ties.find(terms.dependsOn))
    const before = ties.dropAll(job.n)
    const isFree = this.#circleOf(job, links) !== null
    this.tie(job.n, isFree ? links.map((link) => ({ ...link, isOpen: false })) : links)
    const facts = { ...job, grp: groups.beginLife(job.n, terms, now, false) }
    if (ties.isHeldUp(job.n)) moves.block(facts, null, now)
    else moves.makeReady(facts, now)
    moves.letGo(before)
  }

  /** A job that waited for others came from another store: whether it waits, or has ended, here. */
  arrive(facts: JobFacts, { terms, waitsFor, readyAt }: JobRecord, now: number): boolean {
    const { ties, moves } = this.#parts
    if (terms === null) return false
    const waits = new Set(waitsFor)
    const links = linksOf(terms.dependsOn, ties.find(terms.dependsOn))
    const end = failureOf(links.filter(({ parent }) => waits.has(parent.id)))
    if (end !== null) {
      this.#endAtOnce(facts, end, now)
      return true
    }
    const open = links.map((link) => ({ ...link, isOpen: link.isOpen && waits.has(link.parent.id) }))
    this.tie(facts.n, open)
    if (!open.some(({ isOpen }) => isOpen)) return false
    moves.block(facts, null, readyAt)
    return true
  }

  /** Ties a job that waits for none of them to those of its dependencies that stand here. */
  tieStanding(n: number, { terms }: JobRecord): void {
    if (terms === null) return
    const links = linksOf(terms.dependsOn, this.#parts.ties.find(terms.dependsOn))
    const closed = links.map((link) => ({ ...link, isOpen: false }))
    this.tie(n, closed)
  }

  /** Ties a job to others; those that have ended stay from now on. */
  tie(n: number, links: readonly Link[]): void {
    if (links.length === 0) return
    const { ledger, ties, retaining } = this.#parts
    ties.tie(n, links, ledger.next())
    for (const { parent, isOpen } of links) if (!isOpen) retaining.hold(parent.n)
  }

  /** The state that it is in then. */
  #begin(facts: JobFacts, start: Start, now: number): number {
    const { groups, moves } = this.#parts
    const { terms, outlook, readyAt, blocker } = start
    const job = { ...facts, grp: groups.beginLife(facts.n, terms, now, true) }
    if (outlook.kind === 'failed') {
      this.#endAtOnce(job, outlook.end, now)
      return place[outlook.end.status]
    }
    this.tie(job.n, outlook.links)
    if (outlook.isBlocked) {
      moves.block(job, null, readyAt)
      return place.blocked
    }
    if (blocker !== null) {
      moves.block(job, blocker, now)
      return place.blocked
    }
    moves.begin(job, readyAt, now)
    return readyAt > now ? place.delayed : place.ready
  }

  #endAtOnce(facts: JobFacts, { status, reason, error }: FailureEnd, now: number): void {
    const { ledger, moves } = this.#parts
    ledger.of(facts.type).total(status === 'cancelled' ? 'cancelled' : 'deadLetter', 1)
    moves.end(facts, status, now, { reason: toStoredOrNull(reason), error })
  }

  #outlookOf({ dependsOn }: Pick<JobTerms, 'dependsOn'>): Outlook {
    return outlookOf(dependsOn, this.#parts.ties.find(dependsOn))
  }

  /** One of those that it is to wait for, if that waits for it: neither would ever run. */
  #circleOf(job: JobFacts, links: readonly Link[]): string | null {
    const { ties } = this.#parts
    const own = links.find(({ parent }) => parent.n === job.n)
    if (own !== undefined) return fromStored(job.id)
    if (!hasMark(job, mark.parent) || !ties.hasWaitingChild(job.n)) return null
    const open = links.filter(({ isOpen }) => isOpen)
    return open.find(({ parent }) => ties.leadTo(job.n, [parent.n]))?.parent.id ?? null
  }
}

// -------------------------------------------------------------------------------------------------------------------

interface Start {
  readonly terms: JobTerms
  readonly outlook: Exclude<Outlook, { kind: 'orphan' }>
  readonly readyAt: number
  readonly blocker: number | null
}

const noLine: LinePlace = { schedule: null, blocker: null }

/** A delay counts from the submission, whatever else holds the job up. */
function readyAtOf({ dedupeKey, terms, runAt, delayMs }: NewJob, now: number): number {
  const rule = terms?.dedupe
  if (dedupeKey !== null && rule?.mode === 'debounce') return now + (rule.windowMs ?? 0)
  return Math.max(now, runAt ?? now + (delayMs ?? 0))
}
