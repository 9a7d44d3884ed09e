import { mostRateStarts } from '../../core/job-terms.js'
import type { Database } from './database.js'
import limitsSql from './sql/limits.sql'
import { type Command, type Query, SqlFile } from './sql-file.js'

export const limitKind = { concurrency: 1, rate: 2, queueRate: 3 } as const

export type LimitKind = (typeof limitKind)[keyof typeof limitKind]

/** A limit as it stands in the file. */
export interface Limit {
  readonly n: number
  readonly kind: number
  readonly max: number
  readonly per_ms: number
  readonly live: number
  readonly running: number
  /** The number of its last start. */
  readonly starts: number
  readonly is_full: number
  readonly free_at: number | null
  readonly over_at: number | null
}

/** How many a limit allows. */
export interface Allowance {
  readonly max: number
  readonly perMs: number
}

/** So many starts that count no longer are forgotten with each one. */
const droppedAtOnce = 16

/**
 * What is known of each key: how many it allows, how many run, and its last starts. A rate is a sliding log: a start is allowed
 * when the last but `max - 1` lies `perMs` back.
 */
export class Limits {
  readonly #find: Query<Limit>
  readonly #byNumber: Query<Limit>
  readonly #add: Command
  readonly #set: Command
  readonly #live: Command
  readonly #running: Command
  readonly #starts: Command
  readonly #full: Command
  readonly #freeAt: Command
  readonly #overAt: Command
  readonly #remove: Command
  readonly #addStart: Command
  readonly #start: Query<{ readonly at: number }>
  readonly #firstSince: Query<{ readonly n: number }>
  readonly #dropStarts: Command
  readonly #dropOld: Command
  readonly #opening: Query<Limit>
  readonly #over: Query<{ readonly n: number }>
  readonly #any: Query<{ readonly yes: number }>

  constructor(database: Database) {
    const sql = new SqlFile(database, limitsSql)
    this.#find = sql.query('find')
    this.#byNumber = sql.query('by number')
    this.#add = sql.command('add')
    this.#set = sql.command('set')
    this.#live = sql.command('live')
    this.#running = sql.command('running')
    this.#starts = sql.command('starts')
    this.#full = sql.command('full')
    this.#freeAt = sql.command('free at')
    this.#overAt = sql.command('over at')
    this.#remove = sql.command('remove')
    this.#addStart = sql.command('add start')
    this.#start = sql.query('start')
    this.#firstSince = sql.query('first since')
    this.#dropStarts = sql.command('drop starts')
    this.#dropOld = sql.command('drop old')
    this.#opening = sql.query('opening')
    this.#over = sql.query('over')
    this.#any = sql.query('any')
  }

  /** By its stored key. */
  find(kind: LimitKind, key: string): Limit | undefined {
    return this.#find.get(kind, key)
  }

  byNumber(n: number): Limit | undefined {
    return n === 0 ? undefined : this.#byNumber.get(n)
  }

  /** Makes it if there is none; `isNewest`: from now on it allows so many. */
  ensure(kind: LimitKind, key: string, { max, perMs }: Allowance, isNewest: boolean): Limit {
    const standing = this.find(kind, key)
    if (standing === undefined) this.#add.run(kind, key, max, perMs)
    else if (isNewest && (standing.max !== max || standing.per_ms !== perMs))
      this.#set.run(max, perMs, standing.n)
    else return standing
    return this.find(kind, key) ?? unknown
  }

  /** A live job more has it. */
  join(n: number): void {
    this.#live.run(1, null, n)
  }

  /** A live job fewer has it: without any it goes, a rate when its last start is `perMs` back. */
  part(limit: Limit): void {
    const isLast = limit.live <= 1
    if (isLast && (limit.kind === limitKind.concurrency || limit.starts === 0))
      return void this.#remove.run(limit.n)
    this.#live.run(-1, isLast ? this.#overAtOf(limit) : null, limit.n)
  }

  countRun(n: number, by: number): void {
    this.#running.run(by, n)
  }

  /** The last `max` starts are kept beyond their time: with a longer one they count again. */
  countStart({ n, starts, max, per_ms: perMs }: Limit, now: number): void {
    this.#starts.run(starts + 1, n)
    this.#addStart.run(n, starts + 1, now)
    this.#dropOld.run(n, now - perMs, starts + 1 - max, n, droppedAtOnce)
    if (starts + 1 > mostRateStarts) this.#dropStarts.run(n, starts + 1 - mostRateStarts)
  }

  /** When the next start is allowed; null for now. */
  freeAt({ n, starts, max, per_ms: perMs }: Limit, now: number): number | null {
    const at = this.#start.get(n, starts - max + 1)?.at
    return at === undefined || at + perMs <= now ? null : at + perMs
  }

  /** How many starts are allowed now. */
  room({ n, starts, max, per_ms: perMs }: Limit, now: number): number {
    const first = this.#firstSince.get(n, starts - max, now - perMs)?.n
    return first === undefined ? max : Math.max(0, max - (starts - first + 1))
  }

  setFull(n: number, isFull: boolean): void {
    this.#full.run(isFull ? 1 : 0, n)
  }

  setFreeAt(n: number, freeAt: number | null): void {
    this.#freeAt.run(freeAt, n)
  }

  /** Until when it is kept although no live job has it. */
  keepUntil(n: number, overAt: number): void {
    this.#overAt.run(overAt, n)
  }

  /** Closed rates whose time has come, at most `limit`. */
  opening(now: number, limit: number): readonly Limit[] {
    return this.#opening.all(now, limit)
  }

  /** Forgets rates that no live job has, when their time is over; at most `limit`. */
  tidy(now: number, limit: number): void {
    for (const { n } of this.#over.all(now, limit)) this.forget(n)
  }

  /** With its starts. */
  forget(n: number): void {
    this.#dropStarts.run(n, Number.MAX_SAFE_INTEGER)
    this.#remove.run(n)
  }

  /** Of some key; the rate of the whole queue is none. */
  hasAny(): boolean {
    return this.#any.get() !== undefined
  }

  #overAtOf({ n, starts, per_ms: perMs }: Limit): number {
    return (this.#start.get(n, starts)?.at ?? 0) + perMs
  }
}

// -------------------------------------------------------------------------------------------------------------------

const unknown: Limit = {
  n: 0,
  kind: 0,
  max: 0,
  per_ms: 0,
  live: 0,
  running: 0,
  starts: 0,
  is_full: 0,
  free_at: null,
  over_at: null,
}
