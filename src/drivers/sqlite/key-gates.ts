import type { Database } from './database.js'
import type { Ledger } from './ledger.js'
import { type Limit, type Limits, limitKind } from './limits.js'
import groupsSql from './sql/groups.sql'
import { type Command, type Query, SqlFile } from './sql-file.js'

/** So many rates are opened in one step. */
const mostOpened = 64

/** Opens and closes groups, as their keys have room for another run or have none. */
export class KeyGates {
  readonly #ledger: Ledger
  readonly #limits: Limits
  readonly #concurrency: Gate
  readonly #rate: Gate
  readonly #nextOpening: Query<{ readonly free_at: number }>

  constructor(database: Database, { ledger, limits }: { ledger: Ledger; limits: Limits }) {
    const sql = new SqlFile(database, groupsSql)
    this.#ledger = ledger
    this.#limits = limits
    const gate = (word: string): Gate => ({
      open: sql.command(`open ${word}`),
      close: sql.command(`close ${word}`),
      types: sql.query(`types ${word}`),
    })
    this.#concurrency = gate('full')
    this.#rate = gate('rate')
    this.#nextOpening = sql.query('next opening')
  }

  /** Looks at a limit, by its number, after something has changed; only that of a rate needs the time. */
  check(n: number, now = 0): void {
    const limit = this.#limits.byNumber(n)
    if (limit?.kind === limitKind.concurrency) this.#checkConcurrency(limit)
    else if (limit !== undefined) this.#checkRate(limit, now)
  }

  /** Opens the groups whose rate allows a start again. Whether all could be done. */
  openDue(now: number): boolean {
    const due = this.#limits.opening(now, mostOpened)
    for (const limit of due) this.#checkRate(limit, now)
    return due.length < mostOpened
  }

  /** When the next group opens that is ready and held up by nothing but its rate; null for none. */
  nextOpening(now: number): number | null {
    return this.#nextOpening.get(now)?.free_at ?? null
  }

  #checkConcurrency({ n, max, running, is_full: wasFull }: Limit): void {
    const isFull = running >= max
    if (isFull === (wasFull === 1)) return
    this.#limits.setFull(n, isFull)
    if (isFull) this.#concurrency.close.run(n)
    else this.#open(this.#concurrency, n, max - running)
  }

  #checkRate(limit: Limit, now: number): void {
    const { n, free_at: before } = limit
    const freeAt = this.#limits.freeAt(limit, now)
    if (freeAt === before) return
    this.#limits.setFreeAt(n, freeAt)
    if (freeAt === null) this.#open(this.#rate, n, this.#limits.room(limit, now))
    else if (before === null) this.#rate.close.run(n)
  }

  /** Who waits is told of so many jobs of each type as may start. */
  #open({ open, types }: Gate, n: number, room: number): void {
    if (open.run(n).changes === 0) return
    for (const { type } of types.all(n)) this.#ledger.of(type).gained += room
  }
}

// -------------------------------------------------------------------------------------------------------------------

interface Gate {
  readonly open: Command
  readonly close: Command
  readonly types: Query<{ readonly type: string }>
}
