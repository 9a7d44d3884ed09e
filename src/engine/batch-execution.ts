import { type Deferred, deferred } from '../core/abort.js'
import { type AnyBatch, entriesOf, resultOfEntry } from '../core/batch.js'
import type { JobContext } from '../core/handler.js'
import type { Execution } from './execution.js'

interface Item {
  readonly run: Execution
  readonly payload: unknown
  readonly ctx: JobContext
  readonly entry: Deferred<unknown>
}

/**
 * Runs jobs together. Each is a run of its own, with its own timeout, signal, steps and outcome; only the handler is called
 * once, with all whose payloads fit, as soon as each has been looked at.
 */
export function runBatch(batch: AnyBatch, runs: readonly Execution[]): void {
  const call = new BatchCall(batch, runs)
  for (const run of runs) {
    // One whose time is over while its payload is being looked at must not hold up the others.
    run.signal.addEventListener('abort', () => call.leave(run), { once: true })
    void run
      .run((payload, ctx) => call.join({ run, payload, ctx, entry: deferred() }))
      .then(() => call.leave(run))
  }
}

/** The one call of the handler, and who is in it. */
class BatchCall {
  readonly #batch: AnyBatch
  /** Of whom it is not known yet whether they are in it. */
  readonly #open: Set<Execution>
  readonly #items: Item[] = []

  constructor(batch: AnyBatch, runs: readonly Execution[]) {
    this.#batch = batch
    this.#open = new Set(runs)
  }

  /** Resolves with the result of the job, or rejects with what failed it. */
  async join(item: Item): Promise<unknown> {
    if (!this.#open.has(item.run)) return undefined
    this.#items.push(item)
    this.leave(item.run)
    return resultOfEntry(await item.entry.promise)
  }

  /** This one is in it, or will never be: its payload did not fit, or its time is over. */
  leave(run: Execution): void {
    if (this.#open.delete(run) && this.#open.size === 0) void this.#call()
  }

  async #call(): Promise<void> {
    const items = this.#items.filter(({ run }) => !run.isOver)
    for (const { run, entry } of this.#items) if (run.isOver) entry.resolve(undefined)
    if (items.length === 0) return
    try {
      const payloads = items.map(({ payload }) => payload)
      const contexts = items.map(({ ctx }) => ctx)
      const entries = await entriesOf(this.#batch, payloads, contexts)
      items.forEach(({ entry }, i) => entry.resolve(entries[i]))
    } catch (thrown) {
      for (const { entry } of items) entry.reject(thrown)
    }
  }
}
