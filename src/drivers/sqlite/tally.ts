import { bucketOf } from '../../core/histogram.js'
import type { StateCounts, TypeTotals } from '../../core/queue-adapter.js'

/** By how much a step changes the counters of one type. */
export class Tally {
  readonly #states = new Map<keyof StateCounts, number>()
  readonly #totals = new Map<keyof TypeTotals, number>()
  readonly #runs = new Map<number, number>()
  readonly #waits = new Map<number, number>()
  /** Jobs that became ready, and were not claimed in the same step. */
  gained = 0

  state(name: keyof StateCounts, by: number): void {
    add(this.#states, name, by)
  }

  /** By how much a state has been changed so far. */
  changeOf(name: keyof StateCounts): number {
    return this.#states.get(name) ?? 0
  }

  total(name: keyof TypeTotals, by: number): void {
    add(this.#totals, name, by)
  }

  /** A run of so many ms ended. */
  run(ms: number): void {
    add(this.#totals, 'totalRunMs', ms)
    add(this.#runs, bucketOf(ms), 1)
  }

  /** A job was claimed that had been ready for so long. */
  wait(ms: number): void {
    add(this.#waits, bucketOf(ms), 1)
  }

  /** Each counter that changes, by its name without the type. */
  *changes(): Iterable<readonly [name: string, by: number]> {
    for (const [name, by] of this.#states) if (by !== 0) yield [`is-${name}`, by]
    for (const [name, by] of this.#totals) if (by !== 0) yield [`total-${name}`, by]
    for (const [bucket, by] of this.#runs) yield [`run-${bucket}`, by]
    for (const [bucket, by] of this.#waits) yield [`wait-${bucket}`, by]
  }
}

// -------------------------------------------------------------------------------------------------------------------

function add<K>(counts: Map<K, number>, key: K, by: number): void {
  counts.set(key, (counts.get(key) ?? 0) + by)
}
