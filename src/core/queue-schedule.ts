import type { NewJob } from './queue-adapter.js'
import type { JobStatus } from './states.js'

export interface NewSchedule {
  /** For a new schedule; a standing one keeps its own. */
  readonly id: string
  readonly name: string
  readonly digest: string
  readonly definition: string
  readonly enabled: boolean
  /** First slot of this definition. */
  readonly nextSlot: number | null
  /** Goes ahead only while the standing schedule has this version, if one is given. */
  readonly ifVersion?: number | undefined
}

/**
 * Goes ahead only while the schedule stands at this slot and version, is enabled, and the slot has come. With `job` the
 * slot makes that job, unless `overlap` says otherwise: with `skip`, not while another of its jobs is live; with `queue`
 * the job is `blocked` by its last live one, and not made when `queueLimit` are live.
 * Without `job` the slot is passed over. Sent twice with the same job id and token, it answers the same and fires once.
 */
export interface FireRequest {
  readonly id: string
  readonly version: number
  readonly slot: number
  readonly next: number | null
  readonly job: NewJob | null
  readonly overlap: 'skip' | 'queue' | 'allow'
  readonly queueLimit: number
  /** Slots before this one that are passed over with it; they count as skipped. */
  readonly missed: number
}

export type FireAnswer =
  | { readonly kind: 'fired'; readonly jobId: string; readonly status: JobStatus }
  /** The slot is past and made no job. */
  | { readonly kind: 'skipped' }
  /** Someone else moved it, or changed or removed the schedule. */
  | { readonly kind: 'stale' }
  /** By the store's clock the slot has not come. */
  | { readonly kind: 'early'; readonly now: number }
