import { mostRateStarts } from '../../core/job-terms.js'

/** The last starts under a rate, oldest first, as many as any rate may look at. */
export class RateLog {
  #starts: number[] = []
  /** Those before it are forgotten. */
  #from = 0

  note(at: number): void {
    this.#starts.push(at)
    if (this.#starts.length - this.#from > mostRateStarts) this.#from++
    this.#sweep()
  }

  /** From when on the next start is allowed; null for now. */
  freeAt(max: number, perMs: number, now: number): number | null {
    const size = this.#starts.length - this.#from
    if (size < max) return null
    const at = (this.#starts[this.#starts.length - max] ?? -Infinity) + perMs
    return at > now ? at : null
  }

  /** When the last start counts no longer; null when there is none. */
  overAt(perMs: number): number | null {
    const last = this.#starts.at(-1)
    return last === undefined ? null : last + perMs
  }

  /** Forgets what no longer counts, some at a time. The last `max` stay: with a longer time they count again. */
  forget(before: number, max: number): void {
    const last = this.#starts.length - max
    for (let n = 0; n < 16 && this.#from < last && (this.#starts[this.#from] ?? Infinity) <= before; n++)
      this.#from++
    this.#sweep()
  }

  #sweep(): void {
    if (this.#from < 64 || this.#from * 2 < this.#starts.length) return
    this.#starts = this.#starts.slice(this.#from)
    this.#from = 0
  }
}
