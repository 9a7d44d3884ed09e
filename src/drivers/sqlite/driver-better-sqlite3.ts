import type { Driver } from './database.js'
import { type NativeDatabase, type NativeStatement, asDriver } from './native-database.js'

/** The package better-sqlite3, an optional peer. */
export async function loadBetterSqlite3(): Promise<Driver> {
  try {
    const loaded: unknown = await import('better-sqlite3')
    return betterSqlite3(loaded)
  } catch (cause) {
    // The try stands here for bundlers: with it they take the package for an optional one.
    throw new Error('the package better-sqlite3 cannot be loaded', { cause })
  }
}

/** The driver in the module as it is imported. */
export function betterSqlite3(loaded: unknown): Driver {
  const { default: Database } = loaded as BetterSqlite3
  return asDriver({
    name: 'better-sqlite3',
    open: (path) => new Database(path),
    statement: (native) => native,
  })
}

// -------------------------------------------------------------------------------------------------------------------

interface BetterSqlite3 {
  readonly default: new (path: string) => NativeDatabase<NativeStatement>
}
