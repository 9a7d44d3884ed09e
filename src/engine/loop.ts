import type { Clock } from '../core/clock.js'
import type { RiptideError } from '../core/errors.js'
import { asStoreError } from './store-call.js'

export interface LoopOptions {
  readonly clock: Clock
  /** Ms to the next turn, asked anew each time. */
  readonly pauseMs: () => number
  readonly run: () => Promise<void>
  readonly onError: (error: RiptideError) => void
}

/** A task that fails is not taken up again sooner than this. */
const pauseAfterFailureMs = 1_000

/** Runs a background task again and again with a pause between; a failure is reported, never fatal, and the task goes on. */
export class Loop {
  readonly #options: LoopOptions
  #cancel: (() => void) | undefined
  #running: Promise<void> | undefined
  #stopped = true
  #again = false
  #failed = false

  constructor(options: LoopOptions) {
    this.#options = options
  }

  start(): void {
    if (!this.#stopped) return
    this.#stopped = false
    this.#arm()
  }

  /** Resolves when a turn that is under way has ended. */
  async stop(): Promise<void> {
    this.#stopped = true
    this.#cancel?.()
    await this.#running
  }

  /** Takes the next turn now, or right after the one that is under way, instead of after the pause. */
  hurry(): void {
    if (this.#stopped) return
    this.#again = this.#running !== undefined
    if (this.#again) return
    this.#cancel?.()
    this.#turn()
  }

  #arm(): void {
    const pause =
      this.#again && !this.#failed
        ? 0
        : Math.max(this.#options.pauseMs(), this.#failed ? pauseAfterFailureMs : 0)
    this.#again = false
    this.#cancel = this.#options.clock.after(pause, () => this.#turn())
  }

  #turn(): void {
    this.#running = this.#attempt().finally(() => {
      this.#running = undefined
      if (!this.#stopped) this.#arm()
    })
  }

  async #attempt(): Promise<void> {
    try {
      this.#failed = false
      await this.#options.run()
    } catch (thrown) {
      this.#failed = true
      if (!this.#stopped) this.#options.onError(asStoreError(thrown))
    }
  }
}
