import type { Clock } from '../core/clock.js'

export interface GraceOptions {
  readonly clock: Clock
  /** How long before the end those that run are asked to end. */
  readonly abortGraceMs: number
  readonly whenIdle: () => Promise<void>
  readonly askToStop: () => void
  readonly handBack: () => void
}

/** The part of the grace that those who run may use up; the rest is for what they leave behind. */
const share = 0.95

/** The time that a stop gives to what runs: near its end all are asked to end, and at its end they are given up. */
export class Grace {
  readonly #options: GraceOptions
  #endsAt: number | undefined
  #cancels: readonly (() => void)[] = []
  #end: () => void = () => undefined

  constructor(options: GraceOptions) {
    this.#options = options
  }

  /** Resolves when nothing runs any more, or when the time is over. */
  async give(ms: number): Promise<void> {
    this.#arm(ms)
    await new Promise<void>((resolve) => {
      this.#end = resolve
      void this.#options.whenIdle().then(resolve)
    })
    this.#disarm()
    this.#endsAt = undefined
  }

  /** Leaves no more than this from now on, of a time that is being given. */
  shorten(ms: number): void {
    if (this.#endsAt !== undefined && this.#options.clock.monotonic() + ms < this.#endsAt) this.#arm(ms)
  }

  #arm(ms: number): void {
    const { clock, abortGraceMs, askToStop, handBack } = this.#options
    this.#disarm()
    this.#endsAt = clock.monotonic() + ms
    const forAborting = Math.min(abortGraceMs, ms / 2)
    this.#cancels = [
      clock.after(ms * share - forAborting, askToStop),
      clock.after(ms * share, () => {
        handBack()
        this.#end()
      }),
    ]
  }

  #disarm(): void {
    for (const cancel of this.#cancels) cancel()
  }
}
