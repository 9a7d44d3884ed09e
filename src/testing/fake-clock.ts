import { type Clock, nextTurn, sleepBy, systemClock } from '../core/clock.js'

interface Timer {
  readonly at: number
  readonly order: number
  readonly run: () => void
}

/** So many turns of the event loop in which nothing asked for another count as quiet. */
const quietTurns = 4
/** Code that asks for turn after turn without end must not hold time still. */
const mostTurns = 1000

/**
 * A clock that stands still until it is told to move: what is due then runs in the order of time, and whatever a timer set
 * going (promises, `soon`, timers of its own) goes on before the next one. Give the same one to the service, to the queue's
 * `open` and to `drain`.
 * @example const clock = new FakeClock(); await clock.advance(30_000)
 */
export class FakeClock implements Clock {
  #elapsed = 0
  #setTo: number
  #setAt = 0
  #order = 0
  #asked = 0
  #moving: Promise<unknown> = Promise.resolve()
  readonly #timers = new Set<Timer>()

  constructor(startMs = Date.UTC(2026, 0, 1)) {
    this.#setTo = startMs
  }

  now(): number {
    return this.#setTo + Math.floor(this.#elapsed - this.#setAt)
  }

  monotonic(): number {
    return this.#elapsed
  }

  after(ms: number, run: () => void): () => void {
    const timer: Timer = { at: this.#elapsed + (ms > 0 ? ms : 0), order: this.#order++, run }
    this.#timers.add(timer)
    return () => void this.#timers.delete(timer)
  }

  soon(run: () => void): () => void {
    this.#asked++
    return systemClock.soon(run)
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return sleepBy(this, ms, signal)
  }

  /** Timers that have neither run nor been cancelled. */
  get pendingTimers(): number {
    return this.#timers.size
  }

  /** Sets what `now` says, as an administrator sets a host's clock: no timer runs, and time goes on from there. */
  setNow(ms: number): void {
    this.#setTo = ms
    this.#setAt = this.#elapsed
  }

  /** Moves on by `ms` and runs what falls due on the way; resolves when that has settled. Rejects with what a timer threw. */
  advance(ms: number): Promise<void> {
    return this.#inTurn(async () => {
      await this.settle()
      const until = this.#elapsed + ms
      for (let timer = this.#next(); timer && timer.at <= until; timer = this.#next()) await this.#fire(timer)
      this.#elapsed = Math.max(this.#elapsed, until)
      await this.settle()
    })
  }

  /** Moves on to the next timer and runs it; false when there is none, or none within `mostMs`. */
  advanceToNext(mostMs = Number.POSITIVE_INFINITY): Promise<boolean> {
    return this.#inTurn(async () => {
      await this.settle()
      const timer = this.#next()
      if (!timer || timer.at > this.#elapsed + mostMs) return false
      await this.#fire(timer)
      return true
    })
  }

  /** Lets everything go on that waits for no time: promises, and turns of the event loop asked for by `soon`. */
  async settle(): Promise<void> {
    for (let quiet = 0, turns = 0; quiet < quietTurns && turns < mostTurns; turns++) {
      const before = this.#asked
      await nextTurn(systemClock)
      quiet = this.#asked === before ? quiet + 1 : 0
    }
  }

  async #fire(timer: Timer): Promise<void> {
    this.#timers.delete(timer)
    this.#elapsed = Math.max(this.#elapsed, timer.at)
    timer.run()
    await this.settle()
  }

  #next(): Timer | undefined {
    let first: Timer | undefined
    for (const timer of this.#timers) {
      if (!first || timer.at < first.at || (timer.at === first.at && timer.order < first.order)) first = timer
    }
    return first
  }

  /** Two moves asked for at once follow each other. */
  #inTurn<T>(move: () => Promise<T>): Promise<T> {
    const moved = this.#moving.then(move)
    this.#moving = moved.catch(() => undefined)
    return moved
  }
}
