export interface PoolOptions {
  /** Lanes that there are at most. @default as many as work from the start */
  readonly most?: number
  /** Slots of each aside. */
  readonly asides?: readonly number[]
}

/**
 * The workers of one instance: lanes that run `slots` jobs each, and may hold `prefetch` more that wait for a slot. So many of
 * them work as it was last told; a lane that works no more runs on what it holds. Behind them stands a lane for each aside,
 * which is no worker. Counts who runs, is held or is set aside, and nothing else.
 */
export class Pool {
  readonly #running: number[]
  readonly #held: number[]
  readonly #reserved: number[]
  /** Of each lane. */
  readonly #slots: readonly number[]
  readonly #slotsEach: number
  readonly #placesEach: number
  /** Workers, whether they work or not: lanes from here on are asides. */
  readonly #most: number
  #workers: number
  /** Of workers. */
  #totalRunning = 0
  /** Of the workers that work. */
  #totalHeld = 0
  #totalReserved = 0
  /** Of asides. */
  #heldAside = 0
  readonly #slotsAside: number
  #peak = 0

  constructor(
    count: number,
    slotsEach: number,
    prefetchEach = 0,
    { most = count, asides = [] }: PoolOptions = {},
  ) {
    this.#workers = count
    this.#most = most
    this.#slotsEach = slotsEach
    this.#placesEach = slotsEach + prefetchEach
    this.#slots = [...Array.from({ length: most }, () => slotsEach), ...asides]
    this.#slotsAside = asides.reduce((sum, slots) => sum + slots, 0)
    this.#running = this.#slots.map(() => 0)
    this.#held = [...this.#running]
    this.#reserved = [...this.#running]
  }

  get workers(): number {
    return this.#workers
  }

  get slots(): number {
    return this.#workers * this.#slotsEach
  }

  /** Jobs that workers run. */
  get busy(): number {
    return this.#totalRunning
  }

  /** Jobs that workers may hold at once. */
  get places(): number {
    return this.#workers * this.#placesEach
  }

  /** A job is held at every place, those of asides too. What is merely set aside may come back empty. */
  get isFull(): boolean {
    return this.#totalHeld >= this.places && this.#heldAside >= this.#slotsAside
  }

  /** Places of workers that are neither held nor set aside. */
  get room(): number {
    return this.places - this.#totalHeld - this.#totalReserved
  }

  /** Most jobs that workers ran at once since this was last asked. */
  takePeak(): number {
    const peak = this.#peak
    this.#peak = this.#totalRunning
    return peak
  }

  /** So many of the lanes work from now on. */
  resize(workers: number): void {
    this.#workers = workers
    this.#totalHeld = sumOf(this.#held.slice(0, workers))
    this.#totalReserved = sumOf(this.#reserved.slice(0, workers))
  }

  /** The lanes of the next `most` free places, the least burdened first; nothing is set aside yet. */
  free(most: number): readonly number[] {
    const wanted = Math.min(most, this.room)
    const lanes: number[] = []
    for (let level = 0; lanes.length < wanted && level < this.#placesEach; level++) {
      for (let lane = 0; lane < this.#workers && lanes.length < wanted; lane++) {
        if ((this.#held[lane] ?? 0) + (this.#reserved[lane] ?? 0) <= level) lanes.push(lane)
      }
    }
    return lanes
  }

  /** Sets free places of workers aside for jobs that are asked for, until they are released. */
  reserve(most: number): readonly number[] {
    const lanes = this.free(most)
    for (const lane of lanes) this.#reserved[lane] = (this.#reserved[lane] ?? 0) + 1
    this.#totalReserved += lanes.length
    return lanes
  }

  /** The same with the slots of an aside. */
  reserveAside(aside: number, most: number): readonly number[] {
    const lane = this.#most + aside
    const free = (this.#slots[lane] ?? 0) - (this.#held[lane] ?? 0) - (this.#reserved[lane] ?? 0)
    const lanes = Array.from({ length: Math.max(0, Math.min(most, free)) }, () => lane)
    this.#reserved[lane] = (this.#reserved[lane] ?? 0) + lanes.length
    return lanes
  }

  release(lanes: readonly number[]): void {
    for (const lane of lanes) {
      this.#reserved[lane] = (this.#reserved[lane] ?? 0) - 1
      if (lane < this.#workers) this.#totalReserved--
    }
  }

  /** A job has come. */
  take(lane: number): void {
    this.#held[lane] = (this.#held[lane] ?? 0) + 1
    this.#count(lane, 1)
  }

  /** A job has gone. */
  give(lane: number): void {
    this.#held[lane] = (this.#held[lane] ?? 0) - 1
    this.#count(lane, -1)
  }

  /** Jobs of a lane that are held and do not run. */
  waiting(lane: number): number {
    return (this.#held[lane] ?? 0) - (this.#running[lane] ?? 0)
  }

  /** Gives a held job a slot; false when none is free. */
  begin(lane: number): boolean {
    const running = this.#running[lane] ?? 0
    if (running >= (this.#slots[lane] ?? 0)) return false
    this.#running[lane] = running + 1
    if (lane < this.#most && ++this.#totalRunning > this.#peak) this.#peak = this.#totalRunning
    return true
  }

  /** A job that ran gives its slot back, and is still held. */
  end(lane: number): void {
    this.#running[lane] = (this.#running[lane] ?? 0) - 1
    if (lane < this.#most) this.#totalRunning--
  }

  #count(lane: number, change: 1 | -1): void {
    if (lane < this.#workers) this.#totalHeld += change
    else if (lane >= this.#most) this.#heldAside += change
  }
}

function sumOf(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0)
}
