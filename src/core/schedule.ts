import type { RiptideError } from './errors.js'
import type { JobError } from './job-error.js'
import type { JobTerms } from './job-terms.js'
import type { Job } from './job.js'
import type { Priority } from './priority.js'
import { faultIn, readStored } from './stored-json.js'

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
  /** As of each of its jobs; left out when they have none. */
  readonly concurrencyKey?: Job['concurrencyKey']
  readonly rateLimit?: Job['rateLimit']
  readonly webhook?: Job['webhook']
  /** The template that its jobs are made from, and which version of it; left out when there is none. */
  readonly template?: { readonly name: string; readonly version: number | 'latest' }
  /**
   * Only of one in a list whose definition this process cannot read, for want of a key: why. Then nothing is known of when it is
   * due and of its jobs: `cron`, `everyMs` and the payload are null, the type is empty, the rest as by default.
   */
  readonly fault?: JobError
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

/** A record on its way from the store: what opens such texts may have more to say of it. */
export interface OpenedSchedule extends ScheduleRecord {
  /** Why its definition cannot be opened, which then is as it is stored. Never set by a store. */
  readonly fault?: RiptideError | undefined
  /** Its definition is not sealed with the key that seals now. Never set by a store. */
  readonly outdated?: true | undefined
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
  /** Of each of its jobs; left out when they have none. */
  readonly terms?: JobTerms | undefined
  /** The jobs follow the newest version of a template: the fields of the job are those of when the schedule was put. */
  readonly template?: FollowedTemplate | undefined
  /**
   * What was said of a template in no certain version: declared again as it was, the schedule keeps the version that it was made
   * with, which stands in its `options`.
   */
  readonly pinned?: FollowedTemplate | undefined
}

/** A template as a schedule names it. */
export interface FollowedTemplate {
  readonly name: string
  readonly parameters: Readonly<Record<string, unknown>>
  /** What the schedule itself says of its jobs: priority, retry, timeout, metadata, limits, webhook. */
  readonly given: Readonly<Record<string, unknown>>
}

/** What a slot makes of a definition. */
export type SlotJob = Pick<
  ScheduleDefinition,
  'type' | 'payload' | 'options' | 'maxAttempts' | 'priority' | 'terms'
>

/** The definition in a record; DECRYPTION_FAILED for one that cannot be opened. */
export function readDefinition({ definition: text, fault }: OpenedSchedule): ScheduleDefinition {
  return readStored({ text, fault }) as ScheduleDefinition
}

/** Why the definition in a record cannot be opened; undefined when it can. */
export function definitionFault({ definition: text, fault }: OpenedSchedule): RiptideError | undefined {
  return faultIn({ text, fault })
}
