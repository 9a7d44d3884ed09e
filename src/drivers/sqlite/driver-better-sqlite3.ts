import type { Driver, Statement } from './database.js'
import { type Cells, type NativeDatabase, type NativeStatement, asDriver, named } from './native-database.js'

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
    statement: (native) => (native.reader ? reading(native) : native),
  })
}

// -------------------------------------------------------------------------------------------------------------------

interface BetterSqlite3Statement extends NativeStatement {
  /** It gives rows. */
  readonly reader: boolean
  raw(): {
    get(...values: Cells): Cells | undefined
    all(...values: Cells): readonly Cells[]
  }
  columns(): readonly { readonly name: string }[]
}

interface BetterSqlite3 {
  readonly default: new (path: string) => NativeDatabase<BetterSqlite3Statement>
}

function reading(native: BetterSqlite3Statement): Statement {
  const names = native.columns().map(({ name }) => name)
  const rows = native.raw()
  return {
    run: (...values) => native.run(...values),
    get(...values) {
      const cells = rows.get(...values)
      return cells && named(names, cells)
    },
    all: (...values) => rows.all(...values).map((cells) => named(names, cells)),
  }
}
