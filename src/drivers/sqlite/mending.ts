import type { Mended } from '../../core/queue-adapter.js'
import type { Database } from './database.js'
import type { Groups } from './groups.js'
import { type JobFinder } from './job-facts.js'
import type { Ledger } from './ledger.js'
import type { Moves } from './moves.js'
import mendingSql from './sql/mending.sql'
import { type Command, type Query, SqlFile } from './sql-file.js'
import { fromStored } from './stored-text.js'
import type { Ties } from './ties.js'

/** So many jobs are looked at in one step. */
const lookedAt = 256

interface Parts {
  readonly ledger: Ledger
  readonly moves: Moves
  readonly finder: JobFinder
  readonly ties: Ties
  readonly groups: Groups
}

/**
 * Looks through the jobs, some at a time, for those that stand in no index of their state, and puts them back. No step leaves
 * one so: a hand from outside may, that deletes from one table what others point to.
 */
export class Mending {
  readonly #parts: Parts
  readonly #place: Query<{ readonly mended_to: number }>
  readonly #goOn: Command
  readonly #some: Query<{ readonly n: number }>
  readonly #misplaced: Query<{ readonly n: number; readonly what: string | null }>

  readonly #overrun: Query<{ readonly n: number; readonly surplus: number }>
  readonly #miscounted: Query<{ readonly type: string; readonly surplus: number }>

  constructor(database: Database, parts: Parts) {
    const sql = new SqlFile(database, mendingSql)
    this.#parts = parts
    this.#place = sql.query('place')
    this.#goOn = sql.command('go on')
    this.#some = sql.query('some')
    this.#misplaced = sql.query('misplaced')
    this.#overrun = sql.query('overrun')
    this.#miscounted = sql.query('miscounted')
  }

  mend(now: number): readonly Mended[] {
    const from = this.#place.get()?.mended_to ?? 0
    const some = this.#some.all(from, lookedAt)
    const to = some.at(-1)?.n ?? from
    const mended = from === 0 ? this.#recount() : []
    for (const { n, what } of this.#misplaced.all(from, to)) {
      if (what === null) continue
      const of = this.#mendOne(n, what, now)
      if (of !== null) mended.push({ what, of })
    }
    const next = some.length < lookedAt ? 0 : to
    if (next !== from) this.#goOn.run(next)
    return mended
  }

  /** A job whose lease is gone is no longer counted as one that runs. */
  #recount(): Mended[] {
    for (const { n, surplus } of this.#overrun.all())
      if (surplus !== 0) this.#parts.groups.recount(n, surplus)
    return this.#miscounted.all().map(({ type, surplus }) => {
      const tally = this.#parts.ledger.of(type)
      tally.state('processing', -surplus)
      tally.state('pending', surplus)
      return { what: 'count', of: `processing:${fromStored(type)}` }
    })
  }

  /** The id of the job. */
  #mendOne(n: number, what: string, now: number): string | null {
    const { finder, moves, ties } = this.#parts
    const job = finder.byNumber(n)
    if (job === undefined) return null
    if (what === 'ended') moves.letGo([n])
    else {
      if (what === 'blocked') ties.closeAll(n)
      moves.makeReady(job, now)
    }
    return fromStored(job.id)
  }
}
