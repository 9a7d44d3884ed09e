import type { Clock } from './clock.js'
import type { Buckets } from './histogram.js'
import type { Logger } from './logger.js'
import type { Priority, SkipBudgets } from './priority.js'
import type { ScheduleRecord } from './schedule.js'
import type { Settlement, StoredResult } from './settlement.js'
import type { JobStatus } from './states.js'
import type { StorageAdapter } from './storage-adapter.js'

/**
 * The contract between the engine and a store.
 *
 * The engine decides in pure functions and hands over values; the store applies each step atomically. Durations cross the
 * contract and are added to the store's own time; only what a user gave as an instant (`runAt`, a slot) is absolute.
 * The store itself knows three rules:
 *  1. A lease that expired is a failed attempt: ready again at once, or a dead letter with code CRASHED when none is left.
 *  2. Every move into a final state, whoever causes it, appends one outbox entry in the same step when another job waits
 *     for it; each cycle follows at most 64 of those edges and remembers where it stopped.
 *  3. Every verb may be sent twice (a lost reply): outcomes are safe by their fence, submissions by their id and `token`,
 *     cycles by `instance` and `seq`, cancels and retries by `token`, slots by compare-and-set.
 * Payloads, options, results, errors and definitions are texts that no store reads into.
 */
export interface QueueAdapter {
  /** Such as `memory`, `sqlite`, `redis`. */
  readonly kind: string
  /** What belongs to this queue: results too large for a record, cached pages. */
  readonly storage: StorageAdapter
  /** The most one step may carry. */
  readonly limits: StepLimits

  /** Connects and checks the store. May be called by several services; each calls `close` once. */
  open(options: OpenOptions): Promise<void>
  /** Lets go of everything this adapter opened. What was stored stays, as far as the store goes. */
  close(): Promise<void>

  /** Adds jobs, each by itself: one that conflicts hinders no other. The answers stand in the order of the jobs. */
  submit(jobs: readonly NewJob[]): Promise<readonly SubmitAnswer[]>
  /** The heart: see CycleRequest. */
  cycle(request: CycleRequest): Promise<CycleReply>
  /** Keeps leases, stores progress and logs of running jobs, and says that this instance lives. */
  renew(request: RenewRequest): Promise<RenewReply>
  /** Forgets an instance that stopped. Its leases, if any, stay until they expire. */
  leave(instance: string): Promise<void>

  cancel(request: CancelRequest): Promise<ControlAnswer>
  /** A new life (generation + 1, no failures) for a job that is a dead letter or cancelled. */
  retry(request: ControlRequest): Promise<ControlAnswer>

  get(id: string): Promise<JobRecord | null>
  /** Newest first. */
  list(query: ListQuery): Promise<ListAnswer>
  counts(): Promise<QueueCounts>
  metrics(): Promise<StoreMetrics>
  /** Every instance whose last sign of life is younger than ten leases. */
  instances(): Promise<readonly InstanceRecord[]>

  /** Removes final jobs beyond what is kept, oldest first, and results whose time is over: at most `limit` of them. */
  prune(request: PruneRequest): Promise<PruneAnswer>

  /** By name: the same digest leaves all as it stands; another one updates it, keeps its id and adds 1 to its version. */
  putSchedule(schedule: NewSchedule): Promise<ScheduleRecord>
  schedules(): Promise<readonly ScheduleRecord[]>
  /** False when there was none. Effective at once: no slot fires after the answer. */
  removeSchedule(id: string): Promise<boolean>
  /** Moves a schedule from one slot to a later one and adds the job of that slot, in one step; see FireRequest. */
  fire(request: FireRequest): Promise<FireAnswer>

  /** Hints that something happened. They may be late, doubled or lost; nothing may depend on one. Answers how to stop. */
  subscribe(instance: string, listener: (hint: Hint) => void): () => void
}

export interface OpenOptions {
  readonly logger: Logger
  /** Tests only: the store then takes its time from here. */
  readonly clock?: Clock | undefined
}

export interface StepLimits {
  readonly items: number
  readonly bytes: number
  /** Instances spread their timers over this long, so that a fleet does not come at the same ms; 0 for one process. */
  readonly wakeJitterMs: number
}

/** A job to add. */
export interface NewJob {
  readonly id: string
  /** Of this submission: the same id with the same token is the same submission sent again, and answered the same. */
  readonly token: string
  /** Of what was submitted: the same id with another digest is a conflict. */
  readonly digest: string
  readonly type: string
  readonly priority: Priority
  readonly maxAttempts: number
  /** Ready this long after the store's now. Not together with `runAt`. */
  readonly delayMs: number | null
  /** Ready at this instant, in ms. */
  readonly runAt: number | null
  /** At most one live job has it. */
  readonly dedupeKey: string | null
  /** Opaque. */
  readonly payload: string
  /** Opaque: retry policy, timeout, metadata. */
  readonly options: string
}

export type SubmitAnswer =
  | { readonly kind: 'created'; readonly id: string; readonly status: JobStatus }
  /** The same submission by id, or a live job with the dedupe key: `id` is that job's. */
  | { readonly kind: 'standing'; readonly id: string; readonly status: JobStatus }
  /** The id belongs to a job with another digest. */
  | { readonly kind: 'conflict'; readonly id: string }
  /** No room; nothing was added. */
  | { readonly kind: 'full'; readonly limit: string }

/**
 * One atomic step, in this order: apply the outcomes whose fence is current, follow outbox edges, promote what is due,
 * take back what is expired, claim.
 *
 * For each instance the store keeps the last `seq` and its reply: the same seq changes nothing and gives that reply again,
 * a lower one answers `old`.
 */
export interface CycleRequest {
  readonly instance: string
  /** Grows by one with each new cycle of this instance, from 1. */
  readonly seq: number
  readonly outcomes: readonly OutcomeReport[]
  /** One entry for each job wanted: the lane (0, 1, ...) that will run it. Empty claims nothing. */
  readonly wanted: readonly number[]
  /** The types it may take; all others are left to others, and block nothing. */
  readonly types: readonly string[]
  readonly leaseMs: number
  readonly budgets: SkipBudgets
}

export interface OutcomeReport {
  readonly id: string
  readonly fence: string
  readonly settlement: Settlement
  /** Of this run, in ms with fractions, by the worker's monotonic clock. */
  readonly runMs: number
  /** How long a result is kept, counted from the store's now. */
  readonly resultTtlMs: number
}

export type CycleReply =
  | { readonly kind: 'old' }
  | {
      readonly kind: 'done'
      /** The store's time, in ms. */
      readonly now: number
      readonly claims: readonly Claim[]
      /** Outcomes that were refused: their job is not theirs any more. */
      readonly stale: readonly LeaseRef[]
      /** What the rescue did to runs whose lease had expired, anyone's. */
      readonly reclaimed: readonly Reclaimed[]
      /** Runs of this instance that were cancelled since they were last told. */
      readonly cancelled: readonly LeaseRef[]
      /** When something falls due next: a delayed job or a lease. `null` for nothing. */
      readonly nextDueAt: number | null
      /** A bound cut this step short: another one is due at once. */
      readonly more: boolean
    }

/** A job handed to a lane. */
export interface Claim {
  readonly id: string
  readonly type: string
  readonly priority: Priority
  readonly payload: string
  readonly options: string
  /** max(previous + 1, the store's time in microseconds), in decimal. */
  readonly fence: string
  readonly generation: number
  readonly failures: number
  readonly maxAttempts: number
  readonly lane: number
  readonly createdAt: number
  /** When it became ready. */
  readonly readyAt: number
  readonly startedAt: number
  readonly dedupeKey: string | null
  readonly scheduleId: string | null
}

/** One run: a job and the fence of its claim. */
export interface LeaseRef {
  readonly id: string
  readonly fence: string
}

export interface Reclaimed {
  readonly id: string
  readonly type: string
  readonly status: 'pending' | 'dead_letter'
  readonly failures: number
}

export interface RenewRequest {
  readonly instance: InstanceInfo
  readonly leases: readonly LeaseReport[]
  readonly leaseMs: number
}

export interface LeaseReport extends LeaseRef {
  /** JSON of the newest progress; null leaves what stands. */
  readonly progress: string | null
  /** Lines to append; the store keeps the last 100. */
  readonly lines: readonly string[]
}

export interface RenewReply {
  /** The store's time, in ms. */
  readonly now: number
  /** Runs that are not this instance's any more. */
  readonly lost: readonly (LeaseRef & { readonly reason: 'cancelled' | 'lost' })[]
}

/** Who a started service is. */
export interface InstanceInfo {
  readonly id: string
  readonly host: string
  readonly pid: number
  readonly startedAt: number
  readonly workers: number
  readonly slots: number
  readonly busy: number
  readonly types: readonly string[]
  /** Runs whose handler goes on although their job has moved on. */
  readonly zombies: number
}

export interface InstanceRecord extends InstanceInfo {
  readonly heartbeatAt: number
  /** Its heartbeat is younger than its lease. */
  readonly healthy: boolean
}

export interface ControlRequest {
  readonly id: string
  /** Of this request: the same token again gets the same answer. */
  readonly token: string
}

export interface CancelRequest extends ControlRequest {
  readonly reason: string | null
}

export type ControlAnswer =
  | { readonly kind: 'done'; readonly job: JobRecord; readonly from: JobStatus }
  | { readonly kind: 'conflict'; readonly status: JobStatus }
  | { readonly kind: 'missing' }

/** A job as the store knows it. */
export interface JobRecord {
  readonly id: string
  readonly type: string
  readonly status: JobStatus
  readonly priority: Priority
  /** Empty in lists. */
  readonly payload: string
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
  readonly blockedBy: string | null
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
  readonly types: Readonly<Record<string, TypeMetrics>>
}

/** What is kept of one final state; the tightest of the three decides. */
export interface Retention {
  readonly ageMs: number
  readonly count: number
  readonly bytes: number
}

export interface PruneRequest {
  readonly completed: Retention
  readonly dead_letter: Retention
  readonly cancelled: Retention
  readonly limit: number
}

export interface PruneAnswer {
  readonly removedJobs: number
  readonly expiredResults: number
  /** Keys of results in the storage whose jobs are gone. */
  readonly orphanedResults: readonly string[]
  /** The bound cut this step short. */
  readonly more: boolean
}

export interface NewSchedule {
  /** For a new schedule; a standing one keeps its own. */
  readonly id: string
  readonly name: string
  readonly digest: string
  readonly definition: string
  readonly enabled: boolean
  /** First slot of this definition. */
  readonly nextSlot: number | null
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

export type Hint =
  /** Something became ready; sent to instances that wait. */
  | { readonly kind: 'work' }
  /** A run of this instance was taken away. */
  | { readonly kind: 'interrupt'; readonly leases: readonly (LeaseRef & { readonly reason: 'cancelled' | 'lost' })[] }
  /** Jobs reached a final state. */
  | { readonly kind: 'ended'; readonly ids: readonly string[] }
  | { readonly kind: 'schedules' }
  /** The connection was lost and is back: look at everything again. */
  | { readonly kind: 'reconnected' }
