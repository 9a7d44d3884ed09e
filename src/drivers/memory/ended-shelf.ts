import type { FinalStatus } from '../../core/states.js'
import type { StoredResult } from '../../core/settlement.js'
import { DueHeap } from './due-heap.js'
import { EndedList } from './ended-list.js'
import type { Entry } from './entry.js'
import { extraOf, hasDependents } from './extra.js'

type Lists = Readonly<Record<FinalStatus, EndedList>>

/**
 * The jobs that have ended and of whose end all have been told: those that may be removed, and those that are held because live
 * jobs depend on them. And the results, by the end of their time; an inline one of a held job has no end for now.
 */
export class EndedShelf {
  readonly removable: Lists = newLists()
  readonly held: Lists = newLists()
  readonly results = new DueHeap<Entry>()

  /** Puts a job where it belongs by now, wherever it stood. */
  put(entry: Entry, place: FinalStatus): void {
    if (entry.extra === null) {
      const list = this.removable[place]
      if (!list.has(entry)) list.add(entry)
      return
    }
    const isHeld = hasDependents(entry)
    if (isHeld === isHeldHere(entry) && this.#listOf(entry, place).has(entry)) return
    this.take(entry, place)
    if (isHeld) extraOf(entry).isHeld = true
    this.#listOf(entry, place).add(entry)
    this.timeResult(entry)
  }

  /** Takes a job away, if it stands here. */
  take(entry: Entry, place: FinalStatus): void {
    const list = this.#listOf(entry, place)
    if (list.has(entry)) list.remove(entry)
    if (entry.extra !== null) entry.extra.isHeld = false
  }

  *values(place: FinalStatus): Iterable<Entry> {
    yield* this.removable[place].values()
    yield* this.held[place].values()
  }

  keepResult(entry: Entry, result: StoredResult, until: number): void {
    entry.result = result
    entry.dueAt = until
    this.timeResult(entry)
  }

  /** Lets go of the result that the job has. */
  dropResult(entry: Entry): void {
    if (entry.heapIndex >= 0) this.results.remove(entry)
    entry.result = null
  }

  /** The time of a result stands still while its job is held. */
  timeResult(entry: Entry): void {
    if (entry.result === null) return
    const isTimed = !isResultHeld(entry)
    if (isTimed && entry.heapIndex < 0) this.results.add(entry, entry.dueAt)
    if (!isTimed && entry.heapIndex >= 0) this.results.remove(entry)
  }

  /** A completed job changed its size. */
  grow(entry: Entry, bytes: number): void {
    const list = this.#listOf(entry, 'completed')
    if (list.has(entry)) list.grow(bytes)
  }

  #listOf(entry: Entry, place: FinalStatus): EndedList {
    return isHeldHere(entry) ? this.held[place] : this.removable[place]
  }
}

/** Whether a result can be read although its time may be over. */
export function isResultHeld(entry: Entry): boolean {
  return entry.result !== null && 'inline' in entry.result && hasDependents(entry)
}

// -------------------------------------------------------------------------------------------------------------------

function newLists(): Lists {
  return { completed: new EndedList(), dead_letter: new EndedList(), cancelled: new EndedList() }
}

function isHeldHere({ extra }: Entry): boolean {
  return extra !== null && extra.isHeld
}
