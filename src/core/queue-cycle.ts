import type { RiptideError } from './errors.js'
import type { Priority, SkipBudgets } from './priority.js'
import type { InstanceInfo } from './queue-instance.js'
import type { Settlement } from './settlement.js'

/**
 * One atomic step, in this order: apply the outcomes whose fence is current, follow outbox edges, promote what is due,
 * take back what is expired, claim.
 *
 * An instance has up to `limits.inFlight` channels, one for each cycle that may be under way. For each instance and channel
 * the store keeps the last `seq` and its reply: the same seq changes nothing and gives that reply again, a lower one answers
 * `old`. Channels know nothing of each other: cycles of two of them take effect in any order.
 */
export interface CycleRequest {
  readonly instance: string
  /** From 0, below `limits.inFlight`. One cycle of a channel is over, or given up, before the next is sent. */
  readonly channel: number
  /** Grows by one with each new cycle of this channel, from 1. */
  readonly seq: number
  readonly outcomes: readonly OutcomeReport[]
  /** One entry for each job wanted: the lane (0, 1, ...) that will run it. Empty claims nothing. */
  readonly wanted: readonly number[]
  /** The types it may take; all others are left to others, and block nothing. */
  readonly types: readonly string[]
  readonly leaseMs: number
  readonly budgets: SkipBudgets
  /**
   * Further claims of the same step, after the others and each like them, with lanes and types of their own: slots that are set
   * aside for some types. The lanes and types of all parts differ.
   */
  readonly asides?: readonly ClaimPart[] | undefined
  /** Of the whole queue, for all who send it. Jobs whose type begins with `riptide.` are neither counted nor held up. */
  readonly limits?: QueueLimits | undefined
}

export interface ClaimPart {
  readonly wanted: readonly number[]
  readonly types: readonly string[]
}

export interface QueueLimits {
  /** Most jobs that run at once in the fleet. */
  readonly concurrency: number | null
  /** Most starts within any `perMs` in the fleet; at most 10,000. */
  readonly rate: { readonly max: number; readonly perMs: number } | null
}

export interface OutcomeReport {
  readonly id: string
  readonly fence: string
  readonly settlement: Settlement
  /** Of this run, in ms with fractions, by the worker's monotonic clock. */
  readonly runMs: number
  /** How long a result is kept, counted from the store's now. */
  readonly resultTtlMs: number
  /**
   * False removes a job that completes in the same step: nothing of it is kept, no record and no result. Its end counts as
   * any other: counters, hints, outbox, dedupe key, line of its schedule. Only matters for `complete`.
   */
  readonly keep: boolean
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
      /** When something falls due next: a delayed job, a lease, or a start that a rate holds up. `null` for nothing. */
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
  /** Why its payload cannot be read: the run fails with that. Set on the way from the store, never by one. */
  readonly fault?: RiptideError | undefined
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
  /** Lines to append; the store keeps the last 100 of a job. */
  readonly lines: readonly string[]
  /** How many lines this run had before these: those that the store has of this run already are not appended again. */
  readonly linesFrom: number
}

export interface RenewReply {
  /** The store's time, in ms. */
  readonly now: number
  /** Runs that are not this instance's any more. */
  readonly lost: readonly (LeaseRef & { readonly reason: 'cancelled' | 'lost' })[]
}

export interface StepRequest extends LeaseRef {
  /** Of the step: 1 to 200 characters. */
  readonly key: string
  /** JSON, opaque. */
  readonly text: string
}

export interface Step {
  readonly key: string
  readonly text: string
}

/** `full`: the job has 1,000 steps, or 4 MiB of them, already. */
export type StepAnswer =
  { readonly kind: 'kept'; readonly text: string } | { readonly kind: 'lost' } | { readonly kind: 'full' }
