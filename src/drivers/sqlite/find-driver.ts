import { RiptideError } from '../../core/errors.js'
import { type Driver, type DriverName, driverNames } from './database.js'
import { loadBetterSqlite3 } from './driver-better-sqlite3.js'
import { loadLibsql } from './driver-libsql.js'
import { loadNodeSqlite } from './driver-node.js'
import { isAtLeast, oldestVersion, safeVersion } from './sqlite-version.js'

/** How each driver is loaded; one that is not there, or does not work here, rejects. */
export type Loaders = Readonly<Record<DriverName, () => Promise<Driver>>>

/**
 * The driver that is asked for; without such a wish the first one installed whose SQLite is safe for several processes, else
 * the first one installed that is not too old. CONFIG_INVALID when there is none. Nothing is loaded before.
 */
export async function findDriver(
  wanted: DriverName | undefined,
  loaders: Loaders = installed,
): Promise<Driver> {
  const failures: Failure[] = []
  let usable: Driver | undefined
  for (const name of wanted === undefined ? driverNames : [wanted]) {
    const found = await loaded(name, loaders[name])
    if ('why' in found) {
      failures.push(found)
      continue
    }
    if (isAtLeast(found.version, safeVersion)) return found
    usable ??= found
  }
  return usable ?? refuse(wanted, failures)
}

// -------------------------------------------------------------------------------------------------------------------

const installed: Loaders = {
  'node:sqlite': loadNodeSqlite,
  'better-sqlite3': loadBetterSqlite3,
  libsql: loadLibsql,
}

interface Failure {
  readonly name: DriverName
  readonly why: string
  readonly cause: unknown
}

async function loaded(name: DriverName, load: () => Promise<Driver>): Promise<Driver | Failure> {
  try {
    const driver = await load()
    if (isAtLeast(driver.version, oldestVersion)) return driver
    const why = `it has SQLite ${driver.version}, and ${oldestVersion} or newer is needed`
    return { name, why, cause: undefined }
  } catch (cause) {
    return { name, why: lastText(cause), cause }
  }
}

function refuse(wanted: DriverName | undefined, failures: readonly Failure[]): never {
  const reasons = failures.map(({ name, why }) => `${name}: ${why}`)
  const causes = failures.flatMap(({ cause }) => (cause === undefined ? [] : [cause]))
  throw new RiptideError(
    'CONFIG_INVALID',
    `${wanted === undefined ? 'no driver for SQLite can' : `the driver ${wanted} cannot`} be used; ${advice(wanted)} ` +
      `(${reasons.join('; ')})`,
    {
      path: '/driver',
      cause: causes.length > 1 ? new AggregateError(causes, 'no driver could be loaded') : causes[0],
      facts: { drivers: failures.map(({ name }) => name) },
    },
  )
}

function advice(wanted: DriverName | undefined): string {
  if (wanted === 'node:sqlite') return 'use Node 22.13 or newer'
  if (wanted !== undefined) return `install it: npm install ${wanted}`
  return 'use Node 22.13 or newer, or install one: npm install better-sqlite3@12 (or libsql, which needs no compiler)'
}

/** What lies at the bottom, in one line: the errors above it say no more than that loading failed. */
function lastText(thrown: unknown): string {
  if (!(thrown instanceof Error)) return 'it failed'
  if (thrown.cause !== undefined) return lastText(thrown.cause)
  return thrown.message.replace(/\s+/g, ' ').slice(0, 400)
}
