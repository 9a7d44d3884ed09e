import { type SkipBudgets, type SkipCounts, chooseClass, noSkips } from '../../core/priority.js'
import { DueHeap } from './due-heap.js'
import type { Entry } from './entry.js'
import type { JobKind } from './job-kind.js'

/** Tickets of jobs handed back lie this far below those of all others, and among themselves in the old order. */
const zone = 2 ** 52

/** Which ready job is next: the class by the skip budgets, then, over the types that may be taken, the lowest ticket. */
export class ReadyLists {
  #skips: SkipCounts = noSkips
  #tickets = 0
  /**
   * Jobs that were due before, and promoted after, one ahead of them in their ring became ready. All others stand in the
   * order of `readyAt`, so with these few in a heap the oldest of all is known without a look at each.
   */
  readonly #overtaken = new DueHeap<Entry>()
  readonly #heads: [Entry | undefined, Entry | undefined, Entry | undefined, Entry | undefined] = [
    undefined,
    undefined,
    undefined,
    undefined,
  ]

  /** Claims that each class was passed over, by rank. */
  get skips(): SkipCounts {
    return this.#skips
  }

  /** Puts a job at the end of its class. */
  append(entry: Entry): void {
    const ring = ringOf(entry)
    if (ring === undefined) return
    if (entry.readyAt < ring.latestReadyAt) this.#overtaken.add(entry, entry.readyAt)
    else ring.latestReadyAt = entry.readyAt
    entry.ticket = ++this.#tickets
    ring.push(entry)
  }

  /** Puts a job that was handed back in front of its class, of several in the order they had before. */
  giveBack(entry: Entry): void {
    if (entry.ticket === 0) entry.ticket = ++this.#tickets
    if (entry.ticket > 0) entry.ticket -= zone
    ringOf(entry)?.pushInFront(entry)
  }

  /** The jobs of a class behind a ticket, in the order of their claims; good until the next change. */
  *behind(kinds: Iterable<JobKind>, rank: number, ticket: number): Iterable<Entry> {
    const lines = [...kinds].flatMap((kind) => kind.ready[rank]?.behind(ticket) ?? [])
    const heads = lines.map(nextOf)
    for (;;) {
      let first = -1
      for (const [i, head] of heads.entries()) {
        const best = heads[first]
        if (head !== undefined && (best === undefined || head.ticket < best.ticket)) first = i
      }
      const line = lines[first]
      if (line === undefined) return
      yield heads[first] as Entry
      heads[first] = nextOf(line)
    }
  }

  remove(entry: Entry): void {
    if (entry.heapIndex >= 0) this.#overtaken.remove(entry)
    ringOf(entry)?.drop(entry)
  }

  /** When the job that has been ready longest became so. */
  oldestReadyAt(kinds: Iterable<JobKind>): number | null {
    let oldest = this.#overtaken.top()?.readyAt ?? Infinity
    for (const { ready } of kinds) {
      for (const ring of ready) oldest = Math.min(oldest, ring.oldestReadyAt() ?? Infinity)
    }
    return oldest === Infinity ? null : oldest
  }

  /** Takes the next job away and counts the classes that were passed over. */
  take(kinds: readonly JobKind[], budgets: SkipBudgets): Entry | undefined {
    this.#look(kinds)
    const [critical, high, normal, low] = this.#heads
    const waiting = [
      critical !== undefined,
      high !== undefined,
      normal !== undefined,
      low !== undefined,
    ] as const
    const choice = chooseClass(waiting, this.#skips, budgets)
    if (choice === null) return undefined
    this.#skips = choice.skips
    const entry = this.#heads[choice.rank]
    if (entry === undefined) return undefined
    ringOf(entry)?.shift()
    if (entry.heapIndex >= 0) this.#overtaken.remove(entry)
    return entry
  }

  #look(kinds: readonly JobKind[]): void {
    const heads = this.#heads
    heads.fill(undefined)
    for (const kind of kinds) {
      if (kind.counts.pending === 0) continue
      for (let rank = 0; rank < 4; rank++) {
        const head = kind.ready[rank]?.head()
        if (head === undefined) continue
        const best = heads[rank]
        if (best === undefined || head.ticket < best.ticket) heads[rank] = head
      }
    }
  }
}

function nextOf(line: Iterator<Entry>): Entry | undefined {
  const step = line.next()
  return step.done === true ? undefined : step.value
}

function ringOf(entry: Entry): JobKind['ready'][number] | undefined {
  return entry.kind.ready[entry.rank]
}
