import { type Database, driverNames } from './database.js'
import { socketPaths } from './listening.js'
import { type ProcessIdentity, lifeOf } from './process-identity.js'
import type { ProcessRegistry, Registered } from './process-registry.js'
import { allowsSeveralConnections, refuseSeveralProcesses } from './sqlite-version.js'

export interface RegistrationOptions {
  readonly registry: ProcessRegistry
  readonly database: Database
  readonly identity: ProcessIdentity
  readonly path: string
  /** The number of a host of this process that died with its thread. */
  readonly replaces: number | null
  /** Entries of which it cannot be told whether they live, or of this process, but nobody listens there. */
  readonly abandoned: readonly number[]
  readonly loseProcess: (n: number) => void
}

/** Who this host is in the file, and what its neighbours must know to speak to it. */
export interface Registration {
  readonly n: number
  readonly secret: string
}

/**
 * Makes an entry for this process, in one step with what is removed of processes that are gone, so that of two that come at
 * once each sees the other. Refuses a file that another one has open, in this process or elsewhere, when one of the two would corrupt it.
 */
export function register(options: RegistrationOptions, now: number): Registration {
  const { registry, database, identity, path } = options
  // Those of this process too: another copy of the package, or another thread, has a connection of its own.
  const others = registry.list().filter((entry) => !isRemoved(entry, options))
  refuseSeveralProcesses({ name: database.driver, version: database.version }, others.length, path)
  refuseOldNeighbour(others, database, path)
  const registration = registry.add({ ...identity, n: null, secret: null }, now)
  registry.listensAt(registration.n, socketPaths(path, registration.n)[0] ?? null)
  return registration
}

// -------------------------------------------------------------------------------------------------------------------

function isRemoved(entry: Registered, options: RegistrationOptions): boolean {
  const { registry, identity, replaces, abandoned, loseProcess } = options
  const isDead = entry.n !== replaces && lifeOf(entry, identity) === 'dead'
  if (entry.n !== replaces && !isDead && !abandoned.includes(entry.n)) return false
  registry.remove(entry.n)
  if (isDead) loseProcess(entry.n)
  return true
}

/** The SQLite of one that is there already may be the one that corrupts. */
function refuseOldNeighbour(others: readonly Registered[], database: Database, path: string): void {
  const old = others.find(({ version }) => !allowsSeveralConnections(version))
  if (old === undefined) return
  const name = driverNames.find((one) => one === old.driver) ?? database.driver
  refuseSeveralProcesses({ name, version: old.version }, others.length, path)
}
