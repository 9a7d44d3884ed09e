import type { StorageAdapter, StorageOpenOptions } from '../../core/storage-adapter.js'
import { HostClient } from './host-client.js'
import type { ShelfName } from './protocol.js'
import type { ResolvedSqliteOptions } from './sqlite-options.js'

/** The texts of one shelf of a file. What is over is not read any more, and stays in the file until it is pruned. */
export class Shelf implements StorageAdapter {
  readonly #client: HostClient
  readonly #name: ShelfName

  constructor(options: ResolvedSqliteOptions, name: ShelfName) {
    this.#client = new HostClient(options)
    this.#name = name
  }

  open(options: StorageOpenOptions): Promise<void> {
    return this.#client.open(options)
  }

  close(): Promise<void> {
    return this.#client.close()
  }

  async get(key: string): Promise<string | undefined> {
    return (await this.#client.call('readText', this.#name, key)) ?? undefined
  }

  set(key: string, value: string, ttlMs = Infinity): Promise<void> {
    if (ttlMs <= 0) return this.delete(key)
    const ttl = ttlMs <= foreverMs ? ttlMs : null
    return this.#client.call('keepText', this.#name, key, value, ttl)
  }

  delete(key: string): Promise<void> {
    return this.#client.call('removeText', this.#name, key)
  }

  replace(key: string, expected: string | undefined, value: string, ttlMs: number): Promise<boolean> {
    const ttl = Math.min(ttlMs, foreverMs)
    return this.#client.call('replaceText', this.#name, key, expected ?? null, value, ttl)
  }

  prune(limit: number): Promise<number> {
    return this.#client.call('removeOverdueTexts', this.#name, limit)
  }

  deletePrefix(prefix: string, limit: number): Promise<number> {
    return this.#client.call('removeTextsBelow', this.#name, prefix, limit)
  }
}

// -------------------------------------------------------------------------------------------------------------------

/** Some 30,000 years, which can still be added to a time. */
const foreverMs = 1e15
