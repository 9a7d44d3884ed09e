import type { Priority } from './priority.js'
import type { FinalStatus } from './states.js'

/** What becomes of a job when one that it depends on ends without having completed. */
export const failureRules = ['fail', 'cancel', 'ignore'] as const

/**
 * `fail`: it becomes a dead letter with code DEPENDENCY_FAILED; `cancel`: it is cancelled; `ignore`: it goes on as though the
 * other had completed.
 */
export type FailureRule = (typeof failureRules)[number]

/** Most jobs that one depends on. */
export const mostDependencies = 1_000

export interface Dependency {
  readonly id: string
  readonly onFailure: FailureRule
}

/** At most `max` runs of the key at once, in the whole fleet. The job submitted last says how many. */
export interface ConcurrencyLimit {
  readonly key: string
  readonly max: number
}

/** At most `max` starts of the key within any `perMs`. The job submitted last says how many. */
export interface RateLimit {
  readonly key: string
  readonly max: number
  readonly perMs: number
}

/** Most starts that a rate may allow within its time: a store remembers each. */
export const mostRateStarts = 10_000

export const dedupeModes = ['keep', 'replace', 'debounce', 'throttle'] as const

/**
 * What a submission does that finds its dedupe key held by another job.
 *  - `keep`: it is answered with that job.
 *  - `replace`: that job, unless it runs, gets this one's content and place in time, and keeps its id.
 *  - `debounce`: as `replace`, and it is ready `windowMs` after the last submission.
 *  - `throttle`: as `keep`, but the key is held for exactly `windowMs` from the submission that made the job.
 * A job holds its key while it is live; with `keep` and a window, until that is over at the least.
 */
export type DedupeMode = (typeof dedupeModes)[number]

export interface DedupeRule {
  readonly mode: DedupeMode
  /** From the submission that made the job, or, with `debounce`, from the last one. Null for none. */
  readonly windowMs: number | null
}

/** What few jobs have: ties to other jobs, limits they share, and whom to tell of their end. */
export interface JobTerms {
  /** Each job once. */
  readonly dependsOn: readonly Dependency[]
  readonly concurrency: ConcurrencyLimit | null
  readonly rate: RateLimit | null
  /** Null is `keep` without a window. Of no meaning without a dedupe key. */
  readonly dedupe: DedupeRule | null
  /** Ends of this job that make a notice; see `noticeType`. */
  readonly notices: readonly FinalStatus[]
  /** The schedule that it counts as a live job of. */
  readonly scheduleId: string | null
}

export const noTerms: JobTerms = Object.freeze({
  dependsOn: [],
  concurrency: null,
  rate: null,
  dedupe: null,
  notices: [],
  scheduleId: null,
})

/**
 * The type of the job that a store makes in the same step as the end of another, when that one's terms or a setting ask for it:
 * its payload is the JSON of a Notice. It depends on the job that ended, which therefore is kept until it has ended too.
 * Jobs whose type begins with `riptide.` make no notices and are not held up by pauses and limits of the whole queue.
 */
export const noticeType = 'riptide.notice'
export const internalPrefix = 'riptide.'
export const noticePriority: Priority = 'high'
export const noticeAttempts = 20

/** The payload of a notice, in this order of fields. */
export interface Notice {
  readonly job: string
  readonly type: string
  readonly status: FinalStatus
  readonly generation: number
  /** When it ended, in ms. */
  readonly at: number
}

/** The id of a notice: `n` is a number that no other job of the store has (its place in the order of creation). */
export function noticeId(n: number, now: number): string {
  return `notice~${n}~${now}`
}
