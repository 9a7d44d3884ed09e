import { statSync } from 'node:fs'
import type { Clock } from '../../core/clock.js'
import type { Logger } from '../../core/logger.js'
import type { Database, Statement } from './database.js'

export interface CheckpointsOptions {
  readonly database: Database
  /** Null for a queue in memory, which has no log. */
  readonly path: string | null
  readonly clock: Pick<Clock, 'after' | 'monotonic'>
  readonly logger: Logger
  /** More than the log has while nobody hinders it. */
  readonly alarmingBytes: number
  /** The log is large and cannot be used again. */
  readonly onPinned: (log: PinnedLog) => void
}

/** A write-ahead log that grows, in bytes and pages. */
export interface PinnedLog {
  readonly bytes: number
  readonly pages: number
  /** What stands in the file too: someone still reads what stood there before. */
  readonly pagesCopied: number
}

/**
 * Keeps the write-ahead log small. SQLite copies it back by itself whenever it has grown; here that is done when nothing has
 * been written for a while, so that the next burst finds it short, and at the close, which leaves it empty. Someone who reads
 * for long keeps all of it from being used again: it grows, and beyond a size that is told.
 */
export class Checkpoints {
  readonly #options: CheckpointsOptions
  readonly #copy: Statement
  readonly #empty: Statement
  #commits = 0
  #commitsCopied = 0
  #cancel: (() => void) | undefined
  #alarmedAt = Number.NEGATIVE_INFINITY

  constructor(options: CheckpointsOptions) {
    this.#options = options
    this.#copy = options.database.prepare('PRAGMA wal_checkpoint(PASSIVE)')
    this.#empty = options.database.prepare('PRAGMA wal_checkpoint(TRUNCATE)')
  }

  /** Something was committed. */
  committed(): void {
    this.#commits++
    if (this.#cancel === undefined && this.#options.path !== null) this.#watch()
  }

  /** Copies what can be copied: whether the log can now be written from its beginning, where it needs no more of the disk. */
  makeRoom(): boolean {
    if (this.#options.path === null) return false
    const { log, copied } = this.#run(this.#copy)
    return log > 0 && copied === log
  }

  /** Leaves no log behind, unless another process needs it. */
  close(): void {
    this.#cancel?.()
    if (this.#options.path !== null) this.#run(this.#empty)
  }

  #watch(): void {
    const before = this.#commits
    this.#cancel = this.#options.clock.after(lookEveryMs, () => {
      this.#cancel = undefined
      const isQuiet = this.#commits === before
      const isWorthIt = this.#commits - this.#commitsCopied >= commitsWorthCopying
      const bytes = this.#bytes()
      if ((isQuiet && isWorthIt) || bytes > this.#options.alarmingBytes) this.#copyBack(bytes)
      if (!isQuiet) this.#watch()
    })
  }

  #copyBack(bytes: number): void {
    this.#commitsCopied = this.#commits
    this.#examine(this.#run(this.#copy), bytes)
  }

  #examine({ log, copied }: Checkpoint, bytes: number): void {
    const { clock, alarmingBytes, onPinned } = this.#options
    const now = clock.monotonic()
    if (bytes <= alarmingBytes || copied >= log || now - this.#alarmedAt < alarmEveryMs) return
    this.#alarmedAt = now
    onPinned({ bytes, pages: log, pagesCopied: copied })
  }

  /** Nothing is lost by one that fails: the next one goes on. */
  #run(statement: Statement): Checkpoint {
    try {
      const row = statement.get()
      return { log: Number(row?.['log'] ?? 0), copied: Number(row?.['checkpointed'] ?? 0) }
    } catch (error) {
      this.#options.logger.debug('the write-ahead log could not be copied back', { error: String(error) })
      return { log: 0, copied: 0 }
    }
  }

  #bytes(): number {
    return statSync(`${this.#options.path ?? ''}-wal`, { throwIfNoEntry: false })?.size ?? 0
  }
}

// -------------------------------------------------------------------------------------------------------------------

/** In pages: what is in the log, and how much of it stands in the file too. */
interface Checkpoint {
  readonly log: number
  readonly copied: number
}

const lookEveryMs = 500
/** Each copy is two calls of fsync, and an idle worker commits nothing but a heartbeat now and then. */
const commitsWorthCopying = 32
const alarmEveryMs = 60_000
