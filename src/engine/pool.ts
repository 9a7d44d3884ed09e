/** The workers of one instance: `count` lanes of `slots` jobs each. Counts who is busy or set aside, and nothing else. */
export class Pool {
  readonly #busy: number[]
  readonly #reserved: number[]
  readonly #slots: number
  #total = 0
  #totalReserved = 0

  constructor(count: number, slotsEach: number) {
    this.#busy = Array.from({ length: count }, () => 0)
    this.#reserved = [...this.#busy]
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

  get freeSlots(): number {
    return this.slots - this.#total - this.#totalReserved
  }

  /** The lanes of the next `most` free slots, the least busy first; nothing is set aside yet. */
  free(most: number): readonly number[] {
    const wanted = Math.min(most, this.freeSlots)
    const lanes: number[] = []
    for (let level = 0; lanes.length < wanted && level < this.#slots; level++) {
      for (let lane = 0; lane < this.#busy.length && lanes.length < wanted; lane++) {
        if ((this.#busy[lane] ?? 0) + (this.#reserved[lane] ?? 0) <= level) lanes.push(lane)
      }
    }
    return lanes
  }

  /** Sets free slots aside for jobs that are asked for, until they are released. */
  reserve(most: number): readonly number[] {
    const lanes = this.free(most)
    for (const lane of lanes) this.#reserved[lane] = (this.#reserved[lane] ?? 0) + 1
    this.#totalReserved += lanes.length
    return lanes
  }

  release(lanes: readonly number[]): void {
    for (const lane of lanes) this.#reserved[lane] = (this.#reserved[lane] ?? 0) - 1
    this.#totalReserved -= lanes.length
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
