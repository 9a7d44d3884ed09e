import type { QueueAdapter } from '../core/queue-adapter.js'
import type { StorageAdapter } from '../core/storage-adapter.js'
import { sealedQueue } from './sealed-queue.js'
import { sealedStorage } from './sealed-storage.js'
import { type SealKey, Sealer } from './sealer.js'

/** The part of a service's settings that says where it stores what. */
export interface Stores {
  readonly queue: QueueAdapter
  readonly storage: StorageAdapter
  /** The storage is not the queue's own. */
  readonly foreignStorage: boolean
  readonly encryption: readonly SealKey[] | undefined
}

/** The same settings with stores that seal what they are given, where there are keys. */
export function sealStores<S extends Stores>(options: S): S {
  const { queue, storage, foreignStorage, encryption } = options
  if (encryption === undefined) return options
  const sealed = sealedQueue(queue, encryption)
  const shelf = foreignStorage ? sealedStorage(storage, new Sealer(encryption)) : sealed.storage
  return { ...options, queue: sealed, storage: shelf }
}
