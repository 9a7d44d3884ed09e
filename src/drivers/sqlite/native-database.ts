import type { Database, Driver, DriverName, Row, SqlValue, Statement } from './database.js'
import { withPlainParameters } from './parameters.js'

/** A statement of node:sqlite or better-sqlite3; libsql has more and is given this shape. */
export interface NativeStatement {
  run(...values: readonly SqlValue[]): { readonly changes: number }
  get(...values: readonly SqlValue[]): Row | undefined
  all(...values: readonly SqlValue[]): readonly Row[]
}

/** What the connections of all drivers have alike. */
export interface NativeDatabase<S> {
  exec(sql: string): unknown
  prepare(sql: string): S
  close(): unknown
}

/** Rows as arrays are read faster than those that a driver names itself: it makes a text of each name for each row. */
export type Cells = readonly SqlValue[]

/** A row out of its cells. */
export function named(names: readonly string[], cells: Cells): Row {
  const row: Record<string, SqlValue> = {}
  for (let i = 0; i < names.length; i++) row[names[i] ?? ''] = cells[i] ?? null
  return row
}

/** How a driver's own classes become a `Driver`. */
export interface Adaption<S> {
  readonly name: DriverName
  readonly open: (path: string) => NativeDatabase<S>
  readonly statement: (native: S) => Statement
}

/** The driver, once it has shown that it works: a package that was built for another Node fails here. */
export function asDriver<S>({ name, open, statement }: Adaption<S>): Driver {
  const connect = (path: string, version: string): Database => over(open(path), { name, version, statement })
  const probe = connect(':memory:', '')
  const version = String(probe.prepare('SELECT sqlite_version() AS version').get()?.version)
  probe.close()
  return { name, version, open: (path) => connect(path, version) }
}

/** What a connection is of. */
export interface Kind<S> {
  readonly name: DriverName
  readonly version: string
  readonly statement: (native: S) => Statement
}

/** A connection of a driver as our own interface. */
export function over<S>(native: NativeDatabase<S>, { name, version, statement }: Kind<S>): Database {
  let isOpen = true
  return {
    driver: name,
    version,
    exec(sql) {
      native.exec(sql)
    },
    prepare(sql) {
      const plain = withPlainParameters(sql)
      const prepared = statement(native.prepare(plain?.sql ?? sql))
      return plain ? ordered(prepared, plain.order) : prepared
    },
    close() {
      if (isOpen) native.close()
      isOpen = false
    },
  }
}

// -------------------------------------------------------------------------------------------------------------------

/** Gives each `?` the value that its number meant. */
function ordered(statement: Statement, order: readonly number[]): Statement {
  const inOrder = (values: readonly SqlValue[]): SqlValue[] => order.map((index) => values[index] ?? null)
  return {
    run: (...values) => statement.run(...inOrder(values)),
    get: (...values) => statement.get(...inOrder(values)),
    all: (...values) => statement.all(...inOrder(values)),
  }
}
