import { type Clock, nextTurn } from '../core/clock.js'
import { RiptideError } from '../core/errors.js'
import type { PruneRequest, QueueAdapter, Retention } from '../core/queue-adapter.js'
import type { Random } from '../core/random.js'
import { Stopper } from '../core/stopper.js'
import { type StorageAdapter, partKeys } from '../core/storage-adapter.js'
import { Loop } from './loop.js'
import { untilAnswered } from './store-call.js'

export interface PrunerOptions {
  readonly adapter: QueueAdapter
  readonly storage: StorageAdapter
  readonly retention: Omit<PruneRequest, 'limit'>
  readonly clock: Clock
  readonly random: Random
  /** How many runs have been reported here so far. */
  readonly reported?: () => number
  readonly onError: (error: RiptideError) => void
}

export interface Pruned {
  readonly removedJobs: number
  readonly expiredResults: number
}

/** Between two turns while jobs end, and at most while none do. */
const everyMs = 2_000
const seldomMs = 30_000
const stepLimit = 1_000
/** One turn takes at most so many steps; the next turn goes on. */
const stepsPerTurn = 200
/** How long one call to a store is sent again before the turn fails. */
const patienceMs = 5_000

/** Whether nothing is kept of a job that ends so: the store then need not write it down first. */
export function keepsNone({ ageMs, count, bytes }: Retention): boolean {
  return ageMs === 0 || count === 0 || bytes === 0
}

/** Holds the store to its retention, a bounded step at a time. */
export class Pruner {
  readonly #options: PrunerOptions
  readonly #loop: Loop
  #stopping = false
  #pauseMs = everyMs
  #reported = 0
  #stopper = new Stopper()

  constructor(options: PrunerOptions) {
    this.#options = options
    const pauseMs = (): number => this.#pauseMs * (1 + options.random() / 4)
    this.#loop = new Loop({
      clock: options.clock,
      pauseMs,
      run: async () => this.#pace(await this.prune()),
      onError: options.onError,
    })
  }

  start(): void {
    this.#stopping = false
    this.#stopper = new Stopper()
    this.#loop.start()
  }

  async stop(): Promise<void> {
    this.#stopping = true
    const stopped = this.#loop.stop()
    this.#stopper.stop(new RiptideError('SHUTDOWN', 'the service stops'))
    await stopped
  }

  /** Removes what is beyond retention, and what is over in the storage; says how much that was. */
  async prune(): Promise<Pruned> {
    const { adapter, storage, retention } = this.#options
    let removedJobs = 0
    let expiredResults = 0
    for (let step = 0; step < stepsPerTurn; step++) {
      const answer = await this.#ask(() => adapter.prune({ ...retention, limit: stepLimit }))
      await this.#ask(() =>
        Promise.all(answer.orphanedResults.flatMap(partKeys).map((key) => storage.delete(key))),
      )
      removedJobs += answer.removedJobs
      expiredResults += answer.expiredResults
      if (!answer.more || this.#stopping) break
      await nextTurn(this.#options.clock)
    }
    await this.#ask(async () => storage.prune?.(stepLimit))
    return { removedJobs, expiredResults }
  }

  /** Where nothing ends and nothing is over, there is less and less to look for. */
  #pace({ removedJobs, expiredResults }: Pruned): void {
    const reported = this.#options.reported?.() ?? 0
    const isQuiet = removedJobs + expiredResults === 0 && reported === this.#reported
    this.#reported = reported
    this.#pauseMs = isQuiet ? Math.min(this.#pauseMs * 2, seldomMs) : everyMs
  }

  #ask<T>(send: () => Promise<T>): Promise<T> {
    const { clock, random } = this.#options
    return untilAnswered(send, { clock, random, withinMs: patienceMs, stopper: this.#stopper })
  }
}
