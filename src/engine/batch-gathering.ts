import type { AnyBatch } from '../core/batch.js'
import type { Clock } from '../core/clock.js'
import type { Execution } from './execution.js'

export interface BatchGatheringOptions {
  readonly clock: Clock
  /** These go together now. */
  readonly begin: (batch: AnyBatch, runs: readonly Execution[]) => void
}

interface Gathered {
  readonly runs: Execution[]
  readonly cancel: () => void
}

/** Holds jobs of kinds that run in batches until a batch is full, or its first job has waited long enough. */
export class BatchGathering {
  readonly #options: BatchGatheringOptions
  readonly #byType = new Map<string, Gathered>()

  constructor(options: BatchGatheringOptions) {
    this.#options = options
  }

  /** A job has come; it has not begun. */
  add(batch: AnyBatch, run: Execution): void {
    const { type } = run.claim
    const gathered = this.#byType.get(type) ?? this.#gather(type, batch)
    gathered.runs.push(run)
    if (gathered.runs.length >= batch.size) this.#begin(type, batch)
  }

  /** A job that has not begun has gone. */
  drop(run: Execution): void {
    const { type } = run.claim
    const gathered = this.#byType.get(type)
    const at = gathered?.runs.indexOf(run) ?? -1
    if (!gathered || at < 0) return
    gathered.runs.splice(at, 1)
    if (gathered.runs.length === 0) this.#take(type)
  }

  /** Those who wait. */
  members(): readonly Execution[] {
    return [...this.#byType.values()].flatMap(({ runs }) => runs)
  }

  #gather(type: string, batch: AnyBatch): Gathered {
    const { clock } = this.#options
    const go = (): void => this.#begin(type, batch)
    const cancel = batch.maxWaitMs === 0 ? clock.soon(go) : clock.after(batch.maxWaitMs, go)
    const gathered = { runs: [], cancel }
    this.#byType.set(type, gathered)
    return gathered
  }

  #begin(type: string, batch: AnyBatch): void {
    const runs = this.#take(type)
    const now = this.#options.clock.monotonic()
    // One whose lease ran out while something held the event loop may be someone else's by now.
    for (const run of runs) if (run.leaseUntil <= now) run.handBack()
    const ready = runs.filter((run) => !run.isOver)
    if (ready.length > 0) this.#options.begin(batch, ready)
  }

  #take(type: string): readonly Execution[] {
    const gathered = this.#byType.get(type)
    gathered?.cancel()
    this.#byType.delete(type)
    return gathered?.runs ?? []
  }
}
