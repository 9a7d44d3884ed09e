import type { Clock } from '../../core/clock.js'
import { RiptideError } from '../../core/errors.js'
import type { StorageAdapter, StorageOpenOptions } from '../../core/storage-adapter.js'
import type { Link } from './link.js'
import { storageScripts } from './storage-scripts.js'

/** The letters of the shelves of a namespace: what belongs to its queue, and what an app keeps there beside it. */
export const shelves = { queue: 't', app: 'u' } as const

/**
 * Texts under keys, with an index of the keys in the order of their bytes and one of their ends. Redis lets each text go
 * by itself when its time is over. The index is what `deletePrefix` walks: SCAN would look at every key on the server,
 * those of other people too, however few of them are ours.
 */
export class Shelf implements StorageAdapter {
  readonly #link: Link
  /** `{namespace}:t`: all keys begin so, and lie on one node of a cluster. */
  readonly #place: string
  #clock: Clock | undefined
  #opened = 0

  constructor(link: Link, prefix: string, letter: 't' | 'u') {
    this.#link = link
    this.#place = prefix + letter
  }

  async open(options: StorageOpenOptions): Promise<void> {
    await this.#link.open(options)
    this.#opened++
    this.#clock = options.clock ?? this.#clock
  }

  /** The last one to leave takes the clock of the tests along. */
  async close(): Promise<void> {
    if (this.#opened === 0) return
    this.#opened--
    if (this.#opened === 0) this.#clock = undefined
    await this.#link.close()
  }

  async get(key: string): Promise<string | undefined> {
    const text = await this.#link.run(storageScripts.get, this.#place, [this.#time(), wordIn(key)])
    return typeof text === 'string' ? text : undefined
  }

  async set(key: string, value: string, ttlMs = Infinity): Promise<void> {
    checkSize(value)
    if (ttlMs <= 0) return this.delete(key)
    const ttl = ttlMs <= foreverMs ? Math.ceil(ttlMs) : ''
    await this.#link.run(storageScripts.set, this.#place, [this.#time(), wordIn(key), value, ttl])
  }

  async delete(key: string): Promise<void> {
    await this.#link.run(storageScripts.delete, this.#place, [this.#time(), wordIn(key)])
  }

  async replace(key: string, expected: string | undefined, value: string, ttlMs: number): Promise<boolean> {
    checkSize(value)
    const condition = expected === undefined ? ['', ''] : ['1', expected]
    const args = [this.#time(), wordIn(key), value, Math.ceil(Math.min(ttlMs, foreverMs)), ...condition]
    return (await this.#link.run(storageScripts.replace, this.#place, args)) === 'kept'
  }

  async prune(limit: number): Promise<number> {
    return Number(await this.#link.run(storageScripts.prune, this.#place, [this.#time(), limit]))
  }

  async deletePrefix(prefix: string, limit: number): Promise<number> {
    const args = [this.#time(), wordIn(prefix), limit]
    return Number(await this.#link.run(storageScripts.deletePrefix, this.#place, args))
  }

  #time(): string {
    return this.#clock === undefined ? '' : `${this.#clock.now()}`
  }
}

// -------------------------------------------------------------------------------------------------------------------

/** Some 30,000 years, which Redis can still add to its time. */
const foreverMs = 1e15
/** Redis closes the connection on a longer text, and would take along what is on its way there. */
const mostBytes = 2 ** 29

function checkSize(text: string): void {
  if (text.length <= mostBytes / 3) return
  const bytes = Buffer.byteLength(text)
  if (bytes <= mostBytes) return
  throw new RiptideError(
    'STORE_FULL',
    `Redis keeps texts of at most ${mostBytes} bytes; this one has ${bytes}`,
  )
}

/** A key as UTF-8 can carry it: lone surrogates would all become the same sign. */
function wordIn(key: string): string {
  return key.replace(/[%\p{Cs}]/gu, (sign) => `%${sign.charCodeAt(0).toString(16)}`)
}
