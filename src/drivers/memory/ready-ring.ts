import type { Entry } from './entry.js'

const smallest = 16

/**
 * The ready jobs of one type and class, in the order of their tickets: a ring, because an array that is shifted costs its
 * whole length. A job that leaves by another way than the head (a cancel) only gives up its ticket; its slot is passed over
 * later, and all such slots are swept when they are more than the live ones, so that they cannot keep memory.
 */
export class ReadyRing {
  #entries: (Entry | undefined)[] = new Array<Entry | undefined>(smallest).fill(undefined)
  #tickets: number[] = new Array<number>(smallest).fill(0)
  /** The latest `readyAt` that was appended in its order; see the ready lists. */
  latestReadyAt = -Infinity
  #start = 0
  #used = 0
  #live = 0

  get size(): number {
    return this.#live
  }

  /** Slots in use, those of dropped jobs included. */
  get slots(): number {
    return this.#used
  }

  /** Adds a job whose ticket is later than all others here. */
  push(entry: Entry): void {
    if (this.#used === this.#entries.length) this.#resize(this.#used * 2)
    this.#put(this.#used++, entry, entry.ticket)
    this.#live++
  }

  /** Adds a job where its ticket belongs, which is at or near the front. */
  pushInFront(entry: Entry): void {
    if (this.#used === this.#entries.length) this.#resize(this.#used * 2)
    this.#start = (this.#start - 1) & this.#mask
    this.#used++
    this.#live++
    let at = 0
    for (; at + 1 < this.#used; at++) {
      const next = this.#slot(at + 1)
      const ticket = this.#tickets[next] ?? 0
      if (ticket > entry.ticket) break
      this.#put(at, this.#entries[next], ticket)
    }
    this.#put(at, entry, entry.ticket)
  }

  /** The first job, which stays. */
  head(): Entry | undefined {
    while (this.#used > 0) {
      const entry = this.#entries[this.#start]
      if (entry !== undefined && entry.ticket === this.#tickets[this.#start]) return entry
      this.#dropHead()
    }
    return undefined
  }

  /** Takes the first job away. It keeps its ticket. */
  shift(): Entry | undefined {
    const entry = this.head()
    if (entry === undefined) return undefined
    this.#dropHead()
    this.#live--
    if (this.#entries.length > smallest && this.#used * 4 < this.#entries.length)
      this.#resize(this.#entries.length / 2)
    return entry
  }

  /** Lets go of a job that is somewhere in the ring. */
  drop(entry: Entry): void {
    entry.ticket = 0
    this.#live--
    if (this.#used > 2 * this.#live + smallest) this.#sweep()
  }

  /** The jobs with a later ticket, in their order; good until the next change. */
  *behind(ticket: number): Generator<Entry, void, undefined> {
    let low = 0
    for (let high = this.#used; low < high;) {
      const middle = (low + high) >> 1
      if ((this.#tickets[this.#slot(middle)] ?? 0) <= ticket) low = middle + 1
      else high = middle
    }
    for (let at = low; at < this.#used; at++) {
      const slot = this.#slot(at)
      const entry = this.#entries[slot]
      if (entry !== undefined && entry.ticket === this.#tickets[slot]) yield entry
    }
  }

  /** The earliest `readyAt` among the jobs handed back, which stand in front, and the first of the others. */
  oldestReadyAt(): number | null {
    let oldest: number | null = null
    for (let at = 0; at < this.#used; at++) {
      const slot = this.#slot(at)
      const entry = this.#entries[slot]
      if (entry === undefined || entry.ticket !== this.#tickets[slot]) continue
      if (oldest === null || entry.readyAt < oldest) oldest = entry.readyAt
      if (entry.ticket > 0) break
    }
    return oldest
  }

  get #mask(): number {
    return this.#entries.length - 1
  }

  #slot(at: number): number {
    return (this.#start + at) & this.#mask
  }

  #put(at: number, entry: Entry | undefined, ticket: number): void {
    const slot = this.#slot(at)
    this.#entries[slot] = entry
    this.#tickets[slot] = ticket
  }

  #dropHead(): void {
    this.#entries[this.#start] = undefined
    this.#start = (this.#start + 1) & this.#mask
    this.#used--
  }

  #sweep(): void {
    const size = this.#live * 2
    let capacity = smallest
    while (capacity < size) capacity *= 2
    this.#resize(capacity)
  }

  /** `capacity` is a power of two and has room for every live job. */
  #resize(capacity: number): void {
    const entries = new Array<Entry | undefined>(capacity).fill(undefined)
    const tickets = new Array<number>(capacity).fill(0)
    let used = 0
    for (let at = 0; at < this.#used; at++) {
      const slot = this.#slot(at)
      const entry = this.#entries[slot]
      const ticket = this.#tickets[slot] ?? 0
      if (entry === undefined || entry.ticket !== ticket) continue
      entries[used] = entry
      tickets[used++] = ticket
    }
    this.#entries = entries
    this.#tickets = tickets
    this.#start = 0
    this.#used = used
  }
}
