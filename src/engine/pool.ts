/** The workers of one instance: `count` lanes of `slots` jobs each. Counts who is busy, and nothing else. */
export class Pool {
  readonly #busy: number[]
  readonly #slots: number
  #total = 0

  constructor(count: number, slotsEach: number) {
    this.#busy = Array.from({ length: count }, () => 0)
    this.#slots = slotsEach
  }

  get workers(): number {
    return this.#busy.length
  }

  get slots(): number {
    return this.#busy.length * this.#slots
  }

  get busy(): number {
    return this.#total
  }

  /** The lanes of the next `most` free slots, the least busy first; nothing is taken yet. */
  free(most: number): readonly number[] {
    const wanted = Math.min(most, this.slots - this.#total)
    const lanes: number[] = []
    for (let level = 0; lanes.length < wanted && level < this.#slots; level++) {
      for (let lane = 0; lane < this.#busy.length && lanes.length < wanted; lane++) {
        if ((this.#busy[lane] ?? 0) <= level) lanes.push(lane)
      }
    }
    return lanes
  }

  take(lane: number): void {
    this.#busy[lane] = (this.#busy[lane] ?? 0) + 1
    this.#total++
  }

  give(lane: number): void {
    this.#busy[lane] = (this.#busy[lane] ?? 0) - 1
    this.#total--
  }
}
