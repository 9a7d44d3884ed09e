import type { Clock } from '../../core/clock.js'
import type { Logger } from '../../core/logger.js'
import type { Database } from './database.js'
import type { Hints } from './hints.js'
import { isAbandoned } from './listening.js'
import { Membership } from './membership.js'
import { type ProcessIdentity, isSameProcess, lifeOf, ownIdentity } from './process-identity.js'
import { ProcessRegistry } from './process-registry.js'
import { register } from './registration.js'

/** What the neighbours ask of the store and its committer. */
export interface Ledger {
  /** Runs a step in a write transaction, between `hints.beginStep()` and the commit, as the steps of any verb. */
  readonly write: <T>(step: () => T) => Promise<T>
  /** Ends the leases of a dead process; called within a step of `write`. */
  readonly loseProcess: (n: number) => void
  /** Whether there is something to take up for one who takes these types; read outside a transaction. */
  readonly hasWork: (types: readonly string[]) => boolean
  /** Others have the file open, or no longer. */
  readonly onCompany: (hasCompany: boolean) => void
}

export interface NeighboursOptions {
  readonly database: Database
  /** The real path of the file; null for one in memory, which has no neighbours. */
  readonly path: string | null
  readonly hints: Hints
  readonly ledger: Ledger
  /** Always the host's own, also when a test gives the store its time. */
  readonly clock: Clock
  readonly logger: Logger
  /** The number of a host of this process that died with its thread. */
  readonly replaces: number | null
}

/**
 * The other processes at the same file. Each has an entry in it and listens at a socket beside it; who comes later calls all
 * that are there. News goes to who asks for it; the jobs of a process that died run again at once; and what nobody could tell
 * is found by looks into the file.
 */
export class Neighbours {
  readonly #options: NeighboursOptions
  #membership: Membership | undefined

  constructor(options: NeighboursOptions) {
    this.#options = options
  }

  /**
   * Makes an entry for this process and answers its number, which is never given twice; null for a file in memory. Refuses a
   * file that another process has open when the SQLite of one of the two would corrupt it.
   */
  async open(): Promise<number | null> {
    const { path, database, ledger, clock, replaces } = this.#options
    if (path === null) return null
    const registry = new ProcessRegistry(database)
    const identity = ownIdentity()
    const abandoned = await this.#abandoned(registry, identity)
    const { loseProcess } = ledger
    const options = { registry, database, identity, path, replaces, abandoned, loseProcess }
    const own = await ledger.write(() => register(options, clock.now()))
    const membership = new Membership({ ...this.#options, path, registry, own: { ...identity, ...own } })
    this.#membership = membership
    try {
      await membership.start()
    } catch (thrown) {
      await this.close()
      throw thrown
    }
    return own.n
  }

  /** Takes the entry away and closes all connections; to be called before the committer stops. A second call does nothing. */
  async close(): Promise<void> {
    const membership = this.#membership
    this.#membership = undefined
    await membership?.end()
  }

  /** Wakes all who wait, here and in other processes, if there is work that nobody told of; else does nothing. */
  wakeAll(): void {
    this.#membership?.wakeAll()
  }

  /**
   * Entries of which it cannot be told whether they live, while nobody listens at their sockets. A thread that died lives by
   * its entry as long as its process does: that must not lock its own process out.
   */
  async #abandoned(registry: ProcessRegistry, identity: ProcessIdentity): Promise<readonly number[]> {
    const unknown = registry
      .list()
      .filter((entry) => isSameProcess(entry, identity) || lifeOf(entry, identity) === 'unknown')
    const found = await Promise.all(
      unknown.map(async ({ n, socket }) =>
        socket !== null && (await isAbandoned(socket, this.#options.clock)) ? [n] : [],
      ),
    )
    return found.flat()
  }
}
