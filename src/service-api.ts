import type {
  ConcurrencyInput,
  ControlApi,
  DedupeInput,
  DependencyInput,
  RateInput,
  TemplateSpec,
  WebhookTarget,
} from './control-api.js'
import type {
  BatchCrawlSpec,
  CrawlApi,
  PdfExtractionSpec,
  SingleCrawlSpec,
  SpiderCrawlSpec,
} from './crawl-api.js'
import type { EventName, Listener } from './core/events.js'
import type { RiptideError } from './core/errors.js'
import type { JobSpec } from './core/handler.js'
import type { Job, KeyedRequest, Result, Submitted } from './core/job.js'
import type { Priority } from './core/priority.js'
import type { InstanceRecord } from './core/queue-adapter.js'
import type { RetryPolicy } from './core/retry.js'
import type { MisfirePolicy, OverlapPolicy, ScheduledJob } from './core/schedule.js'
import type { JobStatus } from './core/states.js'

/** House-keeping: see the guide on crawling for what each task takes, and the one on encryption for `reseal`. */
export interface MaintenanceSpec {
  readonly type: 'maintenance'
  readonly taskType: 'cache_cleanup' | 'prune_results' | 'health_check' | 'reseal'
  readonly parameters?: Readonly<Record<string, unknown>> | undefined
}

/** A job of a `defineJob`, by its name, as the wire has it. */
export interface CustomSpec {
  readonly type: 'custom'
  readonly jobName: string
  readonly payload: unknown
}

/** What `submitJob` takes: a built-in type with its fields, or what a `defineJob` makes. */
export type SubmitSpec =
  | SingleCrawlSpec
  | BatchCrawlSpec
  | SpiderCrawlSpec
  | PdfExtractionSpec
  | MaintenanceSpec
  | CustomSpec
  | TemplateSpec
  | JobSpec

/** What a submission may say beside the job itself; each is optional. */
export interface SubmitOptions {
  /** @default 'normal' */
  readonly priority?: Priority | undefined
  /** Not before this many ms from now. Not together with `runAt`. */
  readonly delayMs?: number | undefined
  /** Not before this time: a Date, ms since the epoch, or RFC 3339. A past one runs now. */
  readonly runAt?: Date | number | string | undefined
  readonly retry?: Partial<RetryPolicy> | undefined
  readonly timeoutMs?: number | undefined
  /** Kept with the job and shown with it; JSON. */
  readonly metadata?: Readonly<Record<string, unknown>> | undefined
  /** The job's id; submitting it again with the same content is answered with `created: false`. */
  readonly id?: string | undefined
  /** While a job with this key is live, submitting another answers with that one; with a mode and a window otherwise. */
  readonly dedupeKey?: DedupeInput | undefined
  /** Jobs that must end first, each by its id: until then this one is `blocked`. At most 1,000; DEPENDENCY_NOT_FOUND. */
  readonly dependsOn?: readonly DependencyInput[] | undefined
  /** Jobs with this key run one at a time in the whole fleet, or `max` at once. */
  readonly concurrencyKey?: ConcurrencyInput | undefined
  readonly rateLimit?: RateInput | undefined
  /** Is told of the job's end. */
  readonly webhook?: WebhookTarget | undefined
}

/** A schedule to stand: what to run, and when. */
export type ScheduleInput = ScheduleBase &
  (
    | {
        /** Five fields, or six with seconds in front. */
        readonly cron: string
        readonly everyMs?: undefined
      }
    | {
        /** At every multiple of so many ms since the epoch; 100 to a year. */
        readonly everyMs: number
        readonly cron?: undefined
      }
  )

interface ScheduleBase {
  /** Unique in the namespace; the same name again updates the standing schedule. */
  readonly name: string
  /** @default 'UTC' */
  readonly timezone?: string | undefined
  readonly job: SubmitSpec
  readonly priority?: Priority | undefined
  /** @default true; of a schedule that stands, as it is */
  readonly enabled?: boolean | undefined
  readonly retry?: Partial<RetryPolicy> | undefined
  readonly timeoutMs?: number | undefined
  readonly metadata?: Readonly<Record<string, unknown>> | undefined
  /** As of a submission, for each of its jobs. */
  readonly concurrencyKey?: ConcurrencyInput | undefined
  readonly rateLimit?: RateInput | undefined
  readonly webhook?: WebhookTarget | undefined
  /** @default 'skip'; 'queue' with `misfire: 'all'` */
  readonly overlap?: OverlapPolicy | undefined
  /** @default 'last' */
  readonly misfire?: MisfirePolicy | undefined
  /** Most slots that `misfire: 'all'` makes up for, and most jobs that `overlap: 'queue'` lines up. @default 100 */
  readonly misfireLimit?: number | undefined
}

/** Which jobs, and which page of them. */
export interface ListOptions {
  readonly status?: JobStatus
  readonly type?: string
  readonly search?: string
  /** 1 to 500. @default 50 */
  readonly limit?: number
  readonly offset?: number
  readonly cursor?: string
}

/** A page of jobs, newest first, without payloads and logs. */
export interface JobList {
  readonly jobs: readonly Job[]
  readonly total: number
  readonly nextCursor: string | null
}

/** How many jobs are in which state. */
export interface QueueStats {
  /** Ready to run. */
  readonly pending: number
  readonly processing: number
  readonly completed: number
  /** Dead letters. */
  readonly failed: number
  readonly retry: number
  readonly delayed: number
  /** The sum of the six. */
  readonly total: number
  readonly blocked: number
  readonly cancelled: number
  /** Age in ms of the job that has been ready longest; 0 when none is. */
  readonly oldestReadyMs: number
  /** Types with waiting jobs that no live worker takes. */
  readonly unknownTypes: readonly string[]
  /** Nothing of the whole queue starts. */
  readonly paused: boolean
  /** Types of which nothing starts. */
  readonly pausedTypes: readonly string[]
  /** Claims of each class since counting began: how often, and which part of all; 0 before the first. */
  readonly classes: Readonly<Record<Priority, { readonly claims: number; readonly share: number }>>
}

/** Who works, and what they have done: the fleet's figures. */
export interface WorkerStats {
  readonly totalWorkers: number
  readonly healthyWorkers: number
  /** Jobs that completed or became dead letters. */
  readonly totalJobsProcessed: number
  /** Jobs that became dead letters. */
  readonly totalJobsFailed: number
  /** This service runs. */
  readonly isRunning: boolean
  /** Handlers that go on although their job has moved on. */
  readonly zombies: number
  readonly instances: readonly InstanceRecord[]
  /** Of this service's autoscaler; null when it has none or does not run. */
  readonly autoscale: AutoscaleState | null
}

/** What the autoscaler of this service does, and why. */
export interface AutoscaleState {
  readonly workers: number
  readonly min: number
  readonly max: number
  readonly targetP95WaitMs: number
  /** Of jobs that were claimed here lately; null when none was. */
  readonly p95WaitMs: number | null
  readonly oldestReadyMs: number
  /** 0 to 1. */
  readonly eventLoopUtilisation: number
  /** Used part of what may be used, 0 to 1. */
  readonly memory: number
  /** When it last changed the number; null before that. */
  readonly changedAt: number | null
  /** A sentence: why so many. */
  readonly reason: string
}

/** The counters of one type of job; `failed` counts attempts. */
export interface JobTypeStats {
  readonly submitted: number
  readonly completed: number
  readonly failed: number
  readonly retried: number
  readonly deadLetter: number
  readonly totalProcessingTimeMs: number
}

/** The fleet's, from the store; they outlive a restart as far as the store does. */
export interface Metrics {
  readonly jobsSubmitted: number
  readonly jobsCompleted: number
  /** Failed attempts, whether tried again or not. */
  readonly jobsFailed: number
  readonly jobsRetried: number
  readonly jobsDeadLetter: number
  readonly avgProcessingTimeMs: number
  readonly p50ProcessingTimeMs: number
  readonly p95ProcessingTimeMs: number
  readonly p99ProcessingTimeMs: number
  /** Completed among the jobs that completed or became dead letters, in percent; 100 before the first. */
  readonly successRate: number
  readonly jobTypeStats: Readonly<Record<string, JobTypeStats>>
  readonly queueSizes: Readonly<Record<string, number>>
  readonly totalWorkers: number
  readonly healthyWorkers: number
  readonly uptimeSeconds: number
  readonly timestamp: number
}

/** Whether all is well, in the three parts of a service. */
export interface Health {
  readonly healthy: boolean
  readonly queue: {
    readonly healthy: boolean
    readonly adapter: string
    readonly error: string | null
    readonly latencyMs: number
  }
  readonly workers: {
    readonly healthy: boolean
    readonly running: boolean
    readonly total: number
    readonly healthyCount: number
  }
  readonly scheduler: {
    readonly healthy: boolean
    readonly enabled: boolean
    readonly schedules: number
    readonly late: number
  }
}

/** An entry of `submitJobs`: a job, or a job with options of its own. */
export type BulkEntry = SubmitSpec | { readonly job: SubmitSpec; readonly options?: SubmitOptions }

/** An answer of `submitJobs`; an entry that the store refused carries its error, and hinders no other. */
export type BulkAnswer =
  Submitted | { readonly id: string; readonly created: false; readonly error: RiptideError }

/** The part of `WorkerService` that its HTTP adapter and the testing kit use. */
export interface ServiceApi extends ControlApi, CrawlApi {
  readonly isRunning: boolean
  submitJob(spec: SubmitSpec, options?: SubmitOptions, request?: KeyedRequest): Promise<Submitted>
  submitJobs(
    entries: readonly BulkEntry[],
    options?: SubmitOptions,
    request?: KeyedRequest,
  ): Promise<readonly BulkAnswer[]>
  getJob(id: string): Promise<Job | null>
  getJobResult(id: string): Promise<Result | null>
  waitForJob(
    id: string,
    options?: { readonly timeoutMs?: number; readonly signal?: AbortSignal },
  ): Promise<Result>
  cancelJob(id: string, options?: { readonly reason?: string }): Promise<Job>
  retryJob(id: string): Promise<Job>
  listJobs(options?: ListOptions): Promise<JobList>
  addScheduledJob(schedule: ScheduleInput): Promise<ScheduledJob>
  listScheduledJobs(): Promise<readonly ScheduledJob[]>
  /** SCHEDULE_NOT_FOUND when there is none. */
  removeScheduledJob(id: string): Promise<void>
  getQueueStats(): Promise<QueueStats>
  getWorkerStats(): Promise<WorkerStats>
  getMetrics(): Promise<Metrics>
  healthCheck(): Promise<Health>
  on<E extends EventName>(event: E, listener: Listener<E>): () => void
}
