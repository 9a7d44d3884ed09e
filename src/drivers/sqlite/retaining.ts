import type { Database } from './database.js'
import type { JobFacts, JobFinder } from './job-facts.js'
import type { Ledger } from './ledger.js'
import type { Listed } from './listed.js'
import { hasMark, mark } from './marks.js'
import { type FinalStatus, finalStatusOf, place } from './places.js'
import type { Removal } from './removal.js'
import retainingSql from './sql/retaining.sql'
import { type Command, type Query, SqlFile } from './sql-file.js'
import type { Ties } from './ties.js'

/** The time of a result that others need lies this far ahead, so that it is not over. */
const heldZone = 2 ** 52

interface Parts {
  readonly ledger: Ledger
  readonly finder: JobFinder
  readonly listed: Listed
  readonly removal: Removal
  readonly ties: Ties
}

/** Which ended jobs may be removed: those that nobody is tied to any more. */
export class Retaining {
  readonly #parts: Parts
  readonly #mayRemove: Command
  readonly #mayNotRemove: Command
  readonly #ending: Query<{ readonly ending: number | null }>
  readonly #resultBytes: Query<{ readonly bytes: number }>
  readonly #holdResult: Command
  readonly #letResultGo: Command
  readonly #mark: Command
  readonly #unmark: Command

  constructor(database: Database, parts: Parts) {
    const sql = new SqlFile(database, retainingSql)
    this.#parts = parts
    this.#mayRemove = sql.command('may remove')
    this.#mayNotRemove = sql.command('may not remove')
    this.#ending = sql.query('ending')
    this.#resultBytes = sql.query('result bytes')
    this.#holdResult = sql.command('hold result')
    this.#letResultGo = sql.command('let result go')
    this.#mark = sql.command('mark')
    this.#unmark = sql.command('unmark')
  }

  /** Whether someone who lives depends on it, or did. */
  isTied(job: Pick<JobFacts, 'n' | 'marks'>): boolean {
    return hasMark(job, mark.parent) && this.#parts.ties.hasChild(job.n)
  }

  /** Whether retention may remove it. */
  isFree(n: number): boolean {
    return (this.#ending.get(n)?.ending ?? null) !== null
  }

  /** From now on retention may remove it; without `keep` it is gone. */
  release(job: JobFacts, status: FinalStatus, keep: boolean): void {
    const { ledger, listed, removal } = this.#parts
    if (!keep) {
      ledger.of(job.type).state(status, -1)
      listed.leaveOne(job, place[status])
      return removal.forget([job.n], [job])
    }
    if (hasMark(job, mark.parent)) this.#letResultGo.run(job.n)
    this.#mayRemove.run(ledger.next(), job.n)
    ledger.countHeld(status, 1, this.#bytesOf(job))
  }

  /** It goes away, or lives again: retention counts it no more. */
  leave(job: JobFacts): void {
    const status = finalStatusOf(job.state)
    if (status === null || !this.isFree(job.n)) return
    this.#parts.ledger.countHeld(status, -1, -this.#bytesOf(job))
  }

  /** Someone has been tied to an ended job: it stays, and so does its result. */
  hold(n: number): void {
    const job = this.#parts.finder.byNumber(n)
    if (job === undefined || finalStatusOf(job.state) === null) return
    this.leave(job)
    this.#mayNotRemove.run(n)
    this.#holdResult.run(n)
  }

  /** A job ends to which others are tied. `keep`: what becomes of it after them. */
  holdFrom(job: JobFacts, keep: boolean): void {
    this.#holdResult.run(job.n)
    if (!keep) this.setMark(job.n, mark.unkept)
  }

  /**
   * Someone is not tied to it any more, or all have been told of its end: without others it is as any ended job. `isDue`: an end
   * of it is still to be told. Without `keep` it is gone then.
   */
  letGo(n: number, isDue: boolean, keep = true): void {
    const job = this.#parts.finder.byNumber(n)
    const status = job === undefined ? null : finalStatusOf(job.state)
    if (job === undefined || status === null || isDue || this.isFree(n)) return
    if (!this.isTied(job)) this.release(job, status, keep && !hasMark(job, mark.unkept))
    else if (!keep) this.setMark(n, mark.unkept)
  }

  setMark(n: number, bit: number): void {
    this.#mark.run(bit, n)
  }

  dropMark(n: number, bit: number): void {
    this.#unmark.run(bit, n)
  }

  #bytesOf(job: JobFacts): number {
    return job.bytes + (this.#resultBytes.get(job.n)?.bytes ?? 0)
  }
}

/** When a result is over once nobody needs it any more. */
export function ownTimeOf(until: number | null): number | null {
  return until !== null && until >= heldZone ? until - heldZone : until
}
