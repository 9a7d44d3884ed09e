import type { Clock } from '../core/clock.js'
import type { Reclaimed } from '../core/queue-adapter.js'
import type { Random } from '../core/random.js'
import type { Logger } from '../core/logger.js'
import type { Emitter } from './emitter.js'
import { Loop } from './loop.js'

export interface RescuerOptions {
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
  readonly emitter: Emitter
  /** Makes a cycle whether or not there is a free slot. */
  readonly sweep: () => void
}

const everyMs = 4_500
const crashed = {
  code: 'CRASHED',
  name: 'RiptideError',
  message: 'the worker that ran this job was lost: its lease expired',
} as const

/**
 * Looks at the queue every five seconds or so whatever has or has not been heard, so that a lost wake-up or a dead worker
 * costs no more than that; and says what became of runs whose lease had expired. Taking them back is part of the cycle.
 */
export class Rescuer {
  readonly #options: RescuerOptions
  readonly #loop: Loop

  constructor(options: RescuerOptions) {
    this.#options = options
    const pauseMs = (): number => everyMs + options.random() * 1_000
    const run = (): Promise<void> => Promise.resolve(options.sweep())
    this.#loop = new Loop({ clock: options.clock, pauseMs, run, onError: () => undefined })
  }

  start(): void {
    this.#loop.start()
  }

  stop(): Promise<void> {
    return this.#loop.stop()
  }

  tell(reclaimed: readonly Reclaimed[]): void {
    const { emitter, clock, logger } = this.#options
    for (const { id, type, status, failures } of reclaimed) {
      const base = { jobId: id, type, at: clock.now(), retryCount: failures, error: crashed }
      logger.warn('a lease expired: its worker was lost', { jobId: id, type, status, failures })
      if (status === 'dead_letter') emitter.emit('job:dead_letter', base)
      else emitter.emit('job:retrying', { ...base, delayMs: 0 })
    }
  }
}
