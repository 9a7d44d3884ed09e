import type { Driver } from './database.js'
import { type NativeDatabase, type NativeStatement, asDriver } from './native-database.js'

/** What Node itself brings, from 22.13 on. */
export function loadNodeSqlite(): Promise<Driver> {
  return new Promise((resolve) => {
    resolve(nodeSqlite(builtIn()))
  })
}

// -------------------------------------------------------------------------------------------------------------------

interface NodeSqlite {
  readonly DatabaseSync: new (path: string) => NativeDatabase<NativeStatement>
}

/** Not by `import`: bundlers know no built-in module of this name, or take the `node:` off, without which there is none. */
function builtIn(): NodeSqlite {
  const found = process.getBuiltinModule('node:sqlite')
  if (found === undefined)
    throw new Error(`Node ${process.versions.node} has no node:sqlite; 22.13 and newer have it`)
  return found as NodeSqlite
}

function nodeSqlite({ DatabaseSync }: NodeSqlite): Driver {
  return asDriver({
    name: 'node:sqlite',
    open: (path) => new DatabaseSync(path),
    statement: (native) => native,
  })
}
