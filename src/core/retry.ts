import type { Random } from './random.js'

/** When a failed attempt is tried again. Plain data: it is stored with the job. */
export interface RetryPolicy {
  /** Runs in all, the first one included: 1 to 100. @default 3 */
  readonly maxAttempts: number
  /** `fixed` waits `initialDelayMs` each time, `exponential` multiplies. @default 'exponential' */
  readonly backoff: 'fixed' | 'exponential'
  /** Wait before the second attempt, in ms. @default 30_000 */
  readonly initialDelayMs: number
  /** Factor from one wait to the next; 1 to 1000. @default 2 */
  readonly multiplier: number
  /** No wait is longer, in ms. @default 300_000 */
  readonly maxDelayMs: number
  /** Spread each wait over its upper half, so that jobs which failed together do not return together. @default true */
  readonly jitter: boolean
}

/** A wait of the caller's own making, in ms, after failure number `failures` (1 for the first). */
export type CustomBackoff = (
  failures: number,
  error: { readonly code: string; readonly message: string },
) => number

export const defaultRetry: RetryPolicy = Object.freeze({
  maxAttempts: 3,
  backoff: 'exponential',
  initialDelayMs: 30_000,
  multiplier: 2,
  maxDelayMs: 300_000,
  jitter: true,
})

/**
 * Milliseconds to wait after failure number `failures` (1 for the first). Capped before it can overflow; with jitter the
 * wait lies in [half, whole] of it ("equal jitter", AWS Architecture Blog, Exponential Backoff And Jitter, 2015).
 */
export function backoffMs(policy: RetryPolicy, failures: number, random: Random): number {
  const factor = policy.backoff === 'fixed' ? 1 : policy.multiplier ** Math.max(0, failures - 1)
  const grown = policy.initialDelayMs * factor
  const whole = Math.min(Number.isFinite(grown) ? grown : policy.maxDelayMs, policy.maxDelayMs)
  return Math.round(policy.jitter ? whole / 2 + (random() * whole) / 2 : whole)
}
