import type { StorageAdapter } from '../core/storage-adapter.js'
import type { Sealer } from './sealer.js'

/** A storage whose texts are sealed; keys and times are not. */
export function sealedStorage(storage: StorageAdapter, sealer: Sealer): StorageAdapter {
  const replace = storage.replace?.bind(storage)
  const prune = storage.prune?.bind(storage)
  const deletePrefix = storage.deletePrefix?.bind(storage)
  const open = storage.open?.bind(storage)
  const close = storage.close?.bind(storage)
  return {
    async get(key) {
      const text = await storage.get(key)
      return typeof text === 'string' ? sealer.open(text, purposeOf(key)) : text
    },
    set: (key, value, ttlMs) => storage.set(key, sealer.seal(value, purposeOf(key)), ttlMs),
    delete: (key) => storage.delete(key),
    ...(replace && {
      async replace(key, expected, value, ttlMs) {
        // No two seals of a text are alike: it is the seal that is expected, once it is known to be of what was asked for.
        const seal = expected === undefined ? undefined : await storage.get(key)
        if (expected !== undefined && (seal === undefined || sealer.open(seal, purposeOf(key)) !== expected))
          return false
        return replace(key, seal, sealer.seal(value, purposeOf(key)), ttlMs)
      },
    }),
    ...(storage.isPrivate === undefined ? {} : { isPrivate: storage.isPrivate }),
    ...(prune && { prune }),
    ...(deletePrefix && { deletePrefix }),
    ...(open && { open }),
    ...(close && { close }),
  }
}

function purposeOf(key: string): string {
  return `storage ${key}`
}
