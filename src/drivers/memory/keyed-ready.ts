import type { JobTerms } from '../../core/job-terms.js'
import type { Entry } from './entry.js'
import { Group, Line } from './group.js'
import type { Hints } from './hints.js'
import type { JobKind } from './job-kind.js'
import type { ConcurrencyKey, RateKey } from './limit-keys.js'
import { LimitBook } from './limit-book.js'

/** The ready jobs that have keys, by group, and which groups there are. What the keys allow stands in their book. */
export class KeyedReady {
  readonly book: LimitBook
  readonly #groups = new Map<string, Group>()
  #size = 0
  #serves = 0

  constructor(hints: Hints) {
    this.book = new LimitBook(hints)
  }

  /** How many jobs are ready here. */
  get size(): number {
    return this.#size
  }

  /** The number of the next claim. */
  nextServe(): number {
    return ++this.#serves
  }

  /** A job begins a life, or has new terms: from now on it is of the group of its keys, and sets their limits if it is new. */
  join(entry: Entry, isNew: boolean): void {
    const { extra } = entry
    const terms = extra?.terms ?? null
    if (extra === null || terms === null || (terms.concurrency === null && terms.rate === null)) return
    const concurrency =
      terms.concurrency === null ? null : this.book.joinConcurrency(terms.concurrency, isNew)
    const rate = terms.rate === null ? null : this.book.joinRate(terms.rate, isNew)
    extra.group = this.#groupOf(terms, concurrency, rate)
    extra.group.live++
  }

  /** A job that is neither ready nor runs is of its group no longer. */
  part({ extra }: Entry): void {
    const group = extra?.group ?? null
    if (extra === null || group === null) return
    extra.group = null
    if (--group.live === 0) this.#groups.delete(group.id)
    if (group.concurrency !== null) this.book.partConcurrency(group.concurrency)
    if (group.rate !== null) this.book.partRate(group.rate)
  }

  /** The ring in which a job is to stand; see `added`. */
  lineFor(group: Group, { kind, rank }: Entry): Line {
    return group.line(kind, rank) ?? new Line(group, kind, rank)
  }

  /** A job was put into the ring of its line. */
  added(line: Line): void {
    this.#size++
    if (line.slot !== null) return line.slot.moved(line)
    const { group } = line
    if (group.size === 0) this.book.becameReady(group)
    group.add(line)
    group.home?.put(line)
  }

  /** A job was taken out of the ring of its line. */
  taken(line: Line): void {
    this.#size--
    if (line.ring.size > 0) return line.slot?.moved(line)
    const { group } = line
    line.slot?.remove(line)
    group.remove(line)
    if (group.size === 0) this.book.becameEmpty(group)
  }

  /** The line of that type and class that is next, of those that may be served. */
  next(kind: JobKind, rank: number): Line | undefined {
    const board = kind.boards?.[rank]
    if (board === undefined) return undefined
    for (;;) {
      const line = board.top()?.top
      const closed = line?.group.closed ?? null
      if (line === undefined || closed === null) return line
      // Its other key has closed since: from now on it stands with that one.
      line.slot?.remove(line)
      closed.put(line)
    }
  }

  /** A job of it was claimed and runs. */
  started({ extra }: Entry, now: number): void {
    const group = extra?.group ?? null
    if (group === null) return
    group.served = this.nextServe()
    for (const line of group.lines()) line.slot?.moved(line)
    this.book.started(group, now)
  }

  stopped({ extra }: Entry): void {
    if (extra !== null && extra.group !== null) this.book.stopped(extra.group)
  }

  /** All lines, in no order. */
  *lines(): Iterable<Line> {
    if (this.#size > 0) for (const group of this.#groups.values()) yield* group.lines()
  }

  #groupOf(terms: JobTerms, concurrency: ConcurrencyKey | null, rate: RateKey | null): Group {
    const name = terms.concurrency?.key ?? ''
    const id = `${name.length} ${name}${terms.rate?.key ?? ''}`
    const known = this.#groups.get(id)
    if (known !== undefined) return known
    const group = new Group(id, concurrency, rate)
    this.#groups.set(id, group)
    return group
  }
}
