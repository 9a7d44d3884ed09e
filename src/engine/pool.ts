/**
 * The workers of one instance: `count` lanes that run `slots` jobs each, and may hold `prefetch` more that wait for a slot.
 * Counts who runs, is held or is set aside, and nothing else.
 */
export class Pool {
  readonly #running: number[]
  readonly #held: number[]
  readonly #reserved: number[]
  readonly #slots: number
  readonly #places: number
  #totalRunning = 0
  #totalHeld = 0
  #totalReserved = 0

  constructor(count: number, slotsEach: number, prefetchEach = 0) {
    this.#running = Array.from({ length: count }, () => 0)
    this.#held = [...this.#running]
    this.#reserved = [...this.#running]
    this.#slots = slotsEach
    this.#places = slotsEach + prefetchEach
  }

  get workers(): number {
    return this.#running.length
  }

  get slots(): number {
    return this.workers * this.#slots
  }

  /** Jobs that run. */
  get busy(): number {
    return this.#totalRunning
  }

  /** Jobs that may be held at once. */
  get places(): number {
    return this.workers * this.#places
  }

  /** A job is held at every place. What is merely set aside may come back empty. */
  get isFull(): boolean {
    return this.#totalHeld >= this.places
  }

  /** Places that are neither held nor set aside. */
  get room(): number {
    return this.places - this.#totalHeld - this.#totalReserved
  }

  /** The lanes of the next `most` free places, the least burdened first; nothing is set aside yet. */
  free(most: number): readonly number[] {
    const wanted = Math.min(most, this.room)
    const lanes: number[] = []
    for (let level = 0; lanes.length < wanted && level < this.#places; level++) {
      for (let lane = 0; lane < this.workers && lanes.length < wanted; lane++) {
        if ((this.#held[lane] ?? 0) + (this.#reserved[lane] ?? 0) <= level) lanes.push(lane)
      }
    }
    return lanes
  }

  /** Sets free places aside for jobs that are asked for, until they are released. */
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

  /** A job has come. */
  take(lane: number): void {
    this.#held[lane] = (this.#held[lane] ?? 0) + 1
    this.#totalHeld++
  }

  /** A job has gone. */
  give(lane: number): void {
    this.#held[lane] = (this.#held[lane] ?? 0) - 1
    this.#totalHeld--
  }

  /** Jobs of a worker that are held and do not run. */
  waiting(lane: number): number {
    return (this.#held[lane] ?? 0) - (this.#running[lane] ?? 0)
  }

  /** Gives a held job a slot; false when none is free. */
  begin(lane: number): boolean {
    const running = this.#running[lane] ?? 0
    if (running >= this.#slots) return false
    this.#running[lane] = running + 1
    this.#totalRunning++
    return true
  }

  /** A job that ran gives its slot back, and is still held. */
  end(lane: number): void {
    this.#running[lane] = (this.#running[lane] ?? 0) - 1
    this.#totalRunning--
  }
}
