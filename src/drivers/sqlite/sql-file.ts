import { RiptideError } from '../../core/errors.js'
import type { Database, SqlValue } from './database.js'

/** A statement whose rows have a known shape. */
export interface Query<R> {
  get(...values: readonly SqlValue[]): R | undefined
  all(...values: readonly SqlValue[]): readonly R[]
}

/** A statement that changes rows. */
export interface Command {
  run(...values: readonly SqlValue[]): { readonly changes: number }
}

/** The statements of one file of SQL by their names: each stands under a line `-- :<name>`. */
export class SqlFile {
  readonly #database: Database
  readonly #texts: ReadonlyMap<string, string>

  constructor(database: Database, text: string) {
    this.#database = database
    this.#texts = textsIn(text)
  }

  command(name: string): Command {
    return this.#database.prepare(this.text(name))
  }

  /** The caller says what its rows look like: they are as the statement selects them. */
  query<R>(name: string): Query<R> {
    return this.#database.prepare(this.text(name)) as unknown as Query<R>
  }

  /** A statement that ends with the one row it inserts, as one that inserts any number of them. */
  rows(name: string): RowsCommand {
    return new RowsCommand(this.#database, this.text(name))
  }

  /** A statement that ends with `IN (?)`, as one for any number of values. */
  among(name: string): AmongCommand {
    return new AmongCommand(this.#database, this.text(name))
  }

  text(name: string): string {
    const text = this.#texts.get(name)
    if (text === undefined) throw new RiptideError('NOT_SUPPORTED', `there is no statement "${name}"`)
    return text
  }
}

/** So many rows go into one statement: each call of a driver costs more than the binding of a row. */
const rowsAtOnce = 16

/** Inserts rows, many with one call. */
export class RowsCommand {
  readonly #one: Command
  readonly #many: Command
  readonly #columns: number

  constructor(database: Database, text: string) {
    const row = text.slice(text.lastIndexOf('('))
    this.#columns = row.split('?').length - 1
    this.#one = database.prepare(text)
    this.#many = database.prepare(text + `, ${row}`.repeat(rowsAtOnce - 1))
  }

  /** The values of all rows, one behind the other. */
  run(values: readonly SqlValue[]): void {
    const most = this.#columns * rowsAtOnce
    let at = 0
    for (; at + most <= values.length; at += most) this.#many.run(...values.slice(at, at + most))
    for (; at < values.length; at += this.#columns) this.#one.run(...values.slice(at, at + this.#columns))
  }
}

/**
 * Changes the rows with certain values, many with one call. Where the values came from a subquery SQLite would first note down
 * what it is to delete, and then delete it: with a key of several columns that takes three times as long.
 */
export class AmongCommand {
  readonly #one: Command
  readonly #many: Command

  constructor(database: Database, text: string) {
    const marks = Array.from({ length: rowsAtOnce }, () => '?').join()
    this.#one = database.prepare(text)
    this.#many = database.prepare(text.replace(/\(\?\)$/, `(${marks})`))
  }

  /** `given` are the parameters before the list. */
  run(given: readonly SqlValue[], values: readonly SqlValue[]): void {
    let at = 0
    for (; at + rowsAtOnce <= values.length; at += rowsAtOnce)
      this.#many.run(...given, ...values.slice(at, at + rowsAtOnce))
    for (; at < values.length; at++) this.#one.run(...given, values[at] ?? null)
  }
}

// -------------------------------------------------------------------------------------------------------------------

function textsIn(file: string): ReadonlyMap<string, string> {
  const parts = file.split(/^-- :(.+)\n/m)
  const texts = new Map<string, string>()
  for (let i = 1; i < parts.length; i += 2)
    texts.set(parts[i] ?? '', (parts[i + 1] ?? '').trim().replace(/;$/, ''))
  return texts
}
