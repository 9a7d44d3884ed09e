import { type Clock, nextTurn } from '../core/clock.js'
import type { RiptideError } from '../core/errors.js'
import type { PruneRequest, QueueAdapter } from '../core/queue-adapter.js'
import type { Random } from '../core/random.js'
import type { StorageAdapter } from '../core/storage-adapter.js'
import { Loop } from './loop.js'

export interface PrunerOptions {
  readonly adapter: QueueAdapter
  readonly storage: StorageAdapter
  readonly retention: Omit<PruneRequest, 'limit'>
  readonly clock: Clock
  readonly random: Random
  readonly onError: (error: RiptideError) => void
}

export interface Pruned {
  readonly removedJobs: number
  readonly expiredResults: number
}

const everyMs = 2_000
const stepLimit = 1_000
/** One turn takes at most so many steps; the next turn goes on. */
const stepsPerTurn = 200

/** Holds the store to its retention, a bounded step at a time. */
export class Pruner {
  readonly #options: PrunerOptions
  readonly #loop: Loop
  #stopping = false

  constructor(options: PrunerOptions) {
    this.#options = options
    const pauseMs = (): number => everyMs + options.random() * (everyMs / 4)
    this.#loop = new Loop({
      clock: options.clock,
      pauseMs,
      run: async () => void (await this.prune()),
      onError: options.onError,
    })
  }

  start(): void {
    this.#stopping = false
    this.#loop.start()
  }

  async stop(): Promise<void> {
    this.#stopping = true
    await this.#loop.stop()
  }

  /** Removes what is beyond retention, and what is over in the storage; says how much that was. */
  async prune(): Promise<Pruned> {
    let removedJobs = 0
    let expiredResults = 0
    for (let step = 0; step < stepsPerTurn; step++) {
      const answer = await this.#options.adapter.prune({ ...this.#options.retention, limit: stepLimit })
      await Promise.all(answer.orphanedResults.map((key) => this.#options.storage.delete(key)))
      removedJobs += answer.removedJobs
      expiredResults += answer.expiredResults
      if (!answer.more || this.#stopping) break
      await nextTurn(this.#options.clock)
    }
    await this.#options.storage.prune?.(stepLimit)
    return { removedJobs, expiredResults }
  }
}
