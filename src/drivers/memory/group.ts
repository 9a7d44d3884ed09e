import type { JobKind } from './job-kind.js'
import type { KeyBox, Slot } from './key-box.js'
import type { ConcurrencyKey, RateKey } from './limit-keys.js'
import { ReadyRing } from './ready-ring.js'

/** The live jobs that share a pair of keys: they take turns with other such groups. */
export class Group {
  readonly id: string
  readonly concurrency: ConcurrencyKey | null
  readonly rate: RateKey | null
  live = 0
  /** The number of its last claim among all claims; 0 before the first. */
  served = 0
  readonly #lines = new Map<JobKind, (Line | undefined)[]>()
  #size = 0

  constructor(id: string, concurrency: ConcurrencyKey | null, rate: RateKey | null) {
    this.id = id
    this.concurrency = concurrency
    this.rate = rate
  }

  /** How many lines it has. */
  get size(): number {
    return this.#size
  }

  /** The key that holds it up; null when it may be served. */
  get closed(): KeyBox | null {
    if (this.concurrency !== null && !this.concurrency.box.isOpen) return this.concurrency.box
    return this.rate !== null && !this.rate.box.isOpen ? this.rate.box : null
  }

  /** Where a line of it is to stand. */
  get home(): KeyBox | null {
    return this.closed ?? this.concurrency?.box ?? this.rate?.box ?? null
  }

  line(kind: JobKind, rank: number): Line | undefined {
    return this.#lines.get(kind)?.[rank]
  }

  add(line: Line): void {
    const lines = this.#lines.get(line.kind) ?? []
    lines[line.rank] = line
    this.#lines.set(line.kind, lines)
    this.#size++
  }

  remove({ kind, rank }: Line): void {
    const lines = this.#lines.get(kind)
    if (lines === undefined) return
    lines[rank] = undefined
    if (lines.every((line) => line === undefined)) this.#lines.delete(kind)
    this.#size--
  }

  kinds(): Iterable<JobKind> {
    return this.#lines.keys()
  }

  *lines(): Iterable<Line> {
    for (const lines of this.#lines.values()) for (const line of lines) if (line !== undefined) yield line
  }
}

/** The ready jobs of one group, type and class. Of several lines the one whose group was served longest ago is next, then the one
 * whose first job came first. */
export class Line {
  readonly group: Group
  readonly kind: JobKind
  readonly rank: number
  readonly ring = new ReadyRing()
  slot: Slot | null = null
  dueAt = 0
  heapIndex = -1

  constructor(group: Group, kind: JobKind, rank: number) {
    this.group = group
    this.kind = kind
    this.rank = rank
  }

  /** The ticket of its first job. */
  get sequence(): number {
    return this.ring.head()?.ticket ?? Infinity
  }
}
