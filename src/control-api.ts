import type { ExplainReason } from './core/explain-reason.js'
import type { DedupeMode, FailureRule } from './core/job-terms.js'
import type { Job, KeyedRequest, Submitted } from './core/job.js'
import type { Priority } from './core/priority.js'
import type { ScheduledJob } from './core/schedule.js'
import type { FinalStatus, JobStatus } from './core/states.js'
import type { WebhookEvent } from './core/webhook-event.js'
import type { ScheduleInput, SubmitOptions, SubmitSpec } from './service-api.js'

/** A dependency: the id of a job, or one with what its failure does. @default onFailure 'fail' */
export type DependencyInput = string | { readonly id: string; readonly onFailure?: FailureRule | undefined }

/** A key that only so many runs may have at once, in the whole fleet. @default max 1 */
export type ConcurrencyInput = string | { readonly key: string; readonly max?: number | undefined }

/** At most `max` starts within any `perMs`, in the whole fleet; of jobs with this key. */
export interface RateInput {
  readonly key: string
  /** 1 to 10,000. */
  readonly max: number
  /** 1 to 86,400,000. */
  readonly perMs: number
}

/** What a second submission with the same key does. @default mode 'keep', no window */
export type DedupeInput =
  | string
  | {
      readonly key: string
      readonly mode?: DedupeMode | undefined
      /** 1 ms to 30 days; `debounce` and `throttle` need one. */
      readonly windowMs?: number | undefined
    }

/** Where to tell of a job's end: a url, or one with settings. */
export type WebhookTarget =
  | string
  | {
      readonly url: string
      /** @default all three */
      readonly events?: readonly WebhookEvent[] | undefined
      /** `whsec_` and base64 of 24 to 64 bytes. @default the service's `webhooks.secret`; without either it is not signed */
      readonly secret?: string | undefined
    }

/** A subscription: every end of the fleet's jobs that fits is delivered to it. */
export interface WebhookInput {
  readonly url: string
  /** @default all three */
  readonly events?: readonly WebhookEvent[] | undefined
  /** Only of jobs of these types; at most 100. @default all */
  readonly types?: readonly string[] | undefined
  /** @default a new one */
  readonly secret?: string | undefined
  /** @default true */
  readonly enabled?: boolean | undefined
  /** At most 200 characters. */
  readonly description?: string | undefined
}

/** Null for `types` is all of them again; for `description`, none. */
export interface WebhookChange extends Partial<Omit<WebhookInput, 'types' | 'description'>> {
  readonly types?: readonly string[] | null | undefined
  readonly description?: string | null | undefined
}

export interface Webhook {
  readonly id: string
  readonly url: string
  readonly events: readonly WebhookEvent[]
  /** Null for all. */
  readonly types: readonly string[] | null
  readonly enabled: boolean
  /** Why the library switched it off; null unless it did. */
  readonly disabledReason: string | null
  readonly description: string | null
  /** `whsec_****` and its last four characters: the whole one is told once, by the call that made it. */
  readonly secret: string
  readonly createdAt: number
  readonly updatedAt: number
}

/** An answer that tells the secret, once. */
export type WebhookWithSecret = Webhook

/** A job template: what a job looks like, with places for parameters, written `{{name}}` in its strings. */
export interface TemplateInput {
  /** `[A-Za-z0-9_.~-]{1,100}`. */
  readonly name: string
  /** As `submitJob` takes it, but that any value may be a string with a place: `urls: '{{urls}}'`. */
  readonly job: TemplateJob
  /** What a submission by this template has unless it says otherwise. */
  readonly options?: Omit<SubmitOptions, 'id' | 'dependsOn'> | undefined
  readonly parameters?: Readonly<Record<string, TemplateParameter>> | undefined
  readonly description?: string | undefined
}

export type TemplateJob = SubmitSpec | (Readonly<Record<string, unknown>> & { readonly type: string })

export interface TemplateParameter {
  readonly type: 'string' | 'number' | 'integer' | 'boolean' | 'array' | 'object'
  /** Makes the parameter optional. */
  readonly default?: unknown
  readonly description?: string | undefined
}

export interface Template extends Required<Pick<TemplateInput, 'name' | 'job' | 'parameters'>> {
  readonly options: NonNullable<TemplateInput['options']>
  readonly description: string | null
  /** From 1; one more with each `putTemplate` that changes it. */
  readonly version: number
  readonly createdAt: number
}

/** A job by template; submitted and scheduled like any other. */
export interface TemplateSpec {
  readonly type: 'template'
  readonly template: string
  /**
   * @default the newest when it is submitted; a schedule keeps the version it was made with, also when it is declared again as it
   * was, or follows with 'latest'
   */
  readonly version?: number | 'latest' | undefined
  readonly parameters?: Readonly<Record<string, unknown>> | undefined
}

/** A connection of the app's own to the file of a queue: one of node:sqlite or better-sqlite3. */
export interface AppConnection {
  prepare(sql: string): { run(...values: never[]): unknown }
}

/** Jobs that depend on each other, by names of the caller's. */
export interface FlowInput {
  /** Of the whole flow: its jobs are then `<id>.<name>`, and submitting it again makes no second one. @default a new one */
  readonly id?: string | undefined
  /** By names of `[A-Za-z0-9_~-]{1,100}`. */
  readonly jobs: Readonly<Record<string, FlowJob>>
}

export interface FlowJob {
  readonly job: SubmitSpec
  readonly options?: Omit<SubmitOptions, 'id' | 'dependsOn'> | undefined
  /** Names of this flow. */
  readonly dependsOn?:
    readonly (string | { readonly name: string; readonly onFailure?: FailureRule | undefined })[] | undefined
}

export interface FlowSubmitted {
  readonly id: string
  readonly jobs: Readonly<Record<string, Submitted>>
}

/** Which jobs that have ended. */
export interface EndedFilter {
  /** @default 'dead_letter' */
  readonly status?: FinalStatus | undefined
  readonly type?: string | undefined
  /** Code of the last error, such as `HTTP_STATUS`. */
  readonly error?: string | undefined
  /** Ended so many ms ago, or more. */
  readonly olderThanMs?: number | undefined
  /** Ended less than so many ms ago. */
  readonly newerThanMs?: number | undefined
  /** At most so many, oldest last. @default all */
  readonly limit?: number | undefined
}

export interface BulkOptions {
  /** Only say what would be done. @default false */
  readonly dryRun?: boolean | undefined
  readonly signal?: AbortSignal | undefined
}

export interface BulkOutcome {
  /** That the filter fits. */
  readonly matched: number
  /** That it was done to; 0 for a dry run. */
  readonly done: number
  /** Of those that it could not be done to, or has moved on meanwhile. */
  readonly skipped: number
  /** Ids of the first 20 that fit. */
  readonly sample: readonly string[]
}

export interface Explanation {
  readonly jobId: string
  readonly status: JobStatus
  /** The first of what holds it up. */
  readonly reason: ExplainReason
  /** All that holds it up at once, the first first. */
  readonly reasons: readonly ExplainReason[]
  /** A sentence for people. */
  readonly message: string
  /** What a program needs: `until`, `worker`, `since`, `dependencies`, `key`, `max`, `running`, `ahead`, `knownTypes` ... */
  readonly facts: Readonly<Record<string, unknown>>
}

/** A figure for those who start and stop processes, such as KEDA's metrics-api scaler. */
export interface ScaleAdvice {
  /** Workers that the fleet should have now. */
  readonly desiredWorkers: number
  readonly currentWorkers: number
  /** Jobs that are ready and wait. */
  readonly ready: number
  readonly running: number
  readonly oldestReadyMs: number
  readonly p95WaitMs: number
  readonly targetP95WaitMs: number
  readonly reason: string
}

/** The part of `WorkerService` by which one steers what runs. */
export interface ControlApi {
  /** Step by step, parents first; an error in between says in `facts.added` how many were added. DEPENDENCY_CYCLE. */
  submitFlow(flow: FlowInput, request?: KeyedRequest): Promise<FlowSubmitted>
  /** Why it does not run; JOB_NOT_FOUND. */
  explainJob(id: string): Promise<Explanation>
  /** STATE_CONFLICT for one that runs or has ended. */
  reprioritiseJob(id: string, priority: Priority): Promise<Job>
  /** Removes a job that has ended. STATE_CONFLICT, JOB_NOT_FOUND. */
  discardJob(id: string): Promise<void>
  retryJobs(filter?: EndedFilter, options?: BulkOptions): Promise<BulkOutcome>
  discardJobs(filter?: EndedFilter, options?: BulkOptions): Promise<BulkOutcome>
  /** No further job starts, of a type or of any, in the whole fleet, until `resume`; what runs goes on. */
  pause(options?: { readonly type?: string | undefined }): Promise<void>
  resume(options?: { readonly type?: string | undefined }): Promise<void>
  /** `pause`, and resolves when nothing runs; TIMEOUT, ABORTED. @default timeoutMs 30_000 */
  drain(options?: {
    readonly timeoutMs?: number | undefined
    readonly signal?: AbortSignal | undefined
  }): Promise<void>
  /** Makes a job of the schedule now, beside its slots; SCHEDULE_NOT_FOUND. */
  runScheduledJob(id: string): Promise<Submitted>
  setScheduledJobEnabled(id: string, enabled: boolean): Promise<ScheduledJob>
  /** The next slots of a schedule, by its id or of one that is not made yet: ms since the epoch. @default count 10, at most 1,000 */
  previewSchedule(
    schedule: string | Pick<ScheduleInput, 'cron' | 'everyMs' | 'timezone'>,
    options?: { readonly count?: number | undefined; readonly from?: Date | number | undefined },
  ): Promise<readonly number[]>

  /** By name: what says the same is the standing version; else a new one. */
  putTemplate(template: TemplateInput): Promise<Template>
  getTemplate(name: string, version?: number): Promise<Template | null>
  /** The newest version of each; one that cannot be opened here is passed over, and told as `service:error`. */
  listTemplates(): Promise<readonly Template[]>
  /** All versions; TEMPLATE_NOT_FOUND, TEMPLATE_IN_USE while a schedule follows it. */
  removeTemplate(name: string): Promise<void>

  /** Deliveries are jobs of type `riptide.webhook`; `retryJob` of a dead one delivers it again, with the same `webhook-id`. */
  addWebhook(webhook: WebhookInput): Promise<WebhookWithSecret>
  getWebhook(id: string): Promise<Webhook | null>
  /** One that cannot be opened here is passed over, and told as `service:error`. */
  listWebhooks(): Promise<readonly Webhook[]>
  /** What is not given stays as it is, as does the secret where the masked one is given. WEBHOOK_NOT_FOUND. */
  updateWebhook(id: string, change: WebhookChange): Promise<Webhook>
  /** A new secret; deliveries are signed with the old one too for `keepOldMs`. @default a day */
  rotateWebhookSecret(
    id: string,
    options?: { readonly keepOldMs?: number | undefined },
  ): Promise<WebhookWithSecret>
  removeWebhook(id: string): Promise<void>

  /** How many workers the fleet should have. @default targetP95WaitMs the autoscaler's, else 1,000 */
  getScale(options?: { readonly targetP95WaitMs?: number | undefined }): Promise<ScaleAdvice>
}
