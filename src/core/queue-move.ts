import { hasMethods } from './adapter-shape.js'
import type { Step } from './queue-cycle.js'
import type { JobRecord, StateCounts } from './queue-record.js'
import type { ScheduleRecord } from './schedule.js'

/**
 * The verbs by which `migrate` brings jobs and schedules from one store into another. They are optional: a queue without them
 * works as any other, and what it holds stays where it is.
 *
 * A batch is exported from the one store, withdrawn there, and imported into the other. A withdrawal takes the jobs away and
 * keeps a text, which says all of them, in one step; the next withdrawal replaces it. So a batch is at each moment in the one
 * store, in its text, or in the other store, wherever the process that moves it is killed.
 */
export interface QueueMoving {
  /** Jobs that can be moved, some at a time; see ExportAnswer. Changes nothing. */
  exportJobs(request: ExportRequest): Promise<ExportAnswer>
  /** Takes away those jobs and schedules that stand as they were exported. It ends no job: no hints, no counters. */
  withdraw(request: WithdrawRequest): Promise<WithdrawAnswer>
  /** The last withdrawal; null before the first. */
  withdrawal(): Promise<Withdrawal | null>
  /** What would become of an import. Changes nothing, and promises nothing. */
  foresee(request: ForeseeRequest): Promise<ForeseeAnswer>
  /** Puts in jobs and schedules as they were exported; see ImportRequest. All of them or, with STORE_FULL, none. */
  importJobs(request: ImportRequest): Promise<ImportAnswer>
}

/** Whether a queue has all verbs of QueueMoving. */
export function canMove<Q>(queue: Q): queue is Q & QueueMoving {
  return hasMethods(queue, ['exportJobs', 'withdraw', 'withdrawal', 'foresee', 'importJobs'])
}

export interface ExportRequest {
  /** From the answer before; null begins. */
  readonly cursor: string | null
  readonly items: number
  /** Of payloads and results. A job that is larger makes a batch of its own. */
  readonly bytes: number
}

/**
 * Every job but those that run comes up until the cursor is null, in one answer once, those that were left standing by the way in
 * several. Imported in this order they keep theirs: ended ones of a state in that of their ends, ready ones of a class in that
 * of their claims (those with keys of a store by themselves), a blocked one after the one that blocks it. A live job whose dedupe
 * key another job took comes without it.
 */
export interface ExportAnswer {
  readonly jobs: readonly MovingJob[]
  /** Null when all have been seen. */
  readonly cursor: string | null
  /** No job has a higher `sequence`. */
  readonly newest: number
}

/** A job as it goes from one store to another: all that is needed to make it again. */
export interface MovingJob {
  readonly record: JobRecord
  /** Where it stands: `pending` is ready, `delayed` is not yet. */
  readonly place: MovingPlace
  /** Ready, and in front of its class because it was handed back. */
  readonly isInFront: boolean
  readonly token: string
  readonly digest: string
  /** Its place in the order of creation. */
  readonly sequence: number
  /** When the time of its result is over, in ms. */
  readonly resultUntil: number | null
  /** Changes with the job. Only the store that gave it reads it. */
  readonly revision: string
  /** What `keepStep` kept in this life. */
  readonly steps?: readonly Step[] | undefined
}

export type MovingPlace = Exclude<keyof StateCounts, 'processing'>

/** Goes ahead only while the last withdrawal is `after`. Sent twice it withdraws once and is answered the same. */
export interface WithdrawRequest {
  /** Of this withdrawal, for ever. */
  readonly token: string
  /** Token of the last withdrawal; null for none. */
  readonly after: string | null
  /** Kept until the next withdrawal. Opaque. */
  readonly text: string
  readonly jobs: readonly MovingRef[]
  readonly schedules: readonly ScheduleRecord[]
}

/** A job as it was exported. */
export interface MovingRef {
  readonly id: string
  readonly revision: string
}

export type WithdrawAnswer =
  | { readonly kind: 'done'; readonly jobs: readonly Withdrawn[]; readonly schedules: readonly Withdrawn[] }
  /** Someone else has withdrawn since; nothing was changed. */
  | { readonly kind: 'stale' }

/**
 * `gone`: taken away by this withdrawal. All others were not: `changed` since they were exported; `running`; `bound`, a job
 * that is blocked by one that stands here, or for whose end others are still to be told, or a schedule with a live job;
 * `missing`.
 */
export type Withdrawn = 'gone' | 'changed' | 'running' | 'bound' | 'missing'

export interface Withdrawal {
  readonly token: string
  readonly text: string
  readonly jobs: readonly Withdrawn[]
  readonly schedules: readonly Withdrawn[]
}

export interface ForeseeRequest {
  readonly jobs: readonly MovingIdentity[]
  readonly schedules: readonly Pick<ScheduleRecord, 'id' | 'name'>[]
  /** Of payloads and results together. */
  readonly bytes: number
}

/** What a job is known by. */
export interface MovingIdentity {
  readonly id: string
  readonly token: string
  readonly digest: string
  readonly fence: string
  /** Null for none, and of a job that has ended. */
  readonly dedupeKey: string | null
}

export interface ForeseeAnswer {
  readonly jobs: readonly Reception[]
  readonly schedules: readonly Reception[]
  /** The limit that they would break together. */
  readonly full: string | null
}

/**
 * `free` to come; or `standing`: the very job is here already, by id, token and digest, and its fence is no lower; or `conflict`:
 * the id, the dedupe key of a live job, or the name belongs to another.
 */
export type Reception = 'free' | 'standing' | 'conflict'

/**
 * One step of a move. The store keeps the last step of each move and its answer: the same step again changes nothing and is
 * answered the same, a lower one is `old`, and a move whose step 0 was never sent is `unknown`. Step 0 carries nothing.
 *
 * Each job comes with its state, its times and its fence, below which no later one will be. It counts in the states and in
 * no counter. In the order of creation jobs with a `sequence` up to the `room` of step 0 stand among themselves as they did, and
 * before all that was submitted here since; in all other orders they stand behind what is here. A blocked job whose
 * blocker is not live here, and whose dependencies are not, is ready; of dependencies that ended here badly the rule holds.
 */
export interface ImportRequest {
  readonly move: string
  readonly step: number
  /** Only of step 0: the `newest` of the store they come from. */
  readonly room: number
  readonly jobs: readonly MovingJob[]
  readonly schedules: readonly ScheduleRecord[]
}

export type ImportAnswer =
  | { readonly kind: 'done'; readonly jobs: readonly Imported[]; readonly schedules: readonly Imported[] }
  | { readonly kind: 'old' }
  | { readonly kind: 'unknown' }

/** `moved` here; the other two as in Reception: nothing was put in. */
export type Imported = 'moved' | 'standing' | 'conflict'
