import type { NewJob } from '../../core/queue-adapter.js'
import type { Database } from './database.js'
import { flag } from './flags.js'
import type { JobFacts, JobFinder } from './job-facts.js'
import type { Ledger } from './ledger.js'
import { hasEnded } from './places.js'
import dedupeSql from './sql/dedupe.sql'
import { type Command, type Query, SqlFile } from './sql-file.js'
import { fromStored, toStored } from './stored-text.js'

/** Who has a dedupe key. */
export interface KeyHolder {
  readonly id: string
  /** Undefined when it has been removed, and its time is not over. */
  readonly job: JobFacts | undefined
}

interface Parts {
  readonly ledger: Ledger
  readonly finder: JobFinder
}

/** Dedupe keys: a job has one while it lives, or for a time, or both. */
export class DedupeKeys {
  readonly #parts: Parts
  readonly #window: Query<WindowRow>
  readonly #putWindow: Command
  readonly #dropWindow: Command
  readonly #dropOver: Command
  readonly #any: Query<{ readonly yes: number }>

  constructor(database: Database, parts: Parts) {
    const sql = new SqlFile(database, dedupeSql)
    this.#parts = parts
    this.#window = sql.query('window')
    this.#putWindow = sql.command('put window')
    this.#dropWindow = sql.command('drop window')
    this.#dropOver = sql.command('drop over')
    this.#any = sql.query('any')
  }

  /** Whether keys may be held by jobs that do not live. */
  get hasWindows(): boolean {
    return this.#parts.ledger.has(flag.windows)
  }

  /** Of a stored key. */
  holderOf(key: string | null, now: number): KeyHolder | null {
    if (key === null) return null
    const { finder } = this.#parts
    const live = finder.keyHolder(key)
    if (live !== undefined) return { id: fromStored(live.id), job: live }
    const window = this.hasWindows ? this.#window.get(key) : undefined
    if (window === undefined) return null
    if (window.until <= now) {
      this.#dropWindow.run(key)
      return null
    }
    const job = finder.byNumber(window.job)
    return { id: fromStored(window.id), job: job?.id === window.id ? job : undefined }
  }

  /** A job has just been made: it has its key for a time, where its rule says so. */
  take(n: number, { id, dedupeKey, terms }: NewJob, now: number): void {
    if (dedupeKey === null) return
    const { mode = 'keep', windowMs = null } = terms?.dedupe ?? {}
    const key = toStored(dedupeKey)
    if (windowMs !== null && (mode === 'keep' || mode === 'throttle')) {
      this.#putWindow.run(key, n, toStored(id), Math.ceil(now + windowMs))
      this.#parts.ledger.note(flag.windows, true)
    } else if (this.hasWindows) this.#dropOwnWindow(key)
  }

  /** What another left of its window when it ended stays. */
  #dropOwnWindow(key: string): void {
    const window = this.#window.get(key)
    const holder = window && this.#parts.finder.byNumber(window.job)
    if (holder?.id === window?.id && holder !== undefined && !hasEnded(holder.state))
      this.#dropWindow.run(key)
  }

  /** Drops what is over, at most `limit`, and has no step look for windows when there are none. */
  tidy(now: number, limit: number): void {
    if (!this.hasWindows) return
    this.#dropOver.run(now, limit)
    this.#parts.ledger.note(flag.windows, this.#any.get() !== undefined)
  }
}

// -------------------------------------------------------------------------------------------------------------------

interface WindowRow {
  readonly job: number
  readonly id: string
  readonly until: number
}
