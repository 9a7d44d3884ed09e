/** What can stand in a heap: one at a time. */
export interface Due {
  dueAt: number
  /** -1 while it stands in no heap. */
  heapIndex: number
  readonly sequence: number
}

/**
 * Things by `dueAt`, the earliest on top, of equal ones the one made first. Each knows its index, so that one that is
 * settled or cancelled leaves at once: leases live 15 s and jobs 1 ms, and lazily deleted ones would pile up by the million.
 */
export class DueHeap<T extends Due> {
  readonly #entries: T[] = []

  get size(): number {
    return this.#entries.length
  }

  /** All of them, in no order; good until the next change. */
  values(): Iterable<T> {
    return this.#entries.values()
  }

  /** Those due by then, in no order, without a look at the others. */
  *dueBy(now: number, from = 0): Iterable<T> {
    const entry = this.#entries[from]
    if (entry === undefined || entry.dueAt > now) return
    yield entry
    yield* this.dueBy(now, 2 * from + 1)
    yield* this.dueBy(now, 2 * from + 2)
  }

  top(): T | undefined {
    return this.#entries[0]
  }

  add(entry: T, dueAt: number): void {
    entry.dueAt = dueAt
    this.#entries.push(entry)
    this.#rise(this.#entries.length - 1, entry)
  }

  remove(entry: T): void {
    const at = entry.heapIndex
    const last = this.#entries.pop()
    entry.heapIndex = -1
    if (last === undefined || last === entry) return
    this.#settle(at, last)
  }

  /** Gives a job that stands here another time. */
  move(entry: T, dueAt: number): void {
    entry.dueAt = dueAt
    this.#settle(entry.heapIndex, entry)
  }

  #settle(at: number, entry: T): void {
    const parent = this.#entries[(at - 1) >> 1]
    if (at > 0 && parent !== undefined && isBefore(entry, parent)) this.#rise(at, entry)
    else this.#sink(at, entry)
  }

  #rise(from: number, entry: T): void {
    let at = from
    while (at > 0) {
      const up = (at - 1) >> 1
      const parent = this.#entries[up]
      if (parent === undefined || !isBefore(entry, parent)) break
      this.#put(at, parent)
      at = up
    }
    this.#put(at, entry)
  }

  #sink(from: number, entry: T): void {
    const size = this.#entries.length
    let at = from
    for (;;) {
      let down = 2 * at + 1
      if (down >= size) break
      let child = this.#entries[down]
      const other = this.#entries[down + 1]
      if (child !== undefined && other !== undefined && isBefore(other, child)) {
        child = other
        down++
      }
      if (child === undefined || !isBefore(child, entry)) break
      this.#put(at, child)
      at = down
    }
    this.#put(at, entry)
  }

  #put(at: number, entry: T): void {
    this.#entries[at] = entry
    entry.heapIndex = at
  }
}

function isBefore(a: Due, b: Due): boolean {
  return a.dueAt < b.dueAt || (a.dueAt === b.dueAt && a.sequence < b.sequence)
}
