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
  /** It was no attempt; the next run shall not start before `afterMs` have passed, which are none at a shutdown. */
  | { readonly kind: 'handedBack'; readonly afterMs?: number }

/** Where a result is: in the job's own record, or under a key of the storage (see `resultKey`). */
export type StoredResult = { readonly inline: string } | { readonly key: string }

/** What becomes of the job; a value that a store persists without thinking. */
export type Settlement =
  | { readonly kind: 'complete'; readonly result: StoredResult | null }
  | { readonly kind: 'retry'; readonly afterMs: number; readonly error: JobError }
  | { readonly kind: 'fail'; readonly error: JobError }
  /** No attempt was spent. Ready at once, in front; with `afterMs` it waits for so long first, as a delayed job does. */
  | { readonly kind: 'release'; readonly afterMs?: number }

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
  if (outcome.kind === 'handedBack') return releaseAfter(wholeMs(outcome.afterMs) ?? 0)
  const failures = job.failures + 1
  if (outcome.permanent === true || failures >= job.maxAttempts) return { kind: 'fail', error: outcome.error }
  return { kind: 'retry', afterMs: delayOf(job, outcome, failures, random), error: outcome.error }
}

function releaseAfter(afterMs: number): Settlement {
  return afterMs > 0 ? { kind: 'release', afterMs } : { kind: 'release' }
}

/** A wait is never longer: what is due after the year 9999 is an instant that nobody can write down. */
const longestWaitMs = 366 * 86_400_000

function delayOf(
  job: SettledJob,
  outcome: { error: JobError; retryAfterMs?: number },
  failures: number,
  random: Random,
): number {
  const own =
    wholeMs(outcome.retryAfterMs) ??
    (job.backoff === undefined ? undefined : customDelay(job.backoff, failures, outcome.error))
  return own ?? backoffMs(job.retry, failures, random)
}

/** A user's function that throws or answers nonsense must not cost the job its retry: the policy's own wait is used then. */
function customDelay(backoff: CustomBackoff, failures: number, error: JobError): number | undefined {
  try {
    return wholeMs(backoff(failures, error))
  } catch {
    return undefined
  }
}

/** Milliseconds that a store can add to its time; undefined for what is no such number. */
function wholeMs(ms: number | undefined): number | undefined {
  return ms !== undefined && Number.isFinite(ms) && ms >= 0
    ? Math.min(Math.ceil(ms), longestWaitMs)
    : undefined
}
