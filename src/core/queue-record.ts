import type { Buckets } from './histogram.js'
import type { JobTerms } from './job-terms.js'
import type { Priority } from './priority.js'
import type { StoredResult } from './settlement.js'
import type { JobStatus } from './states.js'

/** A job as the store knows it. */
export interface JobRecord {
  readonly id: string
  readonly type: string
  readonly status: JobStatus
  readonly priority: Priority
  /** Empty in lists. */
  readonly payload: string
  /** Empty when all of them are the defaults. */
  readonly options: string
  readonly generation: number
  readonly failures: number
  readonly maxAttempts: number
  /** `0` before the first claim; moves on when the run is taken away. */
  readonly fence: string
  /** `<instance>/<lane>` of the last claim. */
  readonly worker: string | null
  readonly createdAt: number
  readonly readyAt: number
  readonly startedAt: number | null
  readonly completedAt: number | null
  /** Of the last run that ended. */
  readonly runMs: number | null
  /** JSON of a JobError. */
  readonly error: string | null
  readonly cancelReason: string | null
  readonly progress: string | null
  /** Empty in lists. */
  readonly lines: readonly string[]
  readonly dedupeKey: string | null
  readonly scheduleId: string | null
  /** The job of its schedule that it waits for. */
  readonly blockedBy: string | null
  /** Null when it has none, and in lists. */
  readonly terms: JobTerms | null
  /** Those of its dependencies that have not let it go yet. Empty in lists. */
  readonly waitsFor: readonly string[]
  /** Null when there is none, or its time is over. */
  readonly result: StoredResult | null
}

export interface ListQuery {
  readonly status: JobStatus | null
  readonly type: string | null
  /** Taken literally, any case, in the id, type, dedupe key, worker or error. */
  readonly search: string | null
  readonly limit: number
  readonly offset: number
  /** From the answer before, for the same query. A cursor that is none is PAGE_INVALID. */
  readonly cursor: string | null
}

export interface ListAnswer {
  readonly jobs: readonly JobRecord[]
  /** All that match, whatever the page. */
  readonly total: number
  readonly nextCursor: string | null
}

/** Jobs by state; `pending` are ready ones, `delayed` those pending ones whose time has not come. */
export interface StateCounts {
  readonly pending: number
  readonly delayed: number
  readonly processing: number
  readonly retrying: number
  readonly blocked: number
  readonly completed: number
  readonly dead_letter: number
  readonly cancelled: number
}

/** What is counted of a type over time, without the buckets. */
export type TypeTotals = {
  -readonly [K in keyof TypeMetrics as TypeMetrics[K] extends number ? K : never]: number
}

/** Where nothing has happened yet. */
export function noTotals(): TypeTotals {
  return {
    submitted: 0,
    completed: 0,
    failed: 0,
    retried: 0,
    deadLetter: 0,
    cancelled: 0,
    crashed: 0,
    totalRunMs: 0,
  }
}

/** No jobs in any state. */
export function noCounts(): { -readonly [K in keyof StateCounts]: number } {
  return {
    pending: 0,
    delayed: 0,
    processing: 0,
    retrying: 0,
    blocked: 0,
    completed: 0,
    dead_letter: 0,
    cancelled: 0,
  }
}

export interface QueueCounts extends StateCounts {
  readonly byType: Readonly<Record<string, StateCounts>>
  /** Claims that each waiting class was passed over since it was served. */
  readonly skips: Readonly<Record<Priority, number>>
  /** When the job that has been ready longest became so. */
  readonly oldestReadyAt: number | null
}

/** Counters since the namespace began; they never go back, and no removal of jobs changes them. */
export interface TypeMetrics {
  readonly submitted: number
  readonly completed: number
  /** Attempts that failed: retried or not. */
  readonly failed: number
  readonly retried: number
  readonly deadLetter: number
  readonly cancelled: number
  readonly crashed: number
  /** Sum over the runs that ended. */
  readonly totalRunMs: number
  /** Of runs, in ms. */
  readonly runs: Buckets
  /** From ready to claimed, in ms. */
  readonly waits: Buckets
}

export interface StoreMetrics {
  /** When counting began. */
  readonly since: number
  /** Claims of each class. */
  readonly claims: Readonly<Record<Priority, number>>
  readonly types: Readonly<Record<string, TypeMetrics>>
}
