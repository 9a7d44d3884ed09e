import type { JobId } from './handler.js'
import type { JobError } from './job-error.js'
import type { ConcurrencyLimit, Dependency, RateLimit } from './job-terms.js'
import type { Priority } from './priority.js'
import type { RetryPolicy } from './retry.js'
import type { JobStatus } from './states.js'

/** What a user sees of a job. Times are ms since the epoch. */
export interface Job {
  readonly id: string
  /** A built-in type, or the name given to `defineJob`. */
  readonly type: string
  readonly status: JobStatus
  readonly priority: Priority
  /** As submitted; left out in lists. */
  readonly payload?: unknown
  readonly metadata: Readonly<Record<string, unknown>>
  /** Lives: 1, and one more for each `retryJob`. */
  readonly generation: number
  /** The run that is under way or was the last one, from 1; 0 before the first. */
  readonly attempt: number
  /** Failed attempts that were accepted. */
  readonly retryCount: number
  readonly retry: RetryPolicy
  readonly timeoutMs: number
  readonly createdAt: number
  /** When it may start or start again; of a job that is ready, when it became so. */
  readonly runAt: number
  /** Start of the last run. */
  readonly startedAt: number | null
  readonly completedAt: number | null
  /** Of the last run; counted up to now while it runs. */
  readonly processingTimeMs: number | null
  /** `<instance>/<n>`: who runs it, or ran it last. */
  readonly workerId: string | null
  readonly lastError: JobError | null
  readonly progress: Progress | null
  /** The last lines that the handler logged, oldest first; left out in lists. */
  readonly logs?: readonly string[]
  readonly dedupeKey: string | null
  readonly scheduleId: string | null
  /** Jobs that must end first; left out of one that has none, and in lists. */
  readonly dependsOn?: readonly Dependency[]
  /** Ids of those that have not let it go yet; left out when there is none, and in lists. */
  readonly waitsFor?: readonly string[]
  /** Left out of a job without one, and in lists. */
  readonly concurrencyKey?: ConcurrencyLimit
  /** Left out of a job without one, and in lists. */
  readonly rateLimit?: RateLimit
  /** Who is told of its end; left out of a job without one. */
  readonly webhook?: { readonly url: string; readonly events: readonly string[] }
  /** The template that it was made from; left out of one that was made without. */
  readonly template?: TemplateRef
}

/** A version of a template. */
export interface TemplateRef {
  readonly name: string
  readonly version: number
}

/** How far a running job says it is. */
export interface Progress {
  /** 0 to 1. */
  readonly value: number
  readonly note: string | null
}

/** How a job ended; there is one for every job in a final state. */
export interface Result<T = unknown> {
  readonly jobId: string
  readonly success: boolean
  /** What the handler returned; `null` for a job that did not succeed, and once `resultTtlMs` has passed. */
  readonly data: T | null
  readonly error: JobError | null
  readonly processingTimeMs: number
  readonly workerId: string | null
  readonly completedAt: number
}

/** The answer to a submission. */
export interface Submitted<Output = unknown> {
  readonly id: JobId<Output>
  /** False when a job with this id, or a live one with this dedupe key, stood already: `id` is then that job's. */
  readonly created: boolean
  /** Its state now. */
  readonly status: JobStatus
  /** The job that held the dedupe key has this submission's content now; only there when it is so. */
  readonly replaced?: true
}

/**
 * What a submission that may come twice belongs to, such as a request with a key of its client's: another digest under the same id
 * is IDEMPOTENCY_KEY_REUSED, for a day, and the same one is answered as before. Its jobs must have ids of their own.
 */
export interface KeyedRequest {
  /** `[A-Za-z0-9_.~-]{1,200}`. */
  readonly id: string
  /** Of all that it says; 1 to 100 characters. */
  readonly digest: string
}
