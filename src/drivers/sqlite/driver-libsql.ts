import { RiptideError, describe } from '../../core/errors.js'
import type { Driver, Statement } from './database.js'
import { type Cells, type NativeDatabase, asDriver, named } from './native-database.js'

/** The package libsql, an optional peer that needs no compiler. */
export async function loadLibsql(): Promise<Driver> {
  try {
    const loaded: unknown = await import('libsql')
    return libsql(loaded)
  } catch (cause) {
    // The try stands here for bundlers: with it they take the package for an optional one.
    throw new Error('the package libsql cannot be loaded', { cause })
  }
}

// -------------------------------------------------------------------------------------------------------------------

/** Values go in as one array: one null alone would be taken for an object of names. */
interface LibsqlStatement {
  readonly reader: boolean
  raw(on: boolean): unknown
  columns(): readonly { readonly name: string }[]
  run(values: Cells): { readonly changes: number }
  get(values: Cells): Cells | undefined
  all(values: Cells): readonly Cells[]
}

interface Libsql {
  readonly default: new (path: string) => NativeDatabase<LibsqlStatement>
}

function libsql(loaded: unknown): Driver {
  const { default: Database } = loaded as Libsql
  return asDriver({
    name: 'libsql',
    open: (path) => new Database(path),
    statement: (native) => (native.reader ? reading(native) : writing(native)),
  })
}

/** libsql's own rows have a `_metadata` besides. */
function reading(native: LibsqlStatement): Statement {
  native.raw(true)
  const names = native.columns().map(({ name }) => name)
  // After `all` libsql's own `get` takes no new values: it answers once more for the old ones.
  let isReadWhole = false
  return {
    // libsql would leave the statement open, and the next COMMIT would fail.
    run: () => refuse('it gives rows; use get or all'),
    get(...values) {
      const cells = isReadWhole ? native.all(checked(values))[0] : native.get(checked(values))
      return cells && named(names, cells)
    },
    all(...values) {
      isReadWhole = true
      return native.all(checked(values)).map((cells) => named(names, cells))
    },
  }
}

function writing(native: LibsqlStatement): Statement {
  return {
    run: (...values) => native.run(checked(values)),
    get: () => refuse('it gives no rows; use run'),
    all: () => refuse('it gives no rows; use run'),
  }
}

/** Anything else, a boolean say, makes libsql end the whole process. */
function checked(values: Cells): Cells {
  for (const value of values) {
    if (typeof value !== 'string' && typeof value !== 'number' && value !== null) {
      throw new RiptideError(
        'ARGUMENT_INVALID',
        `a statement takes texts, numbers and null; got ${describe(value)}`,
      )
    }
  }
  return values
}

function refuse(why: string): never {
  throw new RiptideError('ARGUMENT_INVALID', `the statement cannot be called so: ${why}`)
}
