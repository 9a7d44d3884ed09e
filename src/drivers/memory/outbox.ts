import type { Entry } from './entry.js'
import { extraOf } from './extra.js'
import type { Tie } from './ties.js'

/** Where an ended job is still to be told, or to let go of. */
export type Edge =
  | { readonly kind: 'behind'; readonly behind: Entry }
  | { readonly kind: 'dependent'; readonly tie: Tie }
  | { readonly kind: 'release'; readonly tie: Tie }

interface Item {
  readonly ended: Entry
  readonly edges: Iterator<Edge>
  /** The edge that comes next; undefined when there is none. */
  head: Edge | undefined
  /** Others are told by it: until then the job is not removed. */
  readonly tells: boolean
  next: Item | null
}

/** What is still to be told to those that wait for ended jobs, first ended first; followed in bounded steps. */
export class Outbox {
  #first: Item | null = null
  #last: Item | null = null

  get isEmpty(): boolean {
    return this.#first === null
  }

  /** A job ended: an entry when others wait for it or it waited for others, and whether there are those to be told. */
  append(ended: Entry): boolean {
    const { link, extra } = ended
    const behind = link === null || link.waiting.size === 0 ? null : link.waiting
    // A set of its own from now on: the iterator goes on over the old one, and a new life starts with nobody behind it.
    if (behind !== null && link !== null) link.waiting = new Set()
    const dependents = extra?.dependents ?? null
    const own = extra?.wait?.ties ?? []
    const tells = behind !== null || (dependents !== null && dependents.size > 0)
    if (tells) extraOf(ended).openEntries++
    if (tells || own.length > 0) this.#push(ended, edgesOf(behind, dependents, own), tells)
    return tells
  }

  /** Follows at most `limit` edges; `onDone` gets a job after the last of those by which others are told. */
  follow(limit: number, onEdge: (ended: Entry, edge: Edge) => void, onDone: (ended: Entry) => void): void {
    let left = limit
    for (let item = this.#first; item !== null; item = this.#first) {
      for (; item.head !== undefined && left > 0; left--) {
        onEdge(item.ended, item.head)
        item.head = nextOf(item.edges)
      }
      if (item.head !== undefined) return
      this.#first = item.next
      if (this.#first === null) this.#last = null
      if (!item.tells) continue
      extraOf(item.ended).openEntries--
      onDone(item.ended)
    }
  }

  #push(ended: Entry, edges: Iterator<Edge>, tells: boolean): void {
    const item: Item = { ended, edges, head: nextOf(edges), tells, next: null }
    if (this.#last === null) this.#first = item
    else this.#last.next = item
    this.#last = item
  }
}

// -------------------------------------------------------------------------------------------------------------------

function* edgesOf(
  behind: ReadonlySet<Entry> | null,
  dependents: ReadonlySet<Tie> | null,
  own: readonly Tie[],
): Iterator<Edge> {
  for (const entry of behind ?? []) yield { kind: 'behind', behind: entry }
  // Those that come to it later, in a new life, are not of this end.
  let left = dependents?.size ?? 0
  for (const tie of dependents ?? []) {
    if (left-- === 0) break
    if (tie.isOpen) yield { kind: 'dependent', tie }
  }
  for (const tie of own) yield { kind: 'release', tie }
}

function nextOf(edges: Iterator<Edge>): Edge | undefined {
  const step = edges.next()
  return step.done === true ? undefined : step.value
}
