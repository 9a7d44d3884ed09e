import type { Entry } from './entry.js'

interface Item {
  readonly ended: Entry
  /** Those that waited for it at that moment. */
  readonly edges: Iterator<Entry>
  left: number
  next: Item | null
}

/** What is still to be told to the jobs behind ended ones, first ended first; followed in bounded steps. */
export class Outbox {
  #first: Item | null = null
  #last: Item | null = null

  get isEmpty(): boolean {
    return this.#first === null
  }

  /** A job ended: an entry when others wait for it, and whether there is one. */
  append(ended: Entry): boolean {
    const { link } = ended
    if (link === null || link.waiting.size === 0) return false
    const item: Item = { ended, edges: link.waiting.values(), left: link.waiting.size, next: null }
    // A set of its own from now on: the iterator goes on over the old one, and a new life starts with nobody behind it.
    link.waiting = new Set()
    link.openEntries++
    if (this.#last === null) this.#first = item
    else this.#last.next = item
    this.#last = item
    return true
  }

  /** Follows at most `limit` edges; `onEdge` gets the ended job and one behind it, `onDone` a job all of whose edges are. */
  follow(limit: number, onEdge: (ended: Entry, behind: Entry) => void, onDone: (ended: Entry) => void): void {
    let left = limit
    for (let item = this.#first; item !== null; item = this.#first) {
      for (; item.left > 0 && left > 0; item.left--, left--) {
        const step = item.edges.next()
        if (step.done !== true) onEdge(item.ended, step.value)
      }
      if (item.left > 0) return
      this.#first = item.next
      if (this.#first === null) this.#last = null
      if (item.ended.link) item.ended.link.openEntries--
      onDone(item.ended)
    }
  }
}
