import type { JobId } from './handler.js'
import type { JobError } from './job-error.js'
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
}
