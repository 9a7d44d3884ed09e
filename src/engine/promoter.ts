import type { Clock } from '../core/clock.js'
import type { Random } from '../core/random.js'

export interface PromoterOptions {
  readonly clock: Clock
  readonly random: Random
  /** Spread over this long, so that the processes of a fleet do not all come at the same ms. */
  readonly jitterMs: number
  readonly look: () => void
}

/** Wakes the cycle when something falls due: a delayed job, a retry, a lease. The promotion itself is part of the cycle. */
export class Promoter {
  readonly #options: PromoterOptions
  #cancel: (() => void) | undefined
  #dueAt = Number.POSITIVE_INFINITY

  constructor(options: PromoterOptions) {
    this.#options = options
  }

  /**
   * What a reply of the store says; both times are the store's. One of a cycle that was not alone may be older than what is
   * known: it can bring the next look forward, never put it off, and a look too many corrects itself.
   */
  expect(dueAt: number | null, now: number, isAlone = true): void {
    const next = dueAt ?? Number.POSITIVE_INFINITY
    if (next === this.#dueAt && this.#cancel) return
    if (!isAlone && next > this.#dueAt) return
    this.stop()
    if (dueAt === null) return
    this.#dueAt = dueAt
    const wait = Math.max(0, dueAt - now) + this.#options.random() * this.#options.jitterMs
    this.#cancel = this.#options.clock.after(Math.ceil(wait), () => {
      this.stop()
      this.#options.look()
    })
  }

  stop(): void {
    this.#cancel?.()
    this.#cancel = undefined
    this.#dueAt = Number.POSITIVE_INFINITY
  }
}
