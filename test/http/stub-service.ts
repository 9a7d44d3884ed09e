import type { Job, Result } from '../../src/core/job.js'
import type { ScheduledJob } from '../../src/core/schedule.js'
import { defaultRetry } from '../../src/core/retry.js'
import { silentLogger } from '../../src/core/logger.js'
import { createHandler } from '../../src/http/index.js'
import type { Template, Webhook } from '../../src/control-api.js'
import type { QueueStats, ServiceApi } from '../../src/service-api.js'

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
    getJobPages: unexpected('getJobPages'),
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
    submitFlow: unexpected('submitFlow'),
    explainJob: unexpected('explainJob'),
    reprioritiseJob: unexpected('reprioritiseJob'),
    discardJob: unexpected('discardJob'),
    retryJobs: unexpected('retryJobs'),
    discardJobs: unexpected('discardJobs'),
    pause: unexpected('pause'),
    resume: unexpected('resume'),
    drain: unexpected('drain'),
    runScheduledJob: unexpected('runScheduledJob'),
    setScheduledJobEnabled: unexpected('setScheduledJobEnabled'),
    previewSchedule: unexpected('previewSchedule'),
    putTemplate: unexpected('putTemplate'),
    getTemplate: unexpected('getTemplate'),
    listTemplates: unexpected('listTemplates'),
    removeTemplate: unexpected('removeTemplate'),
    addWebhook: unexpected('addWebhook'),
    getWebhook: unexpected('getWebhook'),
    listWebhooks: unexpected('listWebhooks'),
    updateWebhook: unexpected('updateWebhook'),
    rotateWebhookSecret: unexpected('rotateWebhookSecret'),
    removeWebhook: unexpected('removeWebhook'),
    getScale: unexpected('getScale'),
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

/** A queue of which nothing waits and nothing is paused. */
export function someQueueStats(changes: Partial<QueueStats> = {}): QueueStats {
  const none = { claims: 0, share: 0 }
  return {
    pending: 0,
    processing: 0,
    completed: 0,
    failed: 0,
    retry: 0,
    delayed: 0,
    total: 0,
    blocked: 0,
    cancelled: 0,
    oldestReadyMs: 0,
    unknownTypes: [],
    paused: false,
    pausedTypes: [],
    classes: { critical: none, high: none, normal: none, low: none },
    ...changes,
  }
}

/** A subscription to all ends of all jobs. */
export function someWebhook(changes: Partial<Webhook> = {}): Webhook {
  return {
    id: 'webhook-1',
    url: 'https://app.example/hooks',
    events: ['job.completed', 'job.dead_letter', 'job.cancelled'],
    types: null,
    enabled: true,
    disabledReason: null,
    description: null,
    secret: 'whsec_****abcd',
    createdAt: Date.UTC(2026, 0, 1),
    updatedAt: Date.UTC(2026, 0, 2),
    ...changes,
  }
}

/** A template of a page. */
export function someTemplate(changes: Partial<Template> = {}): Template {
  return {
    name: 'page',
    version: 1,
    job: { type: 'single_crawl', url: 'https://{{host}}/' },
    parameters: { host: { type: 'string' } },
    options: {},
    description: null,
    createdAt: Date.UTC(2026, 0, 1),
    ...changes,
  }
}

/** What a request is answered with. */
export interface Answered {
  readonly status: number
  readonly headers: Headers
  readonly body: Record<string, unknown>
}

/** What a path is answered with by a service that has these methods. */
export function answerTo(path: string, methods: Partial<ServiceApi>): Promise<Answered> {
  return answerToSent('GET', path, undefined, methods)
}

/** What a request with this body is answered with by a service that has these methods; no body where it is undefined. */
export async function answerToSent(
  method: string,
  path: string,
  body: unknown,
  methods: Partial<ServiceApi>,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answered> {
  const handler = createHandler(stubService(methods), { authorize: () => true, logger: silentLogger })
  const sent = body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }
  const typed = body === undefined ? {} : { 'content-type': 'application/json' }
  const init = { method, headers: { ...typed, ...headers }, ...sent }
  const response = await handler.fetch(new Request(`http://app.test${path}`, init))
  const text = await response.text()
  return {
    status: response.status,
    headers: response.headers,
    body: (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>,
  }
}
