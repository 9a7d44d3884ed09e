import type { JobRecord, MovingJob } from '../../core/queue-adapter.js'
import type { Database } from './database.js'
import type { Groups } from './groups.js'
import { type JobFacts, type JobFinder } from './job-facts.js'
import type { JobRows } from './job-rows.js'
import type { JobSteps } from './job-steps.js'
import type { Ledger } from './ledger.js'
import { mark } from './marks.js'
import type { Moves } from './moves.js'
import { type FinalStatus, hasEnded, nowhere, place } from './places.js'
import settlingSql from './sql/settling-in.sql'
import { type Command, type Query, SqlFile } from './sql-file.js'
import { toStored, toStoredOrNull } from './stored-text.js'
import type { TermedIntake } from './termed-intake.js'
import type { TermsBook } from './terms-book.js'
import type { Ties } from './ties.js'

interface Parts {
  readonly ledger: Ledger
  readonly finder: JobFinder
  readonly moves: Moves
  readonly rows: JobRows
  readonly terms: TermsBook
  readonly ties: Ties
  readonly groups: Groups
  readonly steps: JobSteps
  readonly termed: TermedIntake
}

/** Makes jobs that stood in another store, and gives each its place here. Their ids and dedupe keys are free. */
export class SettlingIn {
  readonly #parts: Parts
  readonly #addPast: Command
  readonly #addResult: Command
  readonly #addNote: Command
  readonly #absent: Query<{ readonly job: number }>
  readonly #dropAbsent: Command
  readonly #waitFor: Command

  constructor(database: Database, parts: Parts) {
    const sql = new SqlFile(database, settlingSql)
    this.#parts = parts
    this.#addPast = sql.command('add past')
    this.#addResult = sql.command('add result')
    this.#addNote = sql.command('add note')
    this.#absent = sql.query('absent')
    this.#dropAbsent = sql.command('drop absent')
    this.#waitFor = sql.command('wait for')
  }

  settle(n: number, job: MovingJob, now: number): void {
    const status = finalStatusOf(job)
    this.#add(n, job)
    this.#recall(n, job.record, status)
    this.#keepResult(n, job, now)
    this.#parts.steps.put(n, job.steps ?? [])
    this.#findWaiting(n, toStored(job.record.id))
    const facts = this.#parts.finder.byNumber(n)
    if (facts === undefined) return
    if (status !== null) return this.#parts.moves.restore(facts, status)
    this.#parts.moves.beginLife(facts)
    this.#line(this.#withGroup(facts, job.record, now), job, now)
  }

  #add(n: number, { record, token, digest }: MovingJob): void {
    const { ledger, rows, terms } = this.#parts
    const { failures, generation, readyAt, createdAt } = record
    const schedule = toStoredOrNull(record.scheduleId)
    const row = { state: nowhere, ticket: ledger.next(), readyAt, createdAt, schedule, failures, generation }
    rows.add(n, { job: { ...record, token, digest }, ...row, marks: marksOf(record) })
    if (record.terms !== null) terms.put(n, record.terms, place.ready)
  }

  /** What has become of it so far. */
  #recall(n: number, record: JobRecord, status: FinalStatus | null): void {
    const { worker, fence, startedAt, completedAt, runMs, cancelReason, error, progress, lines } = record
    this.#parts.ledger.seeFence(Number(fence))
    const slash = worker?.lastIndexOf('/') ?? 0
    this.#addPast.run(
      n,
      Number(fence),
      worker === null ? null : toStored(worker.slice(0, slash)),
      worker === null ? null : Number(worker.slice(slash + 1)),
      startedAt,
      completedAt,
      runMs,
      status === null ? null : place[status],
      toStoredOrNull(cancelReason),
      toStoredOrNull(error),
    )
    if (progress === null && lines.length === 0) return
    this.#addNote.run(n, toStoredOrNull(progress), toStored(JSON.stringify(lines)))
  }

  #keepResult(n: number, { record: { result }, resultUntil }: MovingJob, now: number): void {
    if (result === null || resultUntil === null || resultUntil <= now) return
    const isKey = 'key' in result
    const bytes = isKey ? 0 : Buffer.byteLength(result.inline)
    this.#addResult.run(n, resultUntil, isKey ? 1 : 0, bytes, toStored(isKey ? result.key : result.inline))
  }

  /** It was here before, went, and others have waited for it since. */
  #findWaiting(n: number, id: string): void {
    const before = this.#absent.get(id)?.job
    if (before === undefined) return
    this.#waitFor.run(n, before)
    this.#parts.ties.renumber(before, n)
    this.#dropAbsent.run(before)
  }

  #line(facts: JobFacts, { record, place: where, isInFront }: MovingJob, now: number): void {
    const { moves, finder, termed } = this.#parts
    if (where !== 'blocked') termed.tieStanding(facts.n, record)
    if (where === 'delayed' || where === 'retrying')
      return moves.postpone(facts, place[where], record.readyAt)
    if (where === 'pending' && isInFront) return moves.giveBack(facts, record.readyAt)
    if (where === 'pending') return moves.makeReady(facts, record.readyAt)
    const blocker = record.blockedBy === null ? undefined : finder.byId(toStored(record.blockedBy))
    if (blocker !== undefined && !hasEnded(blocker.state)) return moves.block(facts, blocker.n)
    if (!this.#parts.termed.arrive(facts, record, now)) moves.begin(facts, record.readyAt, now)
  }

  #withGroup(facts: JobFacts, { terms }: JobRecord, now: number): JobFacts {
    return terms === null ? facts : { ...facts, grp: this.#parts.groups.beginLife(facts.n, terms, now, true) }
  }
}

// -------------------------------------------------------------------------------------------------------------------

function finalStatusOf({ place: where }: MovingJob): FinalStatus | null {
  return where === 'completed' || where === 'dead_letter' || where === 'cancelled' ? where : null
}

function marksOf({ terms, dedupeKey }: JobRecord): number {
  if (terms === null) return 0
  return terms.dedupe?.mode === 'throttle' && dedupeKey !== null ? mark.terms | mark.throttled : mark.terms
}
