import type { Database } from './database.js'
import { type JobFacts, type JobFinder } from './job-facts.js'
import type { Ledger } from './ledger.js'
import { hasEnded } from './places.js'
import lineupsSql from './sql/lineups.sql'
import { type Command, type Query, SqlFile } from './sql-file.js'

/** An end that is still to be told to those who waited for it. */
export interface OpenEnd {
  readonly n: number
  readonly ended: number
  readonly up_to: number
  /** 0: nothing of the job is kept. */
  readonly keep: number
}

/**
 * Which jobs of a schedule are live, and who waits for whom.
 *
 * A blocked job waits for its blocker. When that ends, those behind it are told in the steps of later cycles: they are free,
 * unless the blocker was itself cancelled while it was blocked. Then whatever that one waited for, its heir, blocks them from
 * then on. So of a line that is queued never two run, whichever of them is cancelled.
 */
export class Lineups {
  readonly #finder: JobFinder
  readonly #ledger: Ledger
  readonly #join: Command
  readonly #part: Command
  readonly #countLive: Query<{ readonly live: number }>
  readonly #newest: Query<{ readonly job: number }>
  readonly #addWait: Command
  readonly #dropWait: Command
  readonly #blocker: Query<{ readonly blocker: number }>
  readonly #setHeir: Command
  readonly #dropHeir: Command
  readonly #heir: Query<{ readonly heir: number }>
  readonly #lastWait: Query<{ readonly place: number | null }>
  readonly #lastTold: Query<{ readonly up_to: number | null }>
  readonly #addEnd: Command
  readonly #letGo: Command
  readonly #firstEnd: Query<OpenEnd>
  readonly #dropEnd: Command
  readonly #openEnd: Query<{ readonly n: number }>
  readonly #waits: Query<{ readonly job: number }>

  constructor(database: Database, finder: JobFinder, ledger: Ledger) {
    const sql = new SqlFile(database, lineupsSql)
    this.#finder = finder
    this.#ledger = ledger
    this.#join = sql.command('join')
    this.#part = sql.command('part')
    this.#countLive = sql.query('count live')
    this.#newest = sql.query('newest')
    this.#addWait = sql.command('add wait')
    this.#dropWait = sql.command('drop wait')
    this.#blocker = sql.query('blocker')
    this.#setHeir = sql.command('set heir')
    this.#dropHeir = sql.command('drop heir')
    this.#heir = sql.query('heir')
    this.#lastWait = sql.query('last wait')
    this.#lastTold = sql.query('last told')
    this.#addEnd = sql.command('add end')
    this.#letGo = sql.command('let go')
    this.#firstEnd = sql.query('first end')
    this.#dropEnd = sql.command('drop end')
    this.#openEnd = sql.query('open end')
    this.#waits = sql.query('waits')
  }

  /** The live jobs of a schedule. */
  live(schedule: string): number {
    return this.#countLive.get(schedule)?.live ?? 0
  }

  /** The live job of a schedule whose life began last. */
  newest(schedule: string): number | null {
    return this.#newest.get(schedule)?.job ?? null
  }

  /** A job begins a life. */
  join(n: number, schedule: string | null): void {
    if (schedule !== null) this.#join.run(n, schedule, this.#ledger.next())
  }

  /** A job of a schedule ended. */
  part(job: JobFacts): void {
    if (job.schedule !== null) this.#part.run(job.n)
  }

  /** Makes one job wait for another from now on. */
  block(n: number, blocker: number): void {
    this.#dropWait.run(n)
    this.#addWait.run(n, blocker, this.#ledger.next())
  }

  isBlocked(n: number): boolean {
    return this.#blocker.get(n) !== undefined
  }

  unblock(n: number): void {
    this.#dropWait.run(n)
  }

  /** A job that is blocked is cancelled: what it waited for is its heir. */
  bequeath(n: number): void {
    const blocker = this.#blocker.get(n)?.blocker
    this.#dropWait.run(n)
    if (blocker !== undefined) this.#setHeir.run(n, blocker)
  }

  /** A job lives again: it has no heir. */
  disinherit(n: number): void {
    this.#dropHeir.run(n)
  }

  /**
   * A job ended: an entry when others wait for it, and whether there is one. `isBound`: it needs one in any case, as ties of it
   * are to be followed.
   */
  appendEnd(n: number, keep: boolean, isBound: boolean): boolean {
    if (!keep) this.#letGo.run(n)
    const last = this.#lastWait.get(n)?.place ?? 0
    const isAwaited = last > 0 && last > (this.#lastTold.get(n)?.up_to ?? 0)
    if (!isAwaited && (!isBound || this.hasOpenEnd(n))) return false
    this.#addEnd.run(this.#ledger.next(), n, last, keep ? 1 : 0)
    return true
  }

  /** Whether someone is blocked by this job. */
  isAwaited(n: number): boolean {
    return (this.#lastWait.get(n)?.place ?? null) !== null
  }

  /** Whether someone is still to be told of an end of this job. */
  hasOpenEnd(n: number): boolean {
    return this.#openEnd.get(n) !== undefined
  }

  firstEnd(): OpenEnd | undefined {
    return this.#firstEnd.get()
  }

  close(end: OpenEnd): void {
    this.#dropEnd.run(end.n)
  }

  /** At most so many of those who are to be told of an end. */
  behind(end: OpenEnd, limit: number): readonly number[] {
    return this.#waits.all(end.ended, end.up_to, limit).map(({ job }) => job)
  }

  /**
   * The live job that blocks those behind an ended one from now on; null when they are free. One that lives again before they
   * were told is again the one they wait for.
   */
  heirOf(ended: number): number | null {
    for (let n: number | null = ended; n !== null; n = this.#heir.get(n)?.heir ?? null) {
      const job = this.#finder.byNumber(n)
      if (job !== undefined && !hasEnded(job.state)) return n
    }
    return null
  }
}
