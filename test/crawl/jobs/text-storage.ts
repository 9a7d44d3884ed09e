import type { StorageAdapter } from '../../../src/core/storage-adapter.js'

/** A storage that a test can look into, and break. */
export interface TextStorage extends StorageAdapter {
  readonly texts: Map<string, string>
  readonly ttls: Map<string, number | undefined>
  /** What every call rejects with from now on. */
  broken: Error | undefined
}

export function textStorage(): TextStorage {
  const texts = new Map<string, string>()
  const ttls = new Map<string, number | undefined>()
  const check = (): void => {
    if (storage.broken) throw storage.broken
  }
  const storage: TextStorage = {
    texts,
    ttls,
    broken: undefined,
    async get(key) {
      check()
      return Promise.resolve(texts.get(key))
    },
    async set(key, value, ttlMs) {
      check()
      texts.set(key, value)
      ttls.set(key, ttlMs)
      return Promise.resolve()
    },
    async delete(key) {
      check()
      return Promise.resolve(texts.delete(key))
    },
  }
  return storage
}
