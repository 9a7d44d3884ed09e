import { DueHeap } from './due-heap.js'
import type { Entry } from './entry.js'

/** A job that came late: those that ended after it were there before. */
interface Late {
  readonly entry: Entry
  dueAt: number
  heapIndex: number
  readonly sequence: number
}

/**
 * The jobs that ended in one way, in the order of their ends, linked through the jobs themselves: what retention looks at. The
 * few that come late, because others were to be told of them or depended on them, stand in a heap beside it.
 */
export class EndedList {
  #first: Entry | null = null
  #last: Entry | null = null
  #count = 0
  #bytes = 0
  readonly #late = new DueHeap<Late>()
  readonly #lateOf = new Map<Entry, Late>()

  get first(): Entry | null {
    const late = this.#late.top()?.entry ?? null
    if (late === null || this.#first === null) return late ?? this.#first
    return late.ticket < this.#first.ticket ? late : this.#first
  }

  get count(): number {
    return this.#count
  }

  get bytes(): number {
    return this.#bytes
  }

  *values(): Iterable<Entry> {
    const late = [...this.#lateOf.keys()].sort((a, b) => a.ticket - b.ticket)
    let at = 0
    for (let entry = this.#first; entry !== null; entry = entry.endedAfter) {
      for (let next = late[at]; next !== undefined && next.ticket < entry.ticket; next = late[++at])
        yield next
      yield entry
    }
    yield* late.slice(at)
  }

  has(entry: Entry): boolean {
    return (
      entry.endedBefore !== null ||
      this.#first === entry ||
      (this.#lateOf.size > 0 && this.#lateOf.has(entry))
    )
  }

  add(entry: Entry): void {
    this.#count++
    this.#bytes += entry.bytes
    if (this.#last !== null && this.#last.ticket > entry.ticket) return this.#addLate(entry)
    entry.endedBefore = this.#last
    if (this.#last === null) this.#first = entry
    else this.#last.endedAfter = entry
    this.#last = entry
  }

  remove(entry: Entry): void {
    this.#count--
    this.#bytes -= entry.bytes
    const late = this.#lateOf.size === 0 ? undefined : this.#lateOf.get(entry)
    if (late !== undefined) {
      this.#late.remove(late)
      this.#lateOf.delete(entry)
      return
    }
    if (entry.endedBefore === null) this.#first = entry.endedAfter
    else entry.endedBefore.endedAfter = entry.endedAfter
    if (entry.endedAfter === null) this.#last = entry.endedBefore
    else entry.endedAfter.endedBefore = entry.endedBefore
    entry.endedBefore = null
    entry.endedAfter = null
  }

  /** A job that stands here changed its size. */
  grow(bytes: number): void {
    this.#bytes += bytes
  }

  #addLate(entry: Entry): void {
    const late = { entry, dueAt: entry.ticket, heapIndex: -1, sequence: 0 }
    this.#lateOf.set(entry, late)
    this.#late.add(late, entry.ticket)
  }
}
