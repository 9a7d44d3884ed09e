import { internalPrefix } from '../../core/job-terms.js'
import type { Pauses } from '../../core/queue-adapter.js'
import type { Database } from './database.js'
import { flag } from './flags.js'
import type { Ledger } from './ledger.js'
import pausesSql from './sql/pauses.sql'
import { type Command, type Query, SqlFile } from './sql-file.js'
import { fromStored, toStored } from './stored-text.js'

/** Which types are not claimed now. */
export class Pausing {
  readonly #ledger: Ledger
  readonly #all: Query<{ readonly what: string }>
  readonly #add: Command
  readonly #drop: Command
  readonly #ready: Query<{ readonly type: string; readonly n: number }>

  constructor(database: Database, ledger: Ledger) {
    const sql = new SqlFile(database, pausesSql)
    this.#ledger = ledger
    this.#all = sql.query('all')
    this.#add = sql.command('add')
    this.#drop = sql.command('drop')
    this.#ready = sql.query('ready')
  }

  /** Null pauses the queue. */
  pause(type: string | null): void {
    this.#add.run(nameOf(type))
    this.#ledger.note(flag.pauses, true)
  }

  /** Who waits is told of what can be claimed again. */
  resume(type: string | null): void {
    const held = this.#gate()
    if (this.#drop.run(nameOf(type)).changes === 0) return
    const free = this.#gate()
    if (this.#all.get() === undefined) this.#ledger.note(flag.pauses, false)
    for (const { type: ready, n } of this.#ready.all())
      if (free(fromStored(ready)) && !held(fromStored(ready))) this.#ledger.of(ready).gained += n
  }

  pauses(): Pauses {
    const names = this.#all.all().map(({ what }) => fromStored(what))
    const types = names.filter((name) => name !== queue).map((name) => name.slice(typePrefix.length))
    return { queue: names.includes(queue), types }
  }

  /** Those of the types that are not paused; within a step. */
  among(types: readonly string[]): readonly string[] {
    return this.#ledger.has(flag.pauses) ? types.filter(this.#gate()) : types
  }

  /** The same outside of a step. */
  lookAmong(types: readonly string[]): readonly string[] {
    return types.filter(this.#gate())
  }

  #gate(): (type: string) => boolean {
    const { queue: isQueuePaused, types } = this.pauses()
    const paused = new Set(types)
    return (type) => !paused.has(type) && (!isQueuePaused || type.startsWith(internalPrefix))
  }
}

// -------------------------------------------------------------------------------------------------------------------

const queue = 'queue'
const typePrefix = 'type '

function nameOf(type: string | null): string {
  return type === null ? queue : toStored(typePrefix + type)
}
