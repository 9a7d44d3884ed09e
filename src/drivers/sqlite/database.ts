/**
 * What can be bound to a statement and comes back from one. Integers stay below 2 ** 53; every driver binds a number as a
 * REAL, and a column of type INTEGER makes a whole one an integer again. Texts are well-formed and have no NUL, which not
 * every driver gives back whole: what may be otherwise is escaped, see stored-text.ts.
 */
export type SqlValue = string | number | null

/** A row as the driver gives it: columns by name. */
export type Row = Readonly<Record<string, SqlValue>>

/**
 * A statement that is compiled once and run many times. Its parameters are `?` or `?1`, not both in one, and each gets a
 * value at every call. `get` and `all` are for what gives rows (RETURNING too), `run` for what does not.
 */
export interface Statement {
  run(...values: readonly SqlValue[]): { readonly changes: number }
  get(...values: readonly SqlValue[]): Row | undefined
  all(...values: readonly SqlValue[]): readonly Row[]
}

/** The one thing that is known of a driver: a connection to one file, each call of which is synchronous. */
export interface Database {
  readonly driver: DriverName
  /** Of SQLite itself, such as `3.53.2`. */
  readonly version: string
  /** Runs statements, and drops the rows they may give. */
  exec(sql: string): void
  prepare(sql: string): Statement
  /** May be called twice. libsql lets go of the file only when its statements are garbage too: copy the log back before. */
  close(): void
}

/** Each driver there is, in the order of preference. */
export const driverNames = ['node:sqlite', 'better-sqlite3', 'libsql'] as const

export type DriverName = (typeof driverNames)[number]

/** A copy of SQLite that is loaded. */
export interface Driver {
  readonly name: DriverName
  /** Of SQLite itself. */
  readonly version: string
  /** A connection as the driver makes it; throws the driver's own errors. `opening.ts` makes what a queue needs. */
  open(path: string): Database
}
