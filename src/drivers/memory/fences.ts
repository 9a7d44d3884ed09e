import type { Entry } from './entry.js'

/** Hands out fences: for one job they only grow, also when it is removed and its id comes back under a clock set back. */
export class Fences {
  #floor = 0
  #last = 0
  #text = '0'

  /** A new fence for a claim: max(previous + 1, the time in microseconds). */
  grant(entry: Entry, now: number): void {
    this.#give(entry, Math.max(Math.max(entry.fence, this.#floor) + 1, Math.floor(now * 1000)))
  }

  /** Ends the right of whoever has the present one. */
  revoke(entry: Entry): void {
    this.#give(entry, entry.fence + 1)
  }

  /** The job is removed. */
  retire(entry: Entry): void {
    if (entry.fence > this.#floor) this.#floor = entry.fence
  }

  /** All claims of one ms have the same number: its text is made once, which saves a tenth of a claim's cost. */
  #give(entry: Entry, fence: number): void {
    if (fence !== this.#last) {
      this.#last = fence
      this.#text = String(fence)
    }
    entry.fence = fence
    entry.fenceText = this.#text
  }
}
