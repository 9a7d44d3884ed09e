import type { Database } from './database.js'
import type { Groups } from './groups.js'
import { type JobFacts, isRunning, typeOf } from './job-facts.js'
import type { JobSteps } from './job-steps.js'
import type { Ledger } from './ledger.js'
import type { Lineups } from './lineups.js'
import type { Listed } from './listed.js'
import { hasMark, mark } from './marks.js'
import type { News } from './news.js'
import type { Notices } from './notices.js'
import { type FinalStatus, type Place, countedAs, hasEnded, nowhere, place, statusOf } from './places.js'
import type { ReadyPlaces } from './ready-places.js'
import type { Removal } from './removal.js'
import type { Retaining } from './retaining.js'
import movesSql from './sql/moves.sql'
import { type Command, type Query, SqlFile } from './sql-file.js'
import { fromStored, toStored } from './stored-text.js'
import type { Ties } from './ties.js'

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

export interface MovesParts {
  readonly ledger: Ledger
  readonly news: News
  readonly lineups: Lineups
  readonly listed: Listed
  readonly removal: Removal
  readonly places: ReadyPlaces
  readonly retaining: Retaining
  readonly ties: Ties
  readonly groups: Groups
  readonly notices: Notices
  readonly steps: JobSteps
}

/**
 * Moves one job. A job moves only through the methods here and through the bulk statements of a claim, a completion and a
 * submission: each takes it out of the index it stands in, puts it into another and keeps the counts.
 */
export class Moves {
  readonly #parts: MovesParts
  readonly #setState: Command
  readonly #setRank: Command
  readonly #setFailures: Command
  readonly #setLife: Command
  readonly #addDue: Command
  readonly #dropDue: Command
  readonly #firstDue: Query<{ readonly job: number }>
  readonly #dropLease: Command
  readonly #keepRun: Command
  readonly #noteRun: Command
  readonly #noteError: Command
  readonly #noteEnd: Command
  readonly #clearPast: Command
  readonly #dropNote: Command
  readonly #addKey: Command
  readonly #dropKey: Command

  constructor(database: Database, parts: MovesParts) {
    const sql = new SqlFile(database, movesSql)
    this.#parts = parts
    this.#setState = sql.command('set state')
    this.#setRank = sql.command('set rank')
    this.#setFailures = sql.command('set failures')
    this.#setLife = sql.command('set life')
    this.#addDue = sql.command('add due')
    this.#dropDue = sql.command('drop due')
    this.#firstDue = sql.query('first due')
    this.#dropLease = sql.command('drop lease')
    this.#keepRun = sql.command('keep run')
    this.#noteRun = sql.command('note run')
    this.#noteError = sql.command('note error')
    this.#noteEnd = sql.command('note end')
    this.#clearPast = sql.command('clear past')
    this.#dropNote = sql.command('drop note')
    this.#addKey = sql.command('add key')
    this.#dropKey = sql.command('drop key')
  }

  /** Ready from `readyAt` on, at the end of its class. */
  makeReady(job: JobFacts, readyAt: number): void {
    this.#leave(job)
    const ticket = this.#parts.ledger.next()
    this.#enter(job, place.ready, readyAt, ticket)
    if (this.#parts.places.add(job, ticket, readyAt, false)) this.#parts.ledger.of(job.type).gained++
  }

  /** Ready again as though it had never been taken, in front of its class. */
  giveBack(job: JobFacts, now: number): void {
    this.#leave(job)
    const ticket = job.ticket > 0 ? job.ticket - zone : job.ticket
    this.#enter(job, place.ready, now, ticket)
    if (this.#parts.places.add(job, ticket, now, true)) this.#parts.ledger.of(job.type).gained++
  }

  /** Waits for its time. A waiting instance is told when nothing falls due earlier, or it would sleep past it. */
  postpone(job: JobFacts, to: typeof place.delayed | typeof place.retrying, dueAt: number): void {
    this.#leave(job)
    this.#enter(job, to, dueAt, job.ticket)
    this.#addDue.run(dueAt, job.n)
    if (this.#firstDue.get()?.job === job.n) this.#parts.ledger.of(job.type).gained++
  }

  /** Ready, or delayed where its time has not come. */
  begin(job: JobFacts, readyAt: number, now: number): void {
    if (readyAt > now) this.postpone(job, place.delayed, readyAt)
    else this.makeReady(job, now)
  }

  /** Waits for a job of its schedule, or, with null, for those that it is tied to. `readyAt`: not before that either. */
  block(job: JobFacts, blocker: number | null, readyAt = job.ready_at): void {
    this.#leave(job)
    this.#enter(job, place.blocked, readyAt, job.ticket)
    if (blocker !== null) this.#parts.lineups.block(job.n, blocker)
  }

  /** Puts a job that waits into another class, at its end. */
  reprioritise(job: JobFacts, rank: number): void {
    this.#setRank.run(rank, job.n)
    if (job.state !== place.ready) return
    const ticket = this.#parts.ledger.next()
    this.#parts.places.drop(job, job.ticket)
    this.#setState.run(place.ready, job.ready_at, ticket, job.n)
    this.#parts.places.add({ ...job, rank }, ticket, job.ready_at, false)
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

  /** `reason` of a cancel, `error` of a dead letter. Without `keep` nothing of it remains once all who wait for it have been told. */
  end(job: JobFacts, status: FinalStatus, now: number, options: EndOptions = {}): void {
    const { news, lineups, retaining, ties, groups, notices } = this.#parts
    const { reason = null, error = null, keep = true } = options
    if (job.state === place.blocked) lineups.bequeath(job.n)
    this.#leave(job)
    this.#enter(job, place[status], job.ready_at, job.ticket)
    this.#noteEnd.run(job.n, now, place[status], reason)
    if (error !== null) this.#noteError.run(toStored(error), job.n)
    if (job.dedupe_key !== null) this.#dropKey.run(job.dedupe_key, job.n)
    lineups.part(job)
    if (job.grp !== 0) groups.endLife(job.grp)
    const isTied = notices.tell(job, status, now) || retaining.isTied(job)
    if (isTied) retaining.holdFrom(job, keep)
    // Edges are followed by the next cycle, whoever's it is: someone who waits shall make one.
    const isDue = hasMark(job, mark.parent) && ties.hasWaitingChild(job.n)
    const isBound = isDue || (hasMark(job, mark.terms) && ties.hasParent(job.n))
    if (lineups.appendEnd(job.n, keep, isBound)) news.stepDue(typeOf(job))
    else if (!isTied && !lineups.hasOpenEnd(job.n)) retaining.release(job, status, keep)
    if (news.wantsEnds) news.ended({ id: fromStored(job.id), type: typeOf(job), status })
  }

  /** Gives a final job a new life, in which it stands nowhere yet. Its dedupe key is free. */
  revive(job: JobFacts): void {
    this.#leave(job)
    this.#parts.lineups.disinherit(job.n)
    this.#clearPast.run(job.n)
    this.#dropNote.run(job.n)
    this.#parts.steps.forget([job.n])
    this.#setLife.run(nowhere, job.n)
    if (hasMark(job, mark.unkept)) this.#parts.retaining.dropMark(job.n, mark.unkept)
    this.beginLife(job)
  }

  /** A job that ended in another store stands here as it did there. */
  restore(job: JobFacts, status: FinalStatus): void {
    const { ledger, listed, lineups, news, retaining, ties } = this.#parts
    listed.enterOne(job, place[status])
    ledger.of(job.type).state(status, 1)
    const isTied = retaining.isTied(job)
    if (isTied) retaining.holdFrom(job, true)
    if (lineups.appendEnd(job.n, true, ties.hasWaitingChild(job.n))) news.stepDue(typeOf(job))
    else if (!isTied) retaining.release(job, status, true)
  }

  /** Lets an ended job go for good, or any to another store: that is no end of it. */
  remove(job: JobFacts): void {
    const { lineups, groups, removal, ties } = this.#parts
    this.#leave(job)
    if (!hasEnded(job.state)) {
      if (job.dedupe_key !== null) this.#dropKey.run(job.dedupe_key, job.n)
      lineups.part(job)
      if (job.grp !== 0) groups.endLife(job.grp)
    }
    const parents = hasMark(job, mark.terms) ? ties.dropAll(job.n) : []
    removal.forget([job.n], [job])
    this.letGo(parents)
  }

  beginLife(job: JobFacts): void {
    if (!hasMark(job, mark.throttled)) this.takeKey(job)
    this.#parts.lineups.join(job.n, job.schedule)
  }

  /** It has its dedupe key while it lives. */
  takeKey({ n, dedupe_key: dedupeKey }: JobFacts): void {
    if (dedupeKey !== null) this.#addKey.run(dedupeKey, n)
  }

  /** Another job takes its dedupe key while it runs. */
  loseKey({ n, dedupe_key: dedupeKey }: JobFacts): void {
    if (dedupeKey !== null) this.#dropKey.run(dedupeKey, n)
    this.#parts.retaining.setMark(n, mark.dispossessed)
  }

  /** Someone is not tied to these any more. */
  letGo(parents: readonly number[]): void {
    const { lineups, retaining } = this.#parts
    for (const n of parents) retaining.letGo(n, lineups.hasOpenEnd(n))
  }

  /** A job takes its place anew: it leaves where it stands, and is not told of. */
  lift(job: JobFacts): JobFacts {
    this.#leave(job)
    return { ...job, state: nowhere }
  }

  #enter(job: JobFacts, to: Place, readyAt: number, ticket: number): void {
    const { ledger, listed, news } = this.#parts
    // How it ended stands apart: see `end`.
    if (!hasEnded(to)) this.#setState.run(to, readyAt, ticket, job.n)
    listed.enterOne(job, to)
    ledger.of(job.type).state(countedAs(to, false), 1)
    if (!news.wantsMoves) return
    const status = statusOf(to, false)
    if (status !== 'completed' && status !== 'dead_letter' && status !== 'cancelled')
      news.moved({ id: fromStored(job.id), type: typeOf(job), status })
  }

  /** Takes a job out of the index it stands in. */
  #leave(job: JobFacts): void {
    const { ledger, listed, lineups, places, groups, retaining } = this.#parts
    if (job.state === nowhere) return
    ledger.of(job.type).state(countedAs(job.state, isRunning(job)), -1)
    listed.leaveOne(job, job.state)
    if (isRunning(job)) {
      this.#dropLease.run(job.n)
      if (job.grp !== 0) groups.endRun(job.grp)
    } else if (job.state === place.ready) places.drop(job, job.ticket)
    else if (job.state === place.delayed || job.state === place.retrying)
      this.#dropDue.run(job.ready_at, job.n)
    else if (job.state === place.blocked) lineups.unblock(job.n)
    else retaining.leave(job)
  }
}

interface EndOptions {
  readonly reason?: string | null
  /** JSON of a JobError. */
  readonly error?: string | null
  readonly keep?: boolean
}
