import type { Clock } from '../core/clock.js'
import { RiptideError } from '../core/errors.js'
import type { Claim, QueueAdapter } from '../core/queue-adapter.js'
import type { Random } from '../core/random.js'
import { Stopper } from '../core/stopper.js'
import type { LoadProbe } from './host-load.js'
import { Loop } from './loop.js'
import type { Pool } from './pool.js'
import { RecentWaits } from './recent-waits.js'
import { type AutoscaleOptions, type ScaleFacts, decideScale, quietMs } from './scale-decision.js'
import { untilAnswered } from './store-call.js'
import type { StoreTime } from './store-time.js'

export interface AutoscalerOptions extends AutoscaleOptions {
  readonly adapter: Pick<QueueAdapter, 'counts'>
  readonly clock: Clock
  readonly random: Random
  readonly storeTime: StoreTime
  readonly pool: Pool
  /** Jobs that one worker runs at once. */
  readonly slotsEach: number
  readonly load: LoadProbe
  /** So many workers from now on. */
  readonly resize: (workers: number) => void
  readonly onError: (error: RiptideError) => void
}

/** What the autoscaler does, and why. */
export interface AutoscaleState extends AutoscaleOptions {
  readonly workers: number
  /** Of jobs that were claimed here lately; null when none was. */
  readonly p95WaitMs: number | null
  /** Of the queue, while all workers are taken; 0 while they are not. */
  readonly oldestReadyMs: number
  readonly eventLoopUtilisation: number
  readonly memory: number
  /** When it last changed the number; null before that. */
  readonly changedAt: number | null
  /** A sentence: why so many. */
  readonly reason: string
}

const everyMs = 1_000
/** The store is asked for the oldest job this often at most. */
const countEveryMs = 3_000
const waitTurns = 10
const peakTurns = quietMs / everyMs
/** A worker counts as needed from this part of the slots of the others on. */
const fullShare = 0.8

/**
 * Looks about once a second how long jobs wait and how much the process has to do, and changes the number of workers that
 * claim. Workers that claim no more finish what they hold.
 */
export class Autoscaler {
  readonly #options: AutoscalerOptions
  readonly #loop: Loop
  readonly #waits = new RecentWaits(waitTurns)
  /** Most jobs at once, of each of the last turns; the newest first. */
  #peaks: readonly number[] = []
  #stopper = new Stopper()
  #changedAt: number | null = null
  /** By the monotonic clock. */
  #lastChange: number
  #countedAt = Number.NEGATIVE_INFINITY
  /** When that was asked. */
  #oldestReadyMs = 0
  #state: AutoscaleState

  constructor(options: AutoscalerOptions) {
    this.#options = options
    const { clock, onError, min, max, targetP95WaitMs, pool } = options
    this.#loop = new Loop({ clock, onError, pauseMs: () => everyMs, run: () => this.#turn() })
    this.#lastChange = clock.monotonic()
    this.#state = {
      ...{ workers: pool.workers, min, max, targetP95WaitMs },
      ...{ p95WaitMs: null, oldestReadyMs: 0, eventLoopUtilisation: 0, memory: 0 },
      ...{ changedAt: null, reason: 'as many as it starts with' },
    }
  }

  get state(): AutoscaleState {
    return this.#state
  }

  start(): void {
    this.#stopper = new Stopper()
    this.#loop.start()
  }

  async stop(): Promise<void> {
    const stopped = this.#loop.stop()
    this.#stopper.stop(new RiptideError('SHUTDOWN', 'the service stops'))
    await stopped
  }

  /** These jobs came; those of asides say nothing of the workers. */
  observe(claims: readonly Claim[]): void {
    const { max } = this.#options
    for (const { lane, readyAt, startedAt } of claims)
      if (lane < max) this.#waits.observe(Math.max(0, startedAt - readyAt))
  }

  async #turn(): Promise<void> {
    const { pool, clock, resize } = this.#options
    const facts = await this.#facts()
    const { workers, reason } = decideScale(facts)
    this.#waits.turn()
    if (workers !== pool.workers) {
      this.#lastChange = clock.monotonic()
      this.#changedAt = clock.now()
      // What was waited for before says nothing of the new number.
      this.#waits.forget()
      resize(workers)
    }
    const { isSaturated, neededWorkers, sinceChangeMs, ...figures } = facts
    this.#state = { ...figures, workers, changedAt: this.#changedAt, reason }
  }

  async #facts(): Promise<ScaleFacts> {
    const { pool, clock, load, min, max, targetP95WaitMs } = this.#options
    const peak = pool.takePeak()
    this.#peaks = [peak, ...this.#peaks.slice(0, peakTurns - 1)]
    const isSaturated = peak >= pool.slots
    return {
      ...{ workers: pool.workers, min, max, targetP95WaitMs, isSaturated },
      ...load(),
      p95WaitMs: this.#waits.p95,
      oldestReadyMs: isSaturated ? await this.#lookForOldest() : 0,
      neededWorkers: this.#neededWorkers(),
      sinceChangeMs: clock.monotonic() - this.#lastChange,
    }
  }

  /** Until it has been watched for long enough, all of them. */
  #neededWorkers(): number {
    const { pool, slotsEach } = this.#options
    if (this.#peaks.length < peakTurns) return pool.workers
    return Math.max(1, Math.ceil(Math.max(...this.#peaks) / (slotsEach * fullShare)))
  }

  async #lookForOldest(): Promise<number> {
    const { adapter, clock, random, storeTime } = this.#options
    if (clock.monotonic() - this.#countedAt >= countEveryMs) {
      const patience = { clock, random, withinMs: 5_000, resendsSlow: false, stopper: this.#stopper }
      const { oldestReadyAt } = await untilAnswered(() => adapter.counts(), patience)
      this.#countedAt = clock.monotonic()
      this.#oldestReadyMs = oldestReadyAt === null ? 0 : Math.max(0, storeTime.now() - oldestReadyAt)
    }
    return this.#oldestReadyMs
  }
}
