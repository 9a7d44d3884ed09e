import { type Deferred, deferred } from '../core/abort.js'
import type { LeaseRef, OutcomeReport, StepLimits } from '../core/queue-adapter.js'
import { stepBytesOfOutcome } from './step-size.js'

/** An outcome that the store has not answered, and who waits for the answer. */
export interface WaitingOutcome {
  readonly report: OutcomeReport
  readonly bytes: number
  readonly answer: Deferred<'accepted' | 'stale'>
}

/** Outcomes that no cycle has taken along yet, first reported first. */
export class OutcomeLine {
  /** What one step may carry. */
  #limits: Pick<StepLimits, 'items' | 'bytes'>
  #waiting: WaitingOutcome[] = []
  #bytes = 0

  constructor(limits: Pick<StepLimits, 'items' | 'bytes'>) {
    this.#limits = limits
  }

  /** A step may carry so many from now on. */
  resize(items: number): void {
    this.#limits = { ...this.#limits, items }
  }

  get isEmpty(): boolean {
    return this.#waiting.length === 0
  }

  /** What waits is as much as one step may carry. */
  get fillsStep(): boolean {
    const { items, bytes } = this.#limits
    return this.#waiting.length >= items || this.#bytes >= bytes
  }

  /** Resolves when the store has taken or refused the outcome. */
  push(report: OutcomeReport): Promise<'accepted' | 'stale'> {
    const answer = deferred<'accepted' | 'stale'>()
    const bytes = stepBytesOfOutcome(report)
    this.#waiting.push({ report, bytes, answer })
    this.#bytes += bytes
    return answer.promise
  }

  /** As many as one step may carry; one that is larger than that makes a step of its own. */
  takeStep(): readonly WaitingOutcome[] {
    const { items, bytes } = this.#limits
    let size = 0
    let n = 0
    for (const one of this.#waiting) {
      if (n > 0 && (n >= items || size + one.bytes > bytes)) break
      size += one.bytes
      n++
    }
    this.#bytes -= size
    return this.#waiting.splice(0, n)
  }
}

/** How many outcomes fill a cycle: where the store allows several at once, each ends an equal share of the jobs. */
export function shareOfStep({ items, inFlight }: StepLimits, places: number): number {
  const share = inFlight > 1 ? Math.ceil(places / inFlight) : items
  return Math.max(1, Math.min(items, share))
}

/** Tells who waits what the store said: which ones were refused. Without an answer nothing counts as taken. */
export function answerAll(outcomes: readonly WaitingOutcome[], refused?: readonly LeaseRef[]): void {
  const stale = new Set(refused?.map((ref) => `${ref.id} ${ref.fence}`))
  for (const { report, answer } of outcomes) {
    const isStale = refused === undefined || (stale.size > 0 && stale.has(`${report.id} ${report.fence}`))
    answer.resolve(isStale ? 'stale' : 'accepted')
  }
}
