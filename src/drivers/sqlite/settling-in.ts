import { rankOf } from '../../core/priority.js'
import type { JobRecord, MovingJob } from '../../core/queue-adapter.js'
import type { Database } from './database.js'
import { isLarge } from './intake.js'
import { type JobFacts, type JobFinder } from './job-facts.js'
import type { Ledger } from './ledger.js'
import type { Moves } from './moves.js'
import { type FinalStatus, hasEnded, nowhere, place } from './places.js'
import settlingSql from './sql/settling-in.sql'
import { type Command, type Query, SqlFile } from './sql-file.js'
import { toStored, toStoredOrNull } from './stored-text.js'

interface Parts {
  readonly ledger: Ledger
  readonly finder: JobFinder
  readonly moves: Moves
}

/** Makes jobs that stood in another store, and gives each its place here. Their ids and dedupe keys are free. */
export class SettlingIn {
  readonly #parts: Parts
  readonly #addJob: Command
  readonly #addLarge: Command
  readonly #addPast: Command
  readonly #addResult: Command
  readonly #addNote: Command
  readonly #absent: Query<{ readonly job: number }>
  readonly #dropAbsent: Command
  readonly #waitFor: Command

  constructor(database: Database, parts: Parts) {
    const sql = new SqlFile(database, settlingSql)
    this.#parts = parts
    this.#addJob = sql.command('add job')
    this.#addLarge = sql.command('add large')
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
    this.#findWaiting(n, toStored(job.record.id))
    const facts = this.#parts.finder.byNumber(n)
    if (facts === undefined) return
    if (status !== null) return this.#parts.moves.restore(facts, status)
    this.#parts.moves.beginLife(n, facts.dedupe_key, facts.schedule)
    this.#line(facts, job, now)
  }

  #add(n: number, { record, token, digest }: MovingJob): void {
    const { payload, options, failures, generation, maxAttempts, createdAt, readyAt } = record
    const large = isLarge(record)
    this.#addJob.run(
      n,
      toStored(record.id),
      nowhere,
      toStored(record.type),
      rankOf(record.priority),
      this.#parts.ledger.next(),
      readyAt,
      failures,
      generation,
      maxAttempts,
      createdAt,
      toStoredOrNull(record.dedupeKey),
      toStoredOrNull(record.scheduleId),
      Buffer.byteLength(payload),
      large ? 1 : 0,
      toStored(token),
      toStored(digest),
      large ? '' : toStored(options),
      large ? '' : toStored(payload),
    )
    if (large) this.#addLarge.run(n, toStored(options), toStored(payload))
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
    this.#dropAbsent.run(before)
  }

  #line(facts: JobFacts, { record, place: where, isInFront }: MovingJob, now: number): void {
    const { moves, finder } = this.#parts
    if (where === 'delayed' || where === 'retrying')
      return moves.postpone(facts, place[where], record.readyAt)
    if (where === 'pending' && isInFront) return moves.giveBack(facts, record.readyAt)
    if (where === 'pending') return moves.makeReady(facts, record.readyAt)
    const blocker = record.blockedBy === null ? undefined : finder.byId(toStored(record.blockedBy))
    if (blocker === undefined || hasEnded(blocker.state)) moves.makeReady(facts, now)
    else moves.block(facts, blocker.n)
  }
}

// -------------------------------------------------------------------------------------------------------------------

function finalStatusOf({ place: where }: MovingJob): FinalStatus | null {
  return where === 'completed' || where === 'dead_letter' || where === 'cancelled' ? where : null
}
