import type { Clock } from './clock.js'
import type { ErrorCode } from './errors.js'
import type { JobTerms } from './job-terms.js'
import type { Logger } from './logger.js'
import type { Priority } from './priority.js'
import type {
  ControlAnswer,
  ControlRequest,
  CancelRequest,
  DiscardAnswer,
  KeyQuery,
  KeyState,
  Pauses,
  ReprioritiseRequest,
} from './queue-control.js'
import type {
  CycleReply,
  CycleRequest,
  LeaseRef,
  RenewReply,
  RenewRequest,
  Step,
  StepAnswer,
  StepRequest,
} from './queue-cycle.js'
import type { InstanceRecord } from './queue-instance.js'
import type { QueueSettings } from './queue-settings.js'
import type { QueueMoving } from './queue-move.js'
import type { JobRecord, ListAnswer, ListQuery, QueueCounts, StoreMetrics } from './queue-record.js'
import type { FireAnswer, FireRequest, NewSchedule } from './queue-schedule.js'
import type { OpenedSchedule } from './schedule.js'
import type { JobStatus } from './states.js'
import type { StorageAdapter } from './storage-adapter.js'

export type * from './queue-control.js'
export type * from './queue-cycle.js'
export type * from './queue-instance.js'
export type * from './queue-move.js'
export type * from './queue-record.js'
export type * from './queue-schedule.js'
export type * from './queue-settings.js'

/**
 * The contract between the engine and a store.
 *
 * The engine decides in pure functions and hands over values; the store applies each step atomically. Durations cross the
 * contract and are added to the store's own time; only what a user gave as an instant (`runAt`, a slot) is absolute.
 * The store itself knows three rules:
 *  1. A lease that expired is a failed attempt: ready again at once, or a dead letter with code CRASHED when none is left.
 *  2. Every move into a final state, whoever causes it, appends one outbox entry in the same step when another job waits
 *     for it or it waited for others; each cycle follows at most 64 of those edges and remembers where it stopped. And it
 *     makes the notice that the job's terms or a setting ask for (see `noticeType`).
 *  3. Every verb may be sent twice (a lost reply): outcomes are safe by their fence, submissions by their id and `token`,
 *     cycles by `instance`, `channel` and `seq`, cancels, retries and removals by `token`, slots by compare-and-set.
 * What `migrate` needs beside this stands in QueueMoving.
 * Payloads, options, results, errors and definitions are texts that no store reads into; each may be empty but a result's.
 */
export interface QueueAdapter extends Partial<QueueMoving>, QueueSettings {
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
  /** The store's time, in ms: what a process that only submits counts by. */
  time(): Promise<number>

  /**
   * Adds jobs, each by itself: one that conflicts hinders no other. The answers stand in the order of the jobs.
   * A job that depends on some that have not ended is `blocked`; one whose dependency failed already ends at once by its rule.
   */
  submit(jobs: readonly NewJob[]): Promise<readonly SubmitAnswer[]>
  /**
   * The same through a connection of the app's own to this store, in whatever transaction is open there: the jobs exist exactly
   * if that commits. Nobody is told of them before `wake` or the next look. Only stores that an app can share have it.
   */
  submitIn?(connection: unknown, jobs: readonly NewJob[]): readonly SubmitAnswer[]
  /** Has the idle look for work at once, after a commit that this adapter had no part in. */
  wake?(): void
  /** The heart: see CycleRequest. */
  cycle(request: CycleRequest): Promise<CycleReply>
  /** Keeps leases, stores progress and logs of running jobs, and says that this instance lives. */
  renew(request: RenewRequest): Promise<RenewReply>
  /** Forgets an instance that stopped. Its leases, if any, stay until they expire. */
  leave(instance: string): Promise<void>

  cancel(request: CancelRequest): Promise<ControlAnswer>
  /**
   * A new life (generation + 1, no failures) for a job that is a dead letter or cancelled. It is blocked by those of its
   * dependencies that live (again); those that have ended, however they did, hold it up no longer.
   */
  retry(request: ControlRequest): Promise<ControlAnswer>
  /** Puts a job that is pending, retrying or blocked into another class, at its end; the class it is in already is `done` too. */
  reprioritise(request: ReprioritiseRequest): Promise<ControlAnswer>
  /** Removes a job that has ended, and its result. One that live jobs depend on is `held`. */
  discard(request: ControlRequest): Promise<DiscardAnswer>

  /** From the answer on no job of the type is claimed; with null none of any type, but for those that begin with `riptide.`. */
  pause(type: string | null): Promise<void>
  /** Undoes the pause of the type, or with null that of the queue; each by itself. Who waits is woken. */
  resume(type: string | null): Promise<void>
  pauses(): Promise<Pauses>
  /** How it stands with the limits of a key. */
  keyState(query: KeyQuery): Promise<KeyState>

  /**
   * Keeps the result of a step of a running job, for this life of it: `lost` unless the fence is current. The first text of a
   * key stands: what stands after the call is answered.
   */
  keepStep(request: StepRequest): Promise<StepAnswer>
  /** What `keepStep` kept in this life of the job; null unless the fence is current. */
  steps(lease: LeaseRef): Promise<readonly Step[] | null>

  get(id: string): Promise<JobRecord | null>
  /** Newest first. */
  list(query: ListQuery): Promise<ListAnswer>
  counts(): Promise<QueueCounts>
  metrics(): Promise<StoreMetrics>
  /** Every instance whose last sign of life is younger than ten leases. */
  instances(): Promise<readonly InstanceRecord[]>

  /** Removes final jobs beyond what is kept, oldest first, and results whose time is over: at most `limit` of them. */
  prune(request: PruneRequest): Promise<PruneAnswer>

  /**
   * Looks through a bounded part of the store for jobs that stand in no index of their state, as a hand from outside may have
   * left them, and puts them right; the next call goes on where this one stopped. Only stores that others can reach have it.
   */
  mend?(): Promise<readonly Mended[]>

  /**
   * By name: the same digest leaves all as it stands; another one updates it, keeps its id and adds 1 to its version. With an
   * `ifVersion` that is not the standing one nothing changes: what stands is answered, or null.
   */
  putSchedule(schedule: NewSchedule): Promise<OpenedSchedule | null>
  schedules(): Promise<readonly OpenedSchedule[]>
  /**
   * False when there was none. Effective at once: no slot fires after the answer. `token` is of this request: the same token
   * again gets the same answer.
   */
  removeSchedule(id: string, token: string): Promise<boolean>
  /** Moves a schedule from one slot to a later one and adds the job of that slot, in one step; see FireRequest. */
  fire(request: FireRequest): Promise<FireAnswer>

  /**
   * Hints that something happened. They may be late, doubled or lost; nothing may depend on one. To an instance go `work`,
   * `interrupt`, `schedules` and `alarm`; `ended` and `gap`, with `moves` also `moved`, go to those who ask for them with null, since most
   * processes do not care, and each message costs them and the store; `reconnected` goes to all. Answers how to stop.
   */
  subscribe(instance: string | null, listener: (hint: Hint) => void, options?: SubscribeOptions): () => void
}

export interface SubscribeOptions {
  /** Tell what moves without ending, too. @default false */
  readonly moves?: boolean
}

export interface OpenOptions {
  readonly logger: Logger
  /** Tests only: the store then takes its time from here. */
  readonly clock?: Clock | undefined
}

export interface StepLimits {
  readonly items: number
  /** Of texts, in UTF-8. An item that is larger makes a step of its own. */
  readonly bytes: number
  /** How many cycles, and how many submits, of one instance may be under way at once. */
  readonly inFlight: number
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
  /** At most one live job has it; see DedupeMode. */
  readonly dedupeKey: string | null
  /** Opaque. */
  readonly payload: string
  /** Opaque: retry policy, timeout, metadata; empty when all of them are the defaults. */
  readonly options: string
  /** Left out by most. */
  readonly terms?: JobTerms | undefined
}

export type SubmitAnswer =
  | { readonly kind: 'created'; readonly id: string; readonly status: JobStatus }
  /**
   * The same submission by id, or the job that holds the dedupe key: `id` is that job's. `replaced`: it has this submission's
   * content now. A holder that was removed is answered as `completed`.
   */
  | { readonly kind: 'standing'; readonly id: string; readonly status: JobStatus; readonly replaced?: true }
  /** A job that it depends on is not there; nothing was added. Earlier jobs of the same call are. */
  | { readonly kind: 'orphan'; readonly missing: string }
  /** It would replace a job that this dependency of it waits for, or is: neither would ever run. Nothing was changed. */
  | { readonly kind: 'circle'; readonly id: string }
  /** The id belongs to a job with another digest. */
  | { readonly kind: 'conflict'; readonly id: string }
  /** No room; nothing was added. */
  | { readonly kind: 'full'; readonly limit: string }

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

/** Something that was put right. */
export interface Mended {
  /** Which index lacked it, in the store's own word. */
  readonly what: string
  /** The id of a job, or the name of a count. */
  readonly of: string
}

/** A job that reached a final state, as a hint tells it. */
export interface EndedJob {
  readonly id: string
  readonly type: string
  readonly status: 'completed' | 'dead_letter' | 'cancelled'
}

/** A job that reached a state that is not final, as a hint tells it. */
export interface MovedJob {
  readonly id: string
  readonly type: string
  readonly status: Exclude<JobStatus, EndedJob['status']>
}

export type Hint =
  /** Something became ready; sent to instances that wait. */
  | { readonly kind: 'work' }
  /** A run of this instance was taken away. */
  | {
      readonly kind: 'interrupt'
      readonly leases: readonly (LeaseRef & { readonly reason: 'cancelled' | 'lost' })[]
    }
  /** Jobs reached a final state, whoever moved them there. */
  | { readonly kind: 'ended'; readonly jobs: readonly EndedJob[] }
  /** Jobs came, started, or wait again, whoever moved them there. */
  | { readonly kind: 'moved'; readonly jobs: readonly MovedJob[] }
  /** Hints of ends, or of moves, were missed: look again. */
  | { readonly kind: 'gap' }
  | { readonly kind: 'schedules' }
  /** The connection was lost and is back: look at everything again. */
  | { readonly kind: 'reconnected' }
  /** The store is in trouble of which no call has anything to tell. */
  | {
      readonly kind: 'alarm'
      readonly code: ErrorCode
      readonly message: string
      readonly facts: Readonly<Record<string, unknown>>
    }
