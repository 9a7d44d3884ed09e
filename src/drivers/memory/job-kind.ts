import { noCounts, noTotals } from '../../core/queue-record.js'
import type { StateCounts, TypeMetrics } from '../../core/queue-adapter.js'
import { internalPrefix } from '../../core/job-terms.js'
import { bucketOf } from '../../core/histogram.js'
import { DueHeap } from './due-heap.js'
import type { Slot } from './key-box.js'
import { ReadyRing } from './ready-ring.js'

/** All that is kept for one type of job: its ready jobs by class, how many stand in each state, and what became of them. */
export class JobKind {
  readonly name: string
  /** One of the library's own: no pause and no limit of the whole queue holds it up, and its ends make no notices. */
  readonly isInternal: boolean
  /** By rank. */
  readonly ready = [new ReadyRing(), new ReadyRing(), new ReadyRing(), new ReadyRing()] as const
  readonly counts: { -readonly [K in keyof StateCounts]: number } = noCounts()
  readonly totals = noTotals()
  /** By rank, the keys that are open and have ready jobs of this type; null before the first. */
  boards: readonly DueHeap<Slot>[] | null = null
  /** Became ready in this step and were not claimed in it. */
  gained = 0
  readonly #runs: number[] = []
  readonly #waits: number[] = []
  #options = ''

  constructor(name: string) {
    this.name = name
    this.isInternal = name.startsWith(internalPrefix)
  }

  /** Most jobs of a type have the same options: they share one text. */
  shareOptions(options: string): string {
    if (options !== this.#options) this.#options = options
    return this.#options
  }

  boardOf(rank: number): DueHeap<Slot> {
    this.boards ??= [new DueHeap(), new DueHeap(), new DueHeap(), new DueHeap()]
    return this.boards[rank] ?? new DueHeap()
  }

  ran(ms: number): void {
    this.totals.totalRunMs += ms
    count(this.#runs, ms)
  }

  waited(ms: number): void {
    count(this.#waits, ms)
  }

  metrics(): TypeMetrics {
    return { ...this.totals, runs: bucketsOf(this.#runs), waits: bucketsOf(this.#waits) }
  }
}

function count(buckets: number[], ms: number): void {
  const bucket = bucketOf(ms)
  while (buckets.length <= bucket) buckets.push(0)
  buckets[bucket] = (buckets[bucket] ?? 0) + 1
}

function bucketsOf(counts: readonly number[]): Record<number, number> {
  const out: Record<number, number> = {}
  counts.forEach((n, bucket) => {
    if (n > 0) out[bucket] = n
  })
  return out
}
