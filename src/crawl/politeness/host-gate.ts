import type { Deadline } from '../deadline.js'
import type { Patience } from '../fetch/patience.js'

/** How one request stands in line for its host. */
export interface EnterOptions {
  /** Whoever aborts leaves the line at once. */
  readonly signal: AbortSignal
  /** Stands still while the request waits. */
  readonly deadline?: Deadline | undefined
  /** Least time between the last start on the host and this one, in ms: the Crawl-delay of its robots.txt. @default 0 */
  readonly minDelayMs?: number | undefined
  /** Whoever would wait for longer, or comes to, is sent away. @default without end */
  readonly patience?: Patience | undefined
}

/** What became of a request, as far as its host's pace depends on it. */
export interface RequestEnd {
  /** From the request to the headers of its response, in ms. */
  readonly latencyMs?: number | undefined
  readonly status?: number | undefined
  /** What the server asked to wait, in ms from now; undefined when it asked for nothing. */
  readonly retryAfterMs?: number | undefined
}

/** The right to have one request under way. */
export interface Pass {
  /** Gives it back, when the body is in or whatever else ended the request. Never throws; a second call does nothing. */
  leave(end?: RequestEnd): void
}

/** Lets the requests of all jobs to one host in, so many at a time and at the pace that suits it. */
export interface HostGate {
  /**
   * Resolves when a request to the host of `url` may start; rejects with the signal's reason, or a RetryAfterError that says
   * when to come again.
   */
  enter(url: string, options: EnterOptions): Promise<Pass>
  /** Throws the RetryAfterError that `enter` would reject with now. */
  foresee(url: string, patience: Patience): void
  /** Gives back whatever this process holds. Those who still wait are let go by their signals. */
  close(): Promise<void>
}
