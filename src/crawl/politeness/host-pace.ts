import { isOverload, nextDelay } from './adaptive-delay.js'
import type { RequestEnd } from './host-gate.js'
import type { ResolvedPerHost } from './per-host-options.js'

/** The pace that suits a host, as far as this process knows. Times are those of the monotonic clock. */
export class HostPace {
  readonly #limits: ResolvedPerHost
  #lastStartAt = -Infinity
  #closedUntil = -Infinity
  #delayMs = 0
  #raisedAt = -Infinity
  #lessons = 0
  #lessonsTold = 0

  constructor(limits: ResolvedPerHost) {
    this.#limits = limits
  }

  get lastStartAt(): number {
    return this.#lastStartAt
  }

  get closedUntil(): number {
    return this.#closedUntil
  }

  /** What has been learned so far, so that it can be told which of it others know. */
  get lessons(): number {
    return this.#lessons
  }

  /** The adaptive delay, where others have not heard of it. */
  get untoldDelayMs(): number | undefined {
    return this.#lessons > this.#lessonsTold ? this.#delayMs : undefined
  }

  /** Least time between two starts, where one of them asks for so much. */
  gapFor(minDelayMs: number): number {
    return Math.max(this.#limits.delayMs, minDelayMs, this.#delayMs)
  }

  /** When the next request may start, if this process is alone with the host. */
  nextStart(gapMs: number): number {
    return Math.max(this.#lastStartAt + gapMs, this.#closedUntil)
  }

  started(now: number): void {
    this.#lastStartAt = now
  }

  /** What a request that has ended says of the host. Answers whether it asks all to stay away. */
  learn(end: RequestEnd, startedAt: number, now: number, isBusy: () => boolean): boolean {
    const { adaptive, maxRetryAfterMs } = this.#limits
    const isTooMuch = isOverload(end.status)
    if (adaptive && end.status !== undefined) this.#adapt(end, isTooMuch, startedAt, now, isBusy)
    if (!isTooMuch || end.retryAfterMs === undefined || end.retryAfterMs <= 0) return false
    this.close(now + Math.min(end.retryAfterMs, maxRetryAfterMs))
    return true
  }

  /** Nobody starts until then, nor until what was said before. */
  close(until: number): void {
    this.#closedUntil = Math.max(this.#closedUntil, until)
  }

  /** What the others know, who know all that was learned up to `lessons`. */
  told(lessons: number, delayMs: number): void {
    this.#lessonsTold = lessons
    if (this.#limits.adaptive && this.#lessons === lessons) this.#delayMs = delayMs
  }

  #adapt(end: RequestEnd, isTooMuch: boolean, startedAt: number, now: number, isBusy: () => boolean): void {
    // Those that were under way together tell of one overload, however many they are.
    if (isTooMuch && startedAt < this.#raisedAt) return
    const delayMs = nextDelay(this.#delayMs, end, this.#limits)
    // A process that is late itself makes a host look slow, never quick.
    if (!isTooMuch && delayMs > this.#delayMs && isBusy()) return
    if (isTooMuch && delayMs > this.#delayMs) this.#raisedAt = now
    if (delayMs === this.#delayMs) return
    this.#delayMs = delayMs
    this.#lessons++
  }
}
