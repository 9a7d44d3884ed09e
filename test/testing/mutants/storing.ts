import type { StorageAdapter } from '../../../src/core/storage-adapter.js'

/** A storage with one thing wrong. */
export interface StorageMutant {
  readonly name: string
  readonly change: (storage: StorageAdapter) => Partial<StorageAdapter>
}

/** The storage with some of its methods replaced. */
export function mutateStorage(storage: StorageAdapter, change: StorageMutant['change']): StorageAdapter {
  return {
    get: (key) => storage.get(key),
    set: (key, value, ttlMs) => storage.set(key, value, ttlMs),
    delete: (key) => storage.delete(key),
    prune: async (limit) => (await storage.prune?.(limit)) ?? 0,
    deletePrefix: async (prefix, limit) => (await storage.deletePrefix?.(prefix, limit)) ?? 0,
    replace: async (...args) => (await storage.replace?.(...args)) ?? false,
    open: async (options) => storage.open?.(options),
    close: async () => storage.close?.(),
    ...change(storage),
  }
}

/** What can go wrong with a storage. */
export const storageMutants: readonly StorageMutant[] = [
  { name: 'keeps texts for ever', change: (storage) => ({ set: (key, value) => storage.set(key, value) }) },
  {
    name: 'keeps texts a millisecond too long',
    change: (storage) => ({
      set: (key, value, ttlMs) => storage.set(key, value, ttlMs === undefined ? undefined : ttlMs + 1),
    }),
  },
  {
    name: 'takes an empty text for none',
    change: (storage) => ({ get: async (key) => (await storage.get(key)) || undefined }),
  },
  {
    name: 'does not tell upper from lower case',
    change: (storage) => ({
      get: (key) => storage.get(key.toLowerCase()),
      set: (key, value, ttlMs) => storage.set(key.toLowerCase(), value, ttlMs),
    }),
  },
  {
    name: 'normalises keys',
    change: (storage) => ({
      get: (key) => storage.get(key.normalize()),
      set: (key, value, ttlMs) => storage.set(key.normalize(), value, ttlMs),
    }),
  },
  {
    name: 'keeps the first text of a key',
    change: (storage) => ({
      set: async (key, value, ttlMs) =>
        (await storage.get(key)) === undefined ? storage.set(key, value, ttlMs) : undefined,
    }),
  },
  { name: 'deletes nothing', change: () => ({ delete: () => Promise.resolve() }) },
  {
    name: 'cuts texts at a NUL',
    change: (storage) => ({
      set: (key, value, ttlMs) => storage.set(key, value.split('\u0000')[0] ?? '', ttlMs),
    }),
  },
  {
    name: 'replaces whatever stands there',
    change: (storage) => ({
      replace: async (key, _, value, ttlMs) => (await storage.set(key, value, ttlMs)) !== null,
    }),
  },
  {
    name: 'takes nothing for any text when it replaces',
    change: (storage) => ({
      replace: async (key, expected, value, ttlMs) =>
        (await storage.replace?.(key, expected ?? (await storage.get(key)), value, ttlMs)) ?? false,
    }),
  },
  {
    name: 'keeps for ever what it replaced',
    change: (storage) => ({
      replace: async (key, expected, value, ttlMs) => {
        const isKept = (await storage.replace?.(key, expected, value, ttlMs)) ?? false
        if (isKept) await storage.set(key, value)
        return isKept
      },
    }),
  },
  {
    name: 'looks first and replaces later',
    change: (storage) => ({
      async replace(key, expected, value, ttlMs) {
        if ((await storage.get(key)) !== expected) return false
        await storage.set(key, value, ttlMs)
        return true
      },
    }),
  },
  {
    name: 'prunes without a limit',
    change: (storage) => ({ prune: async () => (await storage.prune?.(1e6)) ?? 0 }),
  },
  {
    name: 'deletes by prefix without a limit',
    change: (storage) => ({
      deletePrefix: async (prefix) => (await storage.deletePrefix?.(prefix, 1e6)) ?? 0,
    }),
  },
  {
    name: 'deletes more than the prefix says',
    change: (storage) => ({
      deletePrefix: async (prefix, limit) => (await storage.deletePrefix?.(prefix.slice(0, -1), limit)) ?? 0,
    }),
  },
]
