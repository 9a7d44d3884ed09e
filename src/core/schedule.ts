import type { Priority } from './priority.js'

/** What happens when a slot comes while a job of the same schedule has not ended: drop it, line up behind it, or run beside it. */
export const overlapPolicies = ['skip', 'queue', 'allow'] as const
export type OverlapPolicy = (typeof overlapPolicies)[number]

/** What happens to slots that passed while nobody was there: none runs, the newest runs, or all run (the newest `misfireLimit`). */
export const misfirePolicies = ['skip', 'last', 'all'] as const
export type MisfirePolicy = (typeof misfirePolicies)[number]

/** A schedule as a user sees it. Times are ms since the epoch. */
export interface ScheduledJob {
  readonly id: string
  readonly name: string
  readonly cron: string | null
  readonly everyMs: number | null
  /** IANA name; cron is read in it. */
  readonly timezone: string
  readonly job: { readonly type: string; readonly payload: unknown }
  readonly priority: Priority
  readonly enabled: boolean
  readonly overlap: OverlapPolicy
  readonly misfire: MisfirePolicy
  readonly misfireLimit: number
  readonly metadata: Readonly<Record<string, unknown>>
  /** Counts the changes of its definition, from 1. */
  readonly version: number
  readonly createdAt: number
  readonly lastRunAt: number | null
  /** `null` while it is disabled. */
  readonly nextRunAt: number | null
  /** Jobs it has made. */
  readonly runCount: number
  /** Slots that made no job: overlapped or missed. */
  readonly skippedCount: number
}

/** A schedule as a store keeps it: one row, which no deletion of jobs can touch. */
export interface ScheduleRecord {
  readonly id: string
  readonly name: string
  /** Grows by one with each change of the definition; a `fire` for another version is refused. */
  readonly version: number
  /** Tells whether a definition with the same name says the same. */
  readonly digest: string
  /** JSON, opaque to the store. */
  readonly definition: string
  readonly enabled: boolean
  readonly createdAt: number
  /** The instant it is due next, in ms; `null` while disabled. Only `fire` and a new definition move it. */
  readonly nextSlot: number | null
  readonly lastFiredAt: number | null
  readonly fired: number
  readonly skipped: number
  /** Its jobs that have not ended. */
  readonly live: number
}

/** What a schedule's record holds as text: when it is due, and the job that each slot makes. */
export interface ScheduleDefinition {
  readonly cron: string | null
  readonly everyMs: number | null
  readonly timezone: string
  readonly type: string
  /** JSON text, as the job will have it. */
  readonly payload: string
  /** JSON text, as the job will have it. */
  readonly options: string
  readonly maxAttempts: number
  readonly priority: Priority
  readonly overlap: OverlapPolicy
  readonly misfire: MisfirePolicy
  readonly misfireLimit: number
}

/** The definition in a record. */
export function readDefinition(record: ScheduleRecord): ScheduleDefinition {
  return JSON.parse(record.definition) as ScheduleDefinition
}
