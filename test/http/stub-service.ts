import type { Job, Result } from '../../src/core/job.js'
import type { ScheduledJob } from '../../src/core/schedule.js'
import { defaultRetry } from '../../src/core/retry.js'
import { silentLogger } from '../../src/core/logger.js'
import { createHandler } from '../../src/http/index.js'
import type { ServiceApi } from '../../src/service-api.js'

/** A service of which only the given methods may be called: any other call is a mistake of the code under test. */
export function stubService(methods: Partial<ServiceApi>): ServiceApi {
  const unexpected = (name: string) => (): never => {
    throw new Error(`${name} was not expected to be called`)
  }
  return {
    isRunning: true,
    submitJob: unexpected('submitJob'),
    submitJobs: unexpected('submitJobs'),
    getJob: unexpected('getJob'),
    getJobResult: unexpected('getJobResult'),
    waitForJob: unexpected('waitForJob'),
    cancelJob: unexpected('cancelJob'),
    retryJob: unexpected('retryJob'),
    listJobs: unexpected('listJobs'),
    addScheduledJob: unexpected('addScheduledJob'),
    listScheduledJobs: unexpected('listScheduledJobs'),
    removeScheduledJob: unexpected('removeScheduledJob'),
    getQueueStats: unexpected('getQueueStats'),
    getWorkerStats: unexpected('getWorkerStats'),
    getMetrics: unexpected('getMetrics'),
    healthCheck: unexpected('healthCheck'),
    on: unexpected('on'),
    ...methods,
  }
}

/** A job that has been submitted and nothing more. */
export function someJob(changes: Partial<Job> = {}): Job {
  return {
    id: 'job-1',
    type: 'echo',
    status: 'pending',
    priority: 'normal',
    metadata: {},
    generation: 1,
    attempt: 0,
    retryCount: 0,
    retry: defaultRetry,
    timeoutMs: 600_000,
    createdAt: Date.UTC(2026, 0, 1),
    runAt: Date.UTC(2026, 0, 1),
    startedAt: null,
    completedAt: null,
    processingTimeMs: null,
    workerId: null,
    lastError: null,
    progress: null,
    dedupeKey: null,
    scheduleId: null,
    ...changes,
  }
}

/** How a job ended that returned nothing. */
export function someResult(changes: Partial<Result> = {}): Result {
  return {
    jobId: 'job-1',
    success: true,
    data: null,
    error: null,
    processingTimeMs: 12,
    workerId: 'w/0',
    completedAt: Date.UTC(2026, 0, 1, 0, 0, 1),
    ...changes,
  }
}

/** A daily schedule that never ran. */
export function someSchedule(changes: Partial<ScheduledJob> = {}): ScheduledJob {
  return {
    id: 'schedule-1',
    name: 'daily',
    cron: '0 0 * * *',
    everyMs: null,
    timezone: 'UTC',
    job: { type: 'echo', payload: null },
    priority: 'low',
    enabled: true,
    overlap: 'skip',
    misfire: 'last',
    misfireLimit: 100,
    metadata: {},
    version: 1,
    createdAt: Date.UTC(2026, 0, 1),
    lastRunAt: null,
    nextRunAt: Date.UTC(2026, 0, 2),
    runCount: 0,
    skippedCount: 0,
    ...changes,
  }
}

/** What a path is answered with by a service that has these methods. */
export async function answerTo(
  path: string,
  methods: Partial<ServiceApi>,
): Promise<{ status: number; headers: Headers; body: Record<string, unknown> }> {
  const handler = createHandler(stubService(methods), { authorize: () => true, logger: silentLogger })
  const response = await handler.fetch(new Request(`http://app.test${path}`))
  return {
    status: response.status,
    headers: response.headers,
    body: (await response.json()) as Record<string, unknown>,
  }
}
