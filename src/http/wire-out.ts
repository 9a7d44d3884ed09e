import { formatInstant } from '../core/instant.js'
import type { JobError } from '../core/job-error.js'
import type { RiptideError } from '../core/errors.js'
import type { Job, Result, Submitted } from '../core/job.js'
import { priorities } from '../core/priority.js'
import type { ScheduledJob } from '../core/schedule.js'
import type {
  AutoscaleState,
  BulkAnswer,
  Health,
  JobList,
  JobTypeStats,
  Metrics,
  QueueStats,
  WorkerStats,
} from '../service-api.js'
import { resultDataOut } from './wire-crawl.js'
import { snakeKeys } from './wire-facts.js'
import type { ListQuery } from './wire-list.js'
import { termsOut } from './wire-terms.js'
import { isBuiltIn, priorityOut, stateOut } from './wire-words.js'

/** What a submission is answered with, wherever it stands. */
export function submittedOut({ id, created, replaced }: Submitted): object {
  return { job_id: id, status: 'submitted', created, ...(replaced ? { replaced } : {}) }
}

/** The answer to the submission of one job. */
export function submissionOut(submitted: Submitted, now: number): object {
  const { created, replaced } = submitted
  const standing = replaced ? 'a waiting job has this content now' : 'this job had been submitted before'
  const message = created ? 'the job was submitted' : standing
  return { ...submittedOut(submitted), submitted_at: formatInstant(now), message }
}

/** The answers to a batch, in its order; a job that the store refused carries the problem, and hinders no other. */
export function batchOut(
  answers: readonly BulkAnswer[],
  problemOf: (i: number, error: RiptideError) => object,
  now: number,
): object {
  const jobs = answers.map((answer, i) =>
    'error' in answer
      ? { job_id: answer.id, status: 'refused', created: false, problem: problemOf(i, answer.error) }
      : submittedOut(answer),
  )
  return { submitted_at: formatInstant(now), jobs }
}

/** A job, as `GET /workers/jobs/:job_id` shows it. */
export function jobOut(job: Job): object {
  return {
    job_id: job.id,
    status: stateOut(job.status),
    created_at: formatInstant(job.createdAt),
    started_at: timeOrNull(job.startedAt),
    completed_at: timeOrNull(job.completedAt),
    worker_id: job.workerId,
    retry_count: job.retryCount,
    last_error: errorOut(job.lastError),
    processing_time_ms: job.processingTimeMs === null ? null : wholeMs(job.processingTimeMs),
    metadata: job.metadata,
    ...termsOut(job),
  }
}

/** How a job ended; `type` tells how its data is spelt. */
export function resultOut(result: Result, type: string): object {
  return {
    job_id: result.jobId,
    success: result.success,
    data: resultDataOut(type, result.data),
    error: errorOut(result.error),
    processing_time_ms: wholeMs(result.processingTimeMs),
    worker_id: result.workerId,
    completed_at: formatInstant(result.completedAt),
  }
}

/** A page of the list of jobs. */
export function listOut(list: JobList, { limit, offset }: ListQuery): object {
  return { jobs: list.jobs.map(entryOut), total: list.total, limit, offset, next_cursor: list.nextCursor }
}

/** A schedule. */
export function scheduleOut(schedule: ScheduledJob): object {
  return {
    id: schedule.id,
    name: schedule.name,
    cron_expression: schedule.fault ? '' : (schedule.cron ?? `@every ${schedule.everyMs ?? 0}ms`),
    enabled: schedule.enabled,
    priority: priorityOut(schedule.priority),
    created_at: formatInstant(schedule.createdAt),
    last_executed_at: timeOrNull(schedule.lastRunAt),
    next_execution_at: timeOrNull(schedule.nextRunAt),
    execution_count: schedule.runCount,
    ...(schedule.timezone === 'UTC' ? {} : { timezone: schedule.timezone }),
    ...(schedule.fault ? { error: errorOut(schedule.fault) } : {}),
  }
}

/** The queue by state; `total` is the sum of the first six. */
export function queueStatsOut(stats: QueueStats): object {
  const { pending, processing, completed, failed, retry, delayed, total, blocked, cancelled } = stats
  const classes = priorities.map((priority) => [priorityOut(priority), stats.classes[priority]])
  return {
    ...{ pending, processing, completed, failed, retry, delayed, total, blocked, cancelled },
    oldest_ready_ms: wholeMs(stats.oldestReadyMs),
    unknown_types: stats.unknownTypes,
    ...pausesOut(stats),
    classes: Object.fromEntries(classes) as object,
  }
}

/** What is paused. */
export function pausesOut({ paused, pausedTypes }: Pick<QueueStats, 'paused' | 'pausedTypes'>): object {
  return { paused, paused_types: pausedTypes }
}

/** The fleet's workers. */
export function workerStatsOut(stats: WorkerStats): object {
  return {
    total_workers: stats.totalWorkers,
    healthy_workers: stats.healthyWorkers,
    total_jobs_processed: stats.totalJobsProcessed,
    total_jobs_failed: stats.totalJobsFailed,
    is_running: stats.isRunning,
    autoscale: stats.autoscale === null ? null : autoscaleOut(stats.autoscale),
  }
}

/** The fleet's metrics; the names of job types are as their users chose them. */
export function metricsOut(metrics: Metrics): object {
  const { jobTypeStats, timestamp, ...numbers } = metrics
  const types = Object.entries(jobTypeStats).map(([name, stats]) => [name, typeStatsOut(stats)])
  return {
    ...snakeKeys({ ...numbers }),
    job_type_stats: Object.fromEntries(types) as object,
    timestamp: formatInstant(timestamp),
  }
}

/** The health of the three parts. */
export function healthOut(health: Health): object {
  const { healthy, queue, workers, scheduler } = health
  return {
    healthy,
    queue: snakeKeys({ ...queue }),
    workers: snakeKeys({ ...workers }),
    scheduler: snakeKeys({ ...scheduler }),
  }
}

// -------------------------------------------------------------------------------------------------------------------

/** In lists a job also says what it is: a name that is none of the library's types belongs to a custom job. */
function entryOut(job: Job): object {
  const builtIn = isBuiltIn(job.type)
  const names = builtIn ? { job_type: job.type, job_name: null } : { job_type: 'custom', job_name: job.type }
  return { ...jobOut(job), ...names, priority: priorityOut(job.priority) }
}

function autoscaleOut(state: AutoscaleState): object {
  return { ...snakeKeys({ ...state }), changed_at: timeOrNull(state.changedAt) }
}

function typeStatsOut(stats: JobTypeStats): object {
  return snakeKeys({ ...stats })
}

function timeOrNull(ms: number | null): string | null {
  return ms === null ? null : formatInstant(ms)
}

function wholeMs(ms: number): number {
  return Math.round(ms)
}

/** RipTide's errors are sentences; ours begin with their code, unless it says no more than that the job failed. */
function errorOut(error: JobError | null): string | null {
  if (error === null) return null
  return error.code === 'JOB_FAILED' ? error.message : `${error.code}: ${error.message}`
}
