import { bucketOf, merge, quantile } from '../core/histogram.js'

type Slice = Record<number, number>

/** How long jobs waited before they were claimed, of the last few turns only. */
export class RecentWaits {
  readonly #turns: number
  #slices: Slice[] = [{}]

  /** So many turns count, the one that is under way among them. */
  constructor(turns: number) {
    this.#turns = turns
  }

  observe(ms: number): void {
    const slice = this.#slices[0]
    if (!slice) return
    const bucket = bucketOf(ms)
    slice[bucket] = (slice[bucket] ?? 0) + 1
  }

  /** A new turn begins, and the oldest is forgotten. */
  turn(): void {
    this.#slices = [{}, ...this.#slices.slice(0, this.#turns - 1)]
  }

  forget(): void {
    this.#slices = [{}]
  }

  /** Null when nothing was counted. */
  get p95(): number | null {
    const all = merge(this.#slices)
    return Object.keys(all).length === 0 ? null : quantile(all, 0.95)
  }
}
