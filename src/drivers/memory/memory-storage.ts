import { asObject, integerIn, onlyKeys } from '../../core/check.js'
import { type Clock, systemClock } from '../../core/clock.js'
import type { StorageAdapter } from '../../core/storage-adapter.js'
import { LruShelf } from './lru-shelf.js'

export interface MemoryStorageOptions {
  /** Of keys and texts, in UTF-8. What was not used for longest goes first. @default 268_435_456 */
  readonly maxBytes?: number
}

const defaultMaxBytes = 256 * 2 ** 20

/** A storage in this process: what was used longest ago goes when the bytes are used up. */
export function memoryStorage(options: MemoryStorageOptions = {}): StorageAdapter {
  const place = { path: '', code: 'CONFIG_INVALID' } as const
  onlyKeys(asObject(options, place), ['maxBytes'], place)
  const { maxBytes = defaultMaxBytes } = options
  const shelf = new LruShelf(integerIn(maxBytes, 1, Number.MAX_SAFE_INTEGER, { ...place, path: '/maxBytes' }))
  let clock: Clock = systemClock
  let opened = 0
  return {
    isPrivate: true,
    open: (given) => {
      opened++
      clock = given.clock ?? clock
      return Promise.resolve()
    },
    close: () => {
      if (--opened <= 0) clock = systemClock
      opened = Math.max(0, opened)
      return Promise.resolve()
    },
    get: (key) => Promise.resolve(shelf.get(key, clock.now())),
    set: (key, value, ttlMs, bytes) => {
      // In an executor, so that a text that is refused rejects and does not throw.
      return new Promise((resolve) => {
        const now = clock.now()
        resolve(shelf.set(key, value, now + (ttlMs ?? Infinity), now, bytes))
      })
    },
    delete: (key) => Promise.resolve(shelf.delete(key)),
    replace: (key, expected, value, ttlMs, bytes) => {
      return new Promise((resolve) => {
        const now = clock.now()
        resolve(shelf.replace(key, expected, value, now + ttlMs, now, bytes))
      })
    },
    prune: (limit) => Promise.resolve(shelf.prune(limit, clock.now())),
    deletePrefix: (prefix, limit) => Promise.resolve(shelf.deletePrefix(prefix, limit)),
  }
}
