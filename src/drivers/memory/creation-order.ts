import { ArrivalOrder } from './arrival-order.js'
import type { Entry } from './entry.js'

/**
 * All jobs in the order of creation. Those that come from another store come in the order in which they are to run there: they
 * are put in their places when somebody looks, once for all that came.
 */
export class CreationOrder {
  #order = new ArrivalOrder<Entry>()
  #isSorted = true
  #places = 0

  /** The last place that was given or kept free. */
  get lastPlace(): number {
    return this.#places
  }

  nextPlace(): number {
    return ++this.#places
  }

  /** Keeps places free; the last one before them. */
  reserve(places: number): number {
    this.#places += places
    return this.#places - places
  }

  get oldest(): Entry | null {
    return this.#sorted().oldest
  }

  get newest(): Entry | null {
    return this.#sorted().newest
  }

  /** From one of them on to the oldest. */
  from(start: Entry | null): Iterable<Entry> {
    return this.#sorted().from(start)
  }

  add(entry: Entry): void {
    const { newest } = this.#order
    if (newest !== null && newest.sequence > entry.sequence) this.#isSorted = false
    this.#order.add(entry)
  }

  remove(entry: Entry): void {
    this.#order.remove(entry)
  }

  #sorted(): ArrivalOrder<Entry> {
    if (this.#isSorted) return this.#order
    const entries = [...this.#order.from(this.#order.newest)].sort((a, b) => a.sequence - b.sequence)
    this.#order = new ArrivalOrder()
    for (const entry of entries) {
      entry.newer = null
      this.#order.add(entry)
    }
    this.#isSorted = true
    return this.#order
  }
}
