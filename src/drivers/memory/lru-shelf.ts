import { RiptideError } from '../../core/errors.js'
import { ArrivalOrder } from './arrival-order.js'
import { DueHeap } from './due-heap.js'

interface Item {
  readonly key: string
  readonly value: string
  readonly bytes: number
  readonly sequence: number
  /** When its time is over, in ms. */
  dueAt: number
  heapIndex: number
  older: Item | null
  newer: Item | null
}

/** Texts by key, within so many bytes: what was used longest ago makes room. `now` is an argument of all that depends on it. */
export class LruShelf {
  readonly #maxBytes: number
  readonly #items = new Map<string, Item>()
  /** A list of its own: the first key of a Map that loses its first keys all the time is found by walking over the gaps. */
  readonly #byUse = new ArrivalOrder<Item>()
  readonly #ending = new DueHeap<Item>()
  #bytes = 0
  #sequence = 0

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  get bytes(): number {
    return this.#bytes
  }

  get size(): number {
    return this.#items.size
  }

  get(key: string, now: number): string | undefined {
    const item = this.#items.get(key)
    if (item === undefined || item.dueAt <= now) return undefined
    this.#byUse.remove(item)
    this.#byUse.add(item)
    return item.value
  }

  /**
   * Keeps a text until the time given, which may be Infinity; STORE_FULL when it is larger than the whole shelf. `valueBytes` are those
   * of the text, where they were counted already.
   */
  set(
    key: string,
    value: string,
    until: number,
    now: number,
    valueBytes = Buffer.byteLength(value),
  ): boolean {
    const bytes = Buffer.byteLength(key) + valueBytes
    if (bytes > this.#maxBytes) throw tooLarge(bytes, this.#maxBytes)
    this.delete(key)
    this.#makeRoom(bytes, now)
    const sequence = ++this.#sequence
    const item: Item = { key, value, bytes, sequence, dueAt: until, heapIndex: -1, older: null, newer: null }
    this.#items.set(key, item)
    this.#byUse.add(item)
    this.#bytes += bytes
    if (until !== Infinity) this.#ending.add(item, until)
    return true
  }

  /** Keeps a text where exactly `expected` stands, or nothing if that is undefined; false where something else does. */
  replace(
    key: string,
    expected: string | undefined,
    value: string,
    until: number,
    now: number,
    valueBytes?: number,
  ): boolean {
    const item = this.#items.get(key)
    const standing = item === undefined || item.dueAt <= now ? undefined : item.value
    return standing === expected && this.set(key, value, until, now, valueBytes)
  }

  delete(key: string): boolean {
    const item = this.#items.get(key)
    if (item !== undefined) this.#remove(item)
    return item !== undefined
  }

  /** Removes what is over, the earliest first. */
  prune(limit: number, now: number): number {
    let removed = 0
    for (
      let item = this.#firstOver(now);
      item !== undefined && removed < limit;
      item = this.#firstOver(now)
    ) {
      this.#remove(item)
      removed++
    }
    return removed
  }

  deletePrefix(prefix: string, limit: number): number {
    let removed = 0
    for (const [key, item] of this.#items) {
      if (removed >= limit) break
      if (!key.startsWith(prefix)) continue
      this.#remove(item)
      removed++
    }
    return removed
  }

  #firstOver(now: number): Item | undefined {
    const item = this.#ending.top()
    return item !== undefined && item.dueAt <= now ? item : undefined
  }

  /** What is over goes before what could still be read. */
  #makeRoom(bytes: number, now: number): void {
    while (this.#bytes + bytes > this.#maxBytes) {
      const item = this.#firstOver(now) ?? this.#byUse.oldest
      if (item === null) return
      this.#remove(item)
    }
  }

  #remove(item: Item): void {
    this.#items.delete(item.key)
    this.#byUse.remove(item)
    this.#bytes -= item.bytes
    if (item.heapIndex >= 0) this.#ending.remove(item)
  }
}

function tooLarge(bytes: number, maxBytes: number): RiptideError {
  const text = `a text of ${bytes} bytes does not fit into a memory storage of ${maxBytes}; raise maxBytes or give another storage`
  return new RiptideError('STORE_FULL', text, { facts: { bytes, maxBytes } })
}
