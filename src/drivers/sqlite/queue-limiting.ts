import { internalPrefix } from '../../core/job-terms.js'
import type { QueueLimits } from '../../core/queue-adapter.js'
import type { Database } from './database.js'
import { flag } from './flags.js'
import type { Ledger } from './ledger.js'
import { type Limit, type Limits, limitKind } from './limits.js'
import limitsSql from './sql/queue-limits.sql'
import { type Query, SqlFile } from './sql-file.js'

/** Is not of the library itself. Types are stored texts. */
export function isOfApp(type: string): boolean {
  return !type.startsWith(internalPrefix)
}

/** The limits of the whole queue. */
export class QueueLimiting {
  readonly #ledger: Ledger
  readonly #limits: Limits
  readonly #running: Query<{ readonly n: number }>
  readonly #ready: Query<{ readonly type: string }>

  constructor(database: Database, { ledger, limits }: { ledger: Ledger; limits: Limits }) {
    this.#ledger = ledger
    this.#limits = limits
    const sql = new SqlFile(database, limitsSql)
    this.#running = sql.query('running')
    this.#ready = sql.query('ready')
  }

  /** How many may start now, beside those that this step has taken already. */
  room({ concurrency, rate }: QueueLimits, taken: number, now: number): number {
    const runs = concurrency === null ? Infinity : Math.max(0, concurrency - this.#runningNow() - taken)
    return rate === null ? runs : Math.min(runs, this.#limits.room(this.#logOf(rate), now))
  }

  /** So many have been claimed; when the rate allows the next, null for now. */
  started({ rate }: QueueLimits, count: number, now: number): number | null {
    if (rate === null) return null
    for (let i = 0; i < count; i++) this.#limits.countStart(this.#logOf(rate), now)
    const log = this.#logOf(rate)
    if (count > 0) this.#limits.keepUntil(log.n, now + rate.perMs)
    return this.#limits.freeAt(log, now)
  }

  /** Whether jobs are ready that may not start. */
  noteHeldUp(isHeldUp: boolean): void {
    this.#ledger.note(flag.limited, isHeldUp)
  }

  /** A step is over: if runs ended in it, who waits is told that others may start. */
  tellRoom(): void {
    if (!this.#ledger.has(flag.limited)) return
    const room = -this.#ledger.changeOf('processing', isOfApp)
    if (room <= 0) return
    for (const { type } of this.#ready.all()) if (isOfApp(type)) this.#ledger.of(type).gained += room
  }

  #runningNow(): number {
    return (this.#running.get()?.n ?? 0) + this.#ledger.changeOf('processing', isOfApp)
  }

  #logOf(rate: NonNullable<QueueLimits['rate']>): Limit {
    return this.#limits.ensure(limitKind.queueRate, '', rate, true)
  }
}
