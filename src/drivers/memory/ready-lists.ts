import { type SkipBudgets, type SkipCounts, chooseClass, noSkips } from '../../core/priority.js'
import { DueHeap } from './due-heap.js'
import type { Entry } from './entry.js'
import type { Line } from './group.js'
import type { Hints } from './hints.js'
import type { JobKind } from './job-kind.js'
import { KeyedReady } from './keyed-ready.js'

/** Tickets of jobs handed back lie this far below those of all others, and among themselves in the old order. */
const zone = 2 ** 52

type Head = Entry | undefined

/** Which ready job is next: the class by the skip budgets, then, over the types that may be taken, the lowest ticket. */
export class ReadyLists {
  #skips: SkipCounts = noSkips
  #tickets = 0
  /** The number of the last claim of a job without keys among all claims. */
  #served = 0
  readonly #claims: [number, number, number, number] = [0, 0, 0, 0]
  /**
   * Jobs that were due before, and promoted after, one ahead of them in their ring became ready. All others stand in the
   * order of `readyAt`, so with these few in a heap the oldest of all is known without a look at each.
   */
  readonly #overtaken = new DueHeap<Entry>()
  readonly #heads: [Head, Head, Head, Head] = [undefined, undefined, undefined, undefined]
  /** When the groups of these heads were served last. */
  readonly #headServed = [0, 0, 0, 0]
  /** Those that have keys; they stand in rings of their own. */
  readonly keyed: KeyedReady

  constructor(hints: Hints) {
    this.keyed = new KeyedReady(hints)
  }

  /** Claims that each class was passed over, by rank. */
  get skips(): SkipCounts {
    return this.#skips
  }

  /** Claims of each class since the beginning, by rank. */
  get claims(): readonly [number, number, number, number] {
    return this.#claims
  }

  /** The next number of those by which jobs stand in order; each is given once. */
  nextTicket(): number {
    return ++this.#tickets
  }

  /** Puts a job at the end of its class. */
  append(entry: Entry): void {
    const line = this.#lineOf(entry)
    const ring = line?.ring ?? ringOf(entry)
    if (ring === undefined) return
    if (entry.readyAt < ring.latestReadyAt) this.#overtaken.add(entry, entry.readyAt)
    else ring.latestReadyAt = entry.readyAt
    entry.ticket = ++this.#tickets
    ring.push(entry)
    if (line !== null) this.keyed.added(line)
  }

  /** Puts a job that was handed back in front of its class, of several in the order they had before. */
  giveBack(entry: Entry): void {
    if (entry.ticket === 0) entry.ticket = ++this.#tickets
    if (entry.ticket > 0) entry.ticket -= zone
    const line = this.#lineOf(entry)
    const ring = line?.ring ?? ringOf(entry)
    ring?.pushInFront(entry)
    if (line !== null) this.keyed.added(line)
  }

  /** The jobs of a class behind a ticket, in the order of their claims; good until the next change. */
  *behind(kinds: Iterable<JobKind>, rank: number, ticket: number): Iterable<Entry> {
    const lines: Iterator<Entry>[] = [...kinds].flatMap((kind) => kind.ready[rank]?.behind(ticket) ?? [])
    if (this.keyed.size > 0) lines.push(this.#keyedBehind(rank, ticket).values())
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
    const line = this.#lineOf(entry)
    const ring = line?.ring ?? ringOf(entry)
    ring?.drop(entry)
    if (line !== null) this.keyed.taken(line)
  }

  /** When the job that has been ready longest became so. */
  oldestReadyAt(kinds: Iterable<JobKind>): number | null {
    let oldest = this.#overtaken.top()?.readyAt ?? Infinity
    for (const { ready } of kinds) {
      for (const ring of ready) oldest = Math.min(oldest, ring.oldestReadyAt() ?? Infinity)
    }
    for (const { ring } of this.keyed.lines()) oldest = Math.min(oldest, ring.oldestReadyAt() ?? Infinity)
    return oldest === Infinity ? null : oldest
  }

  /** Whether a job of these types could be claimed. */
  hasAny(kinds: readonly JobKind[]): boolean {
    this.#look(kinds)
    return this.#heads.some((head) => head !== undefined)
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
    this.#claims[entry.rank as 0 | 1 | 2 | 3]++
    this.#shift(entry)
    return entry
  }

  #shift(entry: Entry): void {
    const line = this.#lineOf(entry)
    if (line === null) this.#served = this.keyed.nextServe()
    const ring = line?.ring ?? ringOf(entry)
    ring?.shift()
    if (line !== null) this.keyed.taken(line)
    if (entry.heapIndex >= 0) this.#overtaken.remove(entry)
  }

  #look(kinds: readonly JobKind[]): void {
    if (this.keyed.size > 0) return this.#lookAtGroups(kinds)
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

  /** As `#look`, while jobs with keys are ready: the group that was served longest ago goes first, all without keys being one. */
  #lookAtGroups(kinds: readonly JobKind[]): void {
    this.#heads.fill(undefined)
    for (const kind of kinds) {
      if (kind.counts.pending === 0) continue
      for (let rank = 0; rank < 4; rank++) {
        this.#offer(rank, kind.ready[rank]?.head(), this.#served)
        const line = this.keyed.next(kind, rank)
        if (line !== undefined) this.#offer(rank, line.ring.head(), line.group.served)
      }
    }
  }

  #offer(rank: number, head: Entry | undefined, served: number): void {
    if (head === undefined) return
    const best = this.#heads[rank]
    const bestServed = this.#headServed[rank] ?? 0
    if (best !== undefined && (served > bestServed || (served === bestServed && head.ticket > best.ticket)))
      return
    this.#heads[rank] = head
    this.#headServed[rank] = served
  }

  #lineOf(entry: Entry): Line | null {
    const group = entry.extra === null ? null : entry.extra.group
    return group === null ? null : this.keyed.lineFor(group, entry)
  }

  #keyedBehind(rank: number, ticket: number): Entry[] {
    const found: Entry[] = []
    for (const line of this.keyed.lines()) if (line.rank === rank) found.push(...line.ring.behind(ticket))
    return found.sort((a, b) => a.ticket - b.ticket)
  }
}

function nextOf(line: Iterator<Entry>): Entry | undefined {
  const step = line.next()
  return step.done === true ? undefined : step.value
}

function ringOf(entry: Entry): JobKind['ready'][number] | undefined {
  return entry.kind.ready[entry.rank]
}
