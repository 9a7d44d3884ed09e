import type { Entry } from './entry.js'

/** The jobs that ended in one way, oldest first, linked through the jobs themselves: what retention looks at. */
export class EndedList {
  #first: Entry | null = null
  #last: Entry | null = null
  #count = 0
  #bytes = 0

  get first(): Entry | null {
    return this.#first
  }

  get count(): number {
    return this.#count
  }

  get bytes(): number {
    return this.#bytes
  }

  *values(): Iterable<Entry> {
    for (let entry = this.#first; entry !== null; entry = entry.endedAfter) yield entry
  }

  has(entry: Entry): boolean {
    return entry.endedBefore !== null || this.#first === entry
  }

  add(entry: Entry): void {
    entry.endedBefore = this.#last
    if (this.#last === null) this.#first = entry
    else this.#last.endedAfter = entry
    this.#last = entry
    this.#count++
    this.#bytes += entry.bytes
  }

  remove(entry: Entry): void {
    if (entry.endedBefore === null) this.#first = entry.endedAfter
    else entry.endedBefore.endedAfter = entry.endedAfter
    if (entry.endedAfter === null) this.#last = entry.endedBefore
    else entry.endedAfter.endedBefore = entry.endedBefore
    entry.endedBefore = null
    entry.endedAfter = null
    this.#count--
    this.#bytes -= entry.bytes
  }

  /** A job that stands here changed its size. */
  grow(bytes: number): void {
    this.#bytes += bytes
  }
}
