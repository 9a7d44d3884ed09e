import type { Clock } from '../core/clock.js'
import type { Hint, QueueAdapter } from '../core/queue-adapter.js'

export interface EndsListenerOptions {
  readonly clock: Clock
  /** Whether anyone wants to hear of ends, or of all moves. */
  readonly need: () => 'nothing' | 'ends' | 'moves'
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
  #hasMoves = false

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
    const { clock, need } = this.#options
    const needed = need()
    if (needed === 'nothing') {
      if (this.#hasMoves) this.#change(false)
      if (this.#unsubscribe) this.#cancelLeave ??= clock.after(lingerMs, () => this.#leave())
      return
    }
    this.#cancelLeave?.()
    this.#cancelLeave = undefined
    const moves = needed === 'moves'
    // Moves are dear: they are not told for longer than they are listened to.
    if (!this.#unsubscribe || moves !== this.#hasMoves) this.#change(moves)
  }

  /** The new subscription stands before the old one goes: what comes between is told twice, not lost. */
  #change(moves: boolean): void {
    const before = this.#unsubscribe
    this.#hasMoves = moves
    this.#unsubscribe = this.#queue?.subscribe(null, this.#options.onHint, { moves })
    before?.()
  }

  #leave(): void {
    this.#cancelLeave?.()
    this.#cancelLeave = undefined
    this.#unsubscribe?.()
    this.#unsubscribe = undefined
    this.#hasMoves = false
  }
}
