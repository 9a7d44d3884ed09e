import { mkdtempSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { betterSqlite3, loadBetterSqlite3 } from '../../../src/drivers/sqlite/driver-better-sqlite3.js'
import { loadLibsql } from '../../../src/drivers/sqlite/driver-libsql.js'
import { loadNodeSqlite } from '../../../src/drivers/sqlite/driver-node.js'
import type { Driver, DriverName } from '../../../src/drivers/sqlite/database.js'

/** The drivers that work here: libsql always, better-sqlite3 where the benchmark has been installed, Node's own by its age. */
export async function driversHere(): Promise<readonly Driver[]> {
  const loaders: Readonly<Record<DriverName, () => Promise<Driver>>> = {
    'node:sqlite': loadNodeSqlite,
    'better-sqlite3': () => loadBetterSqlite3().catch(fromBenchmark),
    libsql: loadLibsql,
  }
  const found = await Promise.all(
    Object.entries(loaders).map(async ([name, load]) =>
      load().catch(() => {
        process.stderr.write(`${name} is not here: its tests are LEFT OUT\n`)
      }),
    ),
  )
  return found.filter((driver) => driver !== undefined)
}

/** A directory of its own, as long as the test runs. */
export function tempDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'riptide-sqlite-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  return directory
}

// -------------------------------------------------------------------------------------------------------------------

function fromBenchmark(): Driver {
  const require = createRequire(new URL('../../bench/sqlite/package.json', import.meta.url))
  return betterSqlite3({ default: require('better-sqlite3') as unknown })
}
