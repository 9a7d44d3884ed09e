import type { Clock } from '../core/clock.js'
import type { Hint, QueueAdapter } from '../core/queue-adapter.js'

export interface EndsListenerOptions {
  readonly clock: Clock
  /** Whether anyone wants to hear of ends. */
  readonly isNeeded: () => boolean
  readonly onHint: (hint: Hint) => void
}

/** Who waits once often waits again: the subscription outlives the last one by so long. */
const lingerMs = 10_000

/** Hears of jobs that end, wherever that is, while someone here wants to know: to be told of each costs the store and us. */
export class EndsListener {
  readonly #options: EndsListenerOptions
  #queue: QueueAdapter | undefined
  #unsubscribe: (() => void) | undefined
  #cancelLeave: (() => void) | undefined

  constructor(options: EndsListenerOptions) {
    this.#options = options
  }

  /** From now on the queue is open. */
  open(queue: QueueAdapter): void {
    this.#queue = queue
    this.check()
  }

  close(): void {
    this.#queue = undefined
    this.#leave()
  }

  /** Somebody has begun to want to know, or does no more. */
  check(): void {
    const { clock, isNeeded, onHint } = this.#options
    if (!isNeeded()) {
      if (this.#unsubscribe) this.#cancelLeave ??= clock.after(lingerMs, () => this.#leave())
      return
    }
    this.#cancelLeave?.()
    this.#cancelLeave = undefined
    this.#unsubscribe ??= this.#queue?.subscribe(null, onHint)
  }

  #leave(): void {
    this.#cancelLeave?.()
    this.#cancelLeave = undefined
    this.#unsubscribe?.()
    this.#unsubscribe = undefined
  }
}
