import type { Clock } from '../core/clock.js'

/** What time it is for the store, whose clock decides: this host's time, corrected by what the newest reply said. */
export class StoreTime {
  readonly #clock: Clock
  #offset = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** A reply of the store carried its time. */
  observe(storeNow: number): void {
    this.#offset = storeNow - this.#clock.now()
  }

  now(): number {
    return this.#clock.now() + this.#offset
  }
}
