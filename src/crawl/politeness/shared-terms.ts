import type { Clock } from '../../core/clock.js'
import { type Reservation, type Terms, type Wish, suits } from './agree.js'
import type { HostBook } from './host-book.js'
import type { HostPace } from './host-pace.js'

export interface SharedTermsDeps {
  readonly host: string
  /** The name of this process among those that share the book. */
  readonly self: string
  readonly book: HostBook
  readonly pace: HostPace
  readonly clock: Clock
}

/** What the lane of a host has and wants at a moment. */
export interface LaneState {
  readonly active: number
  readonly waiting: number
  /** Least time between two starts that the head of the line asks for. */
  readonly gapMs: number
}

/** Terms are looked at again when they are so old: another process may have been told to stay away. */
const freshMs = 100
/** Between two looks the two clocks do not part further. */
const clockDriftMs = 50
/** So long before a start, so that it need not wait for the answer. */
const lookAheadMs = 30

/**
 * What this process may do on a host by agreement with the others. Times are those of the monotonic clock, but in the book, where
 * they are those of the wall.
 */
export class SharedTerms {
  readonly #deps: SharedTermsDeps
  #terms: Terms | undefined
  /** What lies between the two clocks. */
  #offset = 0
  #askedAt = -Infinity

  constructor(deps: SharedTermsDeps) {
    this.#deps = deps
  }

  /** The others count on slots of this process. */
  get isHolding(): boolean {
    return this.#terms !== undefined
  }

  /** How long ago the book was asked, in ms. */
  ageAt(now: number): number {
    return now - this.#askedAt
  }

  /** How long the head of the line waits, in ms; `ask` where the terms do not say. */
  waitFor(gapMs: number, active: number, now: number): number | 'ask' {
    const terms = this.#terms
    if (terms === undefined) return 'ask'
    const age = this.ageAt(now)
    // All slots are in use: others may have left some.
    if (active >= terms.slots) return age < freshMs ? freshMs - age : 'ask'
    if (terms.starts <= 0 || !suits(terms.gapMs, gapMs)) return 'ask'
    const startAt = Math.max(terms.startAt - this.#offset, this.#deps.pace.closedUntil)
    if (startAt - now > lookAheadMs) return startAt - now - lookAheadMs
    return age < freshMs ? startAt - now : 'ask'
  }

  /** One start is used up. */
  started(): void {
    if (this.#terms === undefined) return
    const { startAt, starts, gapMs } = this.#terms
    this.#terms = { ...this.#terms, startAt: startAt + gapMs, starts: starts - 1 }
  }

  /** Agrees anew; rejects where the book cannot be asked. */
  async ask(state: () => LaneState): Promise<void> {
    const { book, host, pace, clock } = this.#deps
    let lessons = 0
    let isWanted = true
    const terms = await book.agree(host, () => {
      lessons = pace.lessons
      const { active, waiting, gapMs } = state()
      isWanted = active + waiting > 0
      return this.#wish(active, waiting, gapMs)
    })
    this.#terms = isWanted ? terms : undefined
    this.#askedAt = clock.monotonic()
    pace.close(terms.closedUntil - this.#offset)
    pace.told(lessons, terms.delayMs)
  }

  /** The others take what this process had; without asking the book, where it cannot be asked. */
  forget(): void {
    this.#terms = undefined
  }

  #wish(active: number, waiting: number, gapMs: number): Wish {
    const { clock, self, pace } = this.#deps
    const now = clock.now()
    this.#offset = now - clock.monotonic()
    const closedUntil = pace.closedUntil + this.#offset
    // What the others know comes back a little changed, by the clocks: only what is later is news.
    const isNews = closedUntil > Math.max(now, (this.#terms?.closedUntil ?? 0) + clockDriftMs)
    const onWall = (time: number): number => (time === -Infinity ? 0 : Math.round(time + this.#offset))
    return {
      now,
      self,
      active,
      waiting,
      gapMs,
      lastStartAt: onWall(pace.lastStartAt),
      reserved: waiting > 0 ? this.#reserved() : undefined,
      delayMs: pace.untoldDelayMs,
      closedUntil: isNews ? Math.round(closedUntil) : 0,
    }
  }

  #reserved(): Reservation | undefined {
    if (this.#terms === undefined || this.#terms.gapMs === 0) return undefined
    const { startAt, starts, gapMs } = this.#terms
    return starts > 0 ? { startAt, starts, gapMs } : undefined
  }
}
