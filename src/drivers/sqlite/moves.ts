import type { Database } from './database.js'
import { type JobFacts, type JobFinder, isRunning, typeOf } from './job-facts.js'
import type { Ledger } from './ledger.js'
import type { Lineups } from './lineups.js'
import type { Listed } from './listed.js'
import type { News } from './news.js'
import { type FinalStatus, type Place, countedAs, hasEnded, nowhere, place, statusOf } from './places.js'
import type { Removal } from './removal.js'
import movesSql from './sql/moves.sql'
import { type Command, type Query, SqlFile } from './sql-file.js'
import { fromStored } from './stored-text.js'

/** Tickets of jobs handed back lie this far below those of all others, and among themselves in the old order. */
const zone = 2 ** 52

/** What the run that ends leaves behind. */
export interface Run {
  /** Its fence, or the next one when it is taken away. */
  readonly fence: number
  /** Null when nobody has measured it. */
  readonly runMs: number | null
  /** Stored JSON; null leaves what stands. */
  readonly error: string | null
}

/**
 * Moves one job. A job moves only through the methods here and through the bulk statements of a claim, a completion and a
 * submission: each takes it out of the index it stands in, puts it into another and keeps the counts.
 */
export class Moves {
  readonly #ledger: Ledger
  readonly #news: News
  readonly #finder: JobFinder
  readonly #lineups: Lineups
  readonly #listed: Listed
  readonly #removal: Removal
  readonly #setState: Command
  readonly #setFailures: Command
  readonly #setLife: Command
  readonly #addReady: Command
  readonly #dropReady: Command
  readonly #addDue: Command
  readonly #dropDue: Command
  readonly #firstDue: Query<{ readonly job: number }>
  readonly #dropLease: Command
  readonly #keepRun: Command
  readonly #noteRun: Command
  readonly #noteError: Command
  readonly #noteEnd: Command
  readonly #mayRemove: Command
  readonly #resultBytes: Query<{ readonly bytes: number }>
  readonly #clearPast: Command
  readonly #held: Query<{ readonly ending: number | null }>
  readonly #dropNote: Command
  readonly #addKey: Command
  readonly #dropKey: Command

  constructor(
    database: Database,
    {
      ledger,
      news,
      finder,
      lineups,
      listed,
      removal,
    }: { ledger: Ledger; news: News; finder: JobFinder; lineups: Lineups; listed: Listed; removal: Removal },
  ) {
    const sql = new SqlFile(database, movesSql)
    this.#ledger = ledger
    this.#news = news
    this.#finder = finder
    this.#lineups = lineups
    this.#listed = listed
    this.#removal = removal
    this.#setState = sql.command('set state')
    this.#setFailures = sql.command('set failures')
    this.#setLife = sql.command('set life')
    this.#addReady = sql.command('add ready')
    this.#dropReady = sql.command('drop ready')
    this.#addDue = sql.command('add due')
    this.#dropDue = sql.command('drop due')
    this.#firstDue = sql.query('first due')
    this.#dropLease = sql.command('drop lease')
    this.#keepRun = sql.command('keep run')
    this.#noteRun = sql.command('note run')
    this.#noteError = sql.command('note error')
    this.#noteEnd = sql.command('note end')
    this.#mayRemove = sql.command('may remove')
    this.#resultBytes = sql.query('result bytes')
    this.#clearPast = sql.command('clear past')
    this.#held = sql.query('held')
    this.#dropNote = sql.command('drop note')
    this.#addKey = sql.command('add key')
    this.#dropKey = sql.command('drop key')
  }

  /** Ready from `readyAt` on, at the end of its class. */
  makeReady(job: JobFacts, readyAt: number): void {
    this.#leave(job)
    const ticket = this.#ledger.next()
    this.#enter(job, place.ready, readyAt, ticket)
    const lateAt = this.#ledger.isLate(readyAt) ? readyAt : null
    this.#addReady.run(job.rank, job.type, ticket, job.n, job.bytes, lateAt)
    this.#ledger.of(job.type).gained++
  }

  /** Ready again as though it had never been taken, in front of its class. */
  giveBack(job: JobFacts, now: number): void {
    this.#leave(job)
    const ticket = job.ticket > 0 ? job.ticket - zone : job.ticket
    this.#enter(job, place.ready, now, ticket)
    this.#addReady.run(job.rank, job.type, ticket, job.n, job.bytes, now)
    this.#ledger.of(job.type).gained++
  }

  /** Waits for its time. A waiting instance is told when nothing falls due earlier, or it would sleep past it. */
  postpone(job: JobFacts, to: typeof place.delayed | typeof place.retrying, dueAt: number): void {
    this.#leave(job)
    this.#enter(job, to, dueAt, job.ticket)
    this.#addDue.run(dueAt, job.n)
    if (this.#firstDue.get()?.job === job.n) this.#ledger.of(job.type).gained++
  }

  block(job: JobFacts, blocker: number): void {
    this.#leave(job)
    this.#enter(job, place.blocked, job.ready_at, job.ticket)
    this.#lineups.block(job.n, blocker)
  }

  /** A run is over: what is known of it is kept, before its job moves on. */
  keepRun(job: JobFacts, { fence, runMs, error }: Run): void {
    this.#keepRun.run(fence, job.n)
    if (runMs !== null) this.#noteRun.run(runMs, job.n)
    if (error !== null) this.#noteError.run(error, job.n)
  }

  setFailures(job: JobFacts, failures: number): void {
    this.#setFailures.run(failures, job.n)
  }

  /** `reason` of a cancel. Without `keep` nothing of it remains once all who wait for it have been told. */
  end(
    job: JobFacts,
    status: FinalStatus,
    now: number,
    { reason = null, keep = true }: EndOptions = {},
  ): void {
    if (job.state === place.blocked) this.#lineups.bequeath(job.n)
    this.#leave(job)
    this.#enter(job, place[status], job.ready_at, job.ticket)
    this.#noteEnd.run(job.n, now, place[status], reason)
    if (job.dedupe_key !== null) this.#dropKey.run(job.dedupe_key, job.n)
    this.#lineups.part(job)
    // Edges are followed by the next cycle, whoever's it is: someone who waits shall make one.
    if (this.#lineups.appendEnd(job.n, keep)) this.#ledger.of(job.type).gained++
    else if (!this.#lineups.hasOpenEnd(job.n)) this.#release(job, status, keep)
    if (this.#news.wantsEnds) this.#news.ended({ id: fromStored(job.id), type: typeOf(job), status })
  }

  /** All who waited for an end have been told: retention may remove the job, if it is still ended. */
  afterEdges(n: number, keep: boolean): void {
    const job = this.#finder.byNumber(n)
    if (job === undefined || this.#lineups.hasOpenEnd(n) || this.#isHeld(n)) return
    const status = statusOf(job.state, false)
    if (status === 'completed' || status === 'dead_letter' || status === 'cancelled')
      this.#release(job, status, keep)
  }

  /** Gives a final job a new life. Its dedupe key is free. */
  revive(job: JobFacts, now: number): void {
    this.makeReady(job, now)
    this.#lineups.disinherit(job.n)
    this.#clearPast.run(job.n)
    this.#dropNote.run(job.n)
    this.#setLife.run(job.n)
    this.beginLife(job.n, job.dedupe_key, job.schedule)
  }

  /** A job that ended in another store stands here as it did there. */
  restore(job: JobFacts, status: FinalStatus): void {
    this.#listed.enterOne(job, place[status])
    this.#ledger.of(job.type).state(status, 1)
    if (this.#lineups.appendEnd(job.n, true)) this.#ledger.of(job.type).gained++
    else this.#release(job, status, true)
  }

  /** Lets a job go to another store: that is no end of it. */
  withdraw(job: JobFacts): void {
    this.#leave(job)
    if (!hasEnded(job.state)) {
      if (job.dedupe_key !== null) this.#dropKey.run(job.dedupe_key, job.n)
      this.#lineups.part(job)
    }
    this.#removal.forget([job.n])
  }

  beginLife(n: number, dedupeKey: string | null, schedule: string | null): void {
    if (dedupeKey !== null) this.#addKey.run(dedupeKey, n)
    this.#lineups.join(n, schedule)
  }

  #release(job: JobFacts, status: FinalStatus, keep: boolean): void {
    if (!keep) {
      this.#ledger.of(job.type).state(status, -1)
      this.#listed.leaveOne(job, place[status])
      this.#removal.forget([job.n])
      return
    }
    this.#mayRemove.run(this.#ledger.next(), job.n)
    const bytes = job.bytes + (this.#resultBytes.get(job.n)?.bytes ?? 0)
    this.#ledger.countHeld(status, 1, bytes)
  }

  #enter(job: JobFacts, to: Place, readyAt: number, ticket: number): void {
    // How it ended stands apart: see `end`.
    if (!hasEnded(to)) this.#setState.run(to, readyAt, ticket, job.n)
    this.#listed.enterOne(job, to)
    this.#ledger.of(job.type).state(countedAs(to, false), 1)
    if (!this.#news.wantsMoves) return
    const status = statusOf(to, false)
    if (status !== 'completed' && status !== 'dead_letter' && status !== 'cancelled')
      this.#news.moved({ id: fromStored(job.id), type: typeOf(job), status })
  }

  /** Takes a job out of the index it stands in. */
  #leave(job: JobFacts): void {
    if (job.state === nowhere) return
    this.#ledger.of(job.type).state(countedAs(job.state, isRunning(job)), -1)
    this.#listed.leaveOne(job, job.state)
    if (isRunning(job)) this.#dropLease.run(job.n)
    else if (job.state === place.ready) this.#dropReady.run(job.rank, job.type, job.ticket)
    else if (job.state === place.delayed || job.state === place.retrying)
      this.#dropDue.run(job.ready_at, job.n)
    else if (job.state === place.blocked) this.#lineups.unblock(job.n)
    else this.#leaveHeld(job)
  }

  #isHeld(n: number): boolean {
    return (this.#held.get(n)?.ending ?? null) !== null
  }

  #leaveHeld(job: JobFacts): void {
    const status = statusOf(job.state, false)
    if (status !== 'completed' && status !== 'dead_letter' && status !== 'cancelled') return
    if (!this.#isHeld(job.n)) return
    const bytes = job.bytes + (this.#resultBytes.get(job.n)?.bytes ?? 0)
    this.#ledger.countHeld(status, -1, -bytes)
  }
}

interface EndOptions {
  readonly reason?: string | null
  readonly keep?: boolean
}
