import { type Deferred, deferred } from '../core/abort.js'
import type { OutcomeReport, StepLimits } from '../core/queue-adapter.js'
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
  readonly #limits: Pick<StepLimits, 'items' | 'bytes'>
  #waiting: WaitingOutcome[] = []
  #bytes = 0

  constructor(limits: Pick<StepLimits, 'items' | 'bytes'>) {
    this.#limits = limits
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
