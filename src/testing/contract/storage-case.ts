import { RiptideError } from '../../core/errors.js'
import { silentLogger } from '../../core/logger.js'
import type { StorageAdapter } from '../../core/storage-adapter.js'
import { FakeClock } from '../fake-clock.js'

/** The storage that the contract is run over. */
export interface StorageSubject {
  /** A storage of its own, empty and not yet opened. */
  create(): StorageAdapter | Promise<StorageAdapter>
}

/** One thing that every storage does; a test runner makes one test of it. */
export interface StorageContractCase {
  /** A sentence, unique in the contract. */
  readonly name: string
  /** The guarantees it stands for. */
  readonly invariants: readonly string[]
  /** The methods that a storage may lack; a runner skips the case for one that does. `open` is what takes a test's clock. */
  readonly needs: readonly OptionalMethod[]
  /** Rejects when the storage does not do it. */
  run(subject: StorageSubject): Promise<void>
}

export type OptionalMethod = 'open' | 'prune' | 'deletePrefix' | 'replace'

/** What a case plays with: an opened storage on a clock that it moves. */
export interface Shelf {
  readonly storage: StorageAdapter
  readonly clock: FakeClock
  /** Another storage, empty and opened. */
  readonly another: () => Promise<StorageAdapter>
  readonly prune: (limit: number) => Promise<number>
  readonly deletePrefix: (prefix: string, limit: number) => Promise<number>
  readonly replace: Required<StorageAdapter>['replace']
}

export function storageCase(
  name: string,
  invariants: readonly string[],
  play: (shelf: Shelf) => Promise<void>,
  needs: readonly OptionalMethod[] = [],
): StorageContractCase {
  return { name, invariants, needs, run: (subject) => perform(subject, play) }
}

// -------------------------------------------------------------------------------------------------------------------

async function perform(subject: StorageSubject, play: (shelf: Shelf) => Promise<void>): Promise<void> {
  const clock = new FakeClock()
  const opened: StorageAdapter[] = []
  const another = async (): Promise<StorageAdapter> => {
    const storage = await subject.create()
    await storage.open?.({ logger: silentLogger, clock })
    opened.push(storage)
    return storage
  }
  try {
    const storage = await another()
    const prune = async (limit: number): Promise<number> => (await storage.prune?.(limit)) ?? lacking('prune')
    const deletePrefix = async (prefix: string, limit: number): Promise<number> =>
      (await storage.deletePrefix?.(prefix, limit)) ?? lacking('deletePrefix')
    const replace: Shelf['replace'] = async (...args) =>
      (await storage.replace?.(...args)) ?? lacking('replace')
    await play({ storage, clock, another, prune, deletePrefix, replace })
  } finally {
    for (const storage of opened.reverse()) await storage.close?.()
  }
}

function lacking(method: OptionalMethod): never {
  throw new RiptideError('NOT_SUPPORTED', `this case needs a storage with ${method}`)
}
