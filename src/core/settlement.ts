import type { JobError } from './job-error.js'
import type { Random } from './random.js'
import { type CustomBackoff, type RetryPolicy, backoffMs } from './retry.js'

/** How a run ended, as the executor saw it. */
export type Outcome =
  | { readonly kind: 'returned'; readonly result: StoredResult | null }
  | {
      readonly kind: 'failed'
      readonly error: JobError
      /** No further attempt can help. */
      readonly permanent?: boolean
      /** The handler's own word on when to try again; replaces the backoff. */
      readonly retryAfterMs?: number
    }
  | { readonly kind: 'handedBack' }

/** Where a result is: in the job's own record, or under a key of the storage (see `resultKey`). */
export type StoredResult = { readonly inline: string } | { readonly key: string }

/** What becomes of the job; a value that a store persists without thinking. */
export type Settlement =
  | { readonly kind: 'complete'; readonly result: StoredResult | null }
  | { readonly kind: 'retry'; readonly afterMs: number; readonly error: JobError }
  | { readonly kind: 'fail'; readonly error: JobError }
  | { readonly kind: 'release' }

/** What `settle` needs to know of the job. */
export interface SettledJob {
  /** Failed attempts accepted before this run. */
  readonly failures: number
  readonly maxAttempts: number
  readonly retry: RetryPolicy
  readonly backoff?: CustomBackoff | undefined
}

/** The one decision after a run: pure, so that every store and every test gets the same. */
export function settle(job: SettledJob, outcome: Outcome, random: Random): Settlement {
  if (outcome.kind === 'returned') return { kind: 'complete', result: outcome.result }
  if (outcome.kind === 'handedBack') return { kind: 'release' }
  const failures = job.failures + 1
  if (outcome.permanent === true || failures >= job.maxAttempts) return { kind: 'fail', error: outcome.error }
  return { kind: 'retry', afterMs: delayOf(job, outcome, failures, random), error: outcome.error }
}

function delayOf(
  job: SettledJob,
  outcome: { error: JobError; retryAfterMs?: number },
  failures: number,
  random: Random,
): number {
  if (outcome.retryAfterMs !== undefined) return Math.ceil(outcome.retryAfterMs)
  const own = job.backoff === undefined ? undefined : customDelay(job.backoff, failures, outcome.error)
  return own ?? backoffMs(job.retry, failures, random)
}

/** A user's function that throws or answers nonsense must not cost the job its retry: the policy's own wait is used then. */
function customDelay(backoff: CustomBackoff, failures: number, error: JobError): number | undefined {
  try {
    const ms = backoff(failures, error)
    return Number.isFinite(ms) && ms >= 0 ? Math.ceil(ms) : undefined
  } catch {
    return undefined
  }
}
