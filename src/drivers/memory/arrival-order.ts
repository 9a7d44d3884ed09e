/** What can be linked: each thing stands in one order at a time. */
export interface Linked<T> {
  older: T | null
  newer: T | null
}

/** Things in the order in which they were added, linked through the things themselves: any of them leaves in one step. */
export class ArrivalOrder<T extends Linked<T>> {
  #oldest: T | null = null
  #newest: T | null = null

  get oldest(): T | null {
    return this.#oldest
  }

  get newest(): T | null {
    return this.#newest
  }

  /** From one of them on to the oldest. */
  *from(start: T | null): Iterable<T> {
    for (let thing = start; thing !== null; thing = thing.older) yield thing
  }

  add(thing: T): void {
    thing.older = this.#newest
    if (this.#newest === null) this.#oldest = thing
    else this.#newest.newer = thing
    this.#newest = thing
  }

  remove(thing: T): void {
    if (thing.newer === null) this.#newest = thing.older
    else thing.newer.older = thing.older
    if (thing.older === null) this.#oldest = thing.newer
    else thing.older.newer = thing.newer
    thing.older = null
    thing.newer = null
  }
}
