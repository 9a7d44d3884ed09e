import type { Job, Progress, Result, TemplateRef } from './job.js'
import type { JobError } from './job-error.js'
import type { Claim, JobRecord } from './queue-adapter.js'
import { sealedMark } from './stored-json.js'
import { type RetryPolicy, defaultRetry } from './retry.js'

/** What travels with a job as text that no store reads into. */
export interface JobSettings {
  readonly retry: RetryPolicy
  readonly timeoutMs: number
  readonly metadata: Readonly<Record<string, unknown>>
  /** Ids of the jobs that it depends on. */
  readonly dependsOn?: readonly string[] | undefined
  readonly webhook?: JobWebhook | undefined
  readonly template?: TemplateRef | undefined
}

/** The webhook of one job. A user is shown all but the secret. */
export interface JobWebhook {
  readonly url: string
  readonly events: readonly string[]
  readonly secret: string | null
}

/** Longest timeout of a run: a week, which no timer of Node overflows. */
export const longestTimeoutMs = 7 * 86_400_000

/**
 * What a text of settings leaves out. These are not the defaults of a service but part of the form in which jobs are
 * stored: with another number here, jobs that wait in a store would change.
 */
const plainSettings: JobSettings = Object.freeze({
  retry: defaultRetry,
  timeoutMs: 600_000,
  metadata: Object.freeze({}),
})

/** The text form of a job's settings: what differs from the plain ones; empty when nothing does. */
export function writeSettings(settings: JobSettings): string {
  const { retry, timeoutMs, metadata, dependsOn, webhook, template } = settings
  const ownRetry = Object.entries(retry).filter(([key, value]) => value !== defaultsOfRetry[key])
  const own = {
    ...(ownRetry.length === 0 ? {} : { retry: Object.fromEntries(ownRetry) }),
    ...(timeoutMs === plainSettings.timeoutMs ? {} : { timeoutMs }),
    ...(Object.keys(metadata).length === 0 ? {} : { metadata }),
    ...(dependsOn === undefined ? {} : { dependsOn }),
    ...(webhook === undefined ? {} : { webhook }),
    ...(template === undefined ? {} : { template }),
  }
  return Object.keys(own).length === 0 ? '' : JSON.stringify(own)
}

const defaultsOfRetry: Readonly<Record<string, unknown>> = { ...defaultRetry }

/** What `writeSettings` wrote; objects of the reader's own. */
export function readSettings(text: string): JobSettings {
  const own = text === '' ? {} : (JSON.parse(text) as Partial<JobSettings>)
  const { dependsOn, webhook, template } = own
  return {
    retry: { ...plainSettings.retry, ...own.retry },
    timeoutMs: own.timeoutMs ?? plainSettings.timeoutMs,
    metadata: own.metadata ?? {},
    ...(dependsOn === undefined ? {} : { dependsOn }),
    ...(webhook === undefined ? {} : { webhook }),
    ...(template === undefined ? {} : { template }),
  }
}

/** Most jobs of a type have the same settings: a reader that remembers the texts it has seen lately. */
export function settingsReader(): (text: string) => JobSettings {
  const seen = new Map<string, JobSettings>()
  return (text) => {
    const known = seen.get(text)
    if (known) return known
    const { retry, metadata, ...more } = readSettings(text)
    // Handlers see these objects, and the next job's policy must not be what one of them made of it.
    const settings = Object.freeze({ ...more, retry: Object.freeze(retry), metadata })
    // What has metadata or dependencies is a job's own.
    if (Object.keys(metadata).length > 0 || settings.dependsOn !== undefined) return settings
    if (seen.size >= 100) seen.clear()
    Object.freeze(metadata)
    seen.set(text, settings)
    return settings
  }
}

/** A stored job as its user sees it; `now` (the store's time) counts the processing time of one that runs. */
export function jobOf(record: JobRecord, now: number): Job {
  const running = record.status === 'processing'
  const settings = readSettings(record.options)
  return {
    id: record.id,
    type: record.type,
    status: record.status,
    priority: record.priority,
    ...(record.payload === '' ? {} : { ...payloadOf(record), logs: record.lines }),
    retry: settings.retry,
    timeoutMs: settings.timeoutMs,
    metadata: settings.metadata,
    generation: record.generation,
    attempt: attemptOf(record),
    retryCount: record.failures,
    createdAt: record.createdAt,
    runAt: record.readyAt,
    startedAt: record.startedAt,
    completedAt: record.completedAt,
    processingTimeMs:
      running && record.startedAt !== null ? Math.max(0, now - record.startedAt) : record.runMs,
    workerId: record.worker,
    lastError: errorOf(record),
    progress: record.progress === null ? null : (JSON.parse(record.progress) as Progress),
    dedupeKey: record.dedupeKey,
    scheduleId: record.scheduleId,
    ...tiesOf(record),
    ...originOf(settings),
  }
}

/** One that is encrypted, where there are no keys, is left out, as it is where there are others. */
function payloadOf({ payload }: JobRecord): Partial<Job> {
  return payload.startsWith(sealedMark) ? {} : { payload: JSON.parse(payload) as unknown }
}

function tiesOf({ terms, waitsFor }: JobRecord): Partial<Job> {
  if (terms === null) return {}
  const { dependsOn, concurrency, rate } = terms
  return {
    ...(dependsOn.length === 0 ? {} : { dependsOn }),
    ...(waitsFor.length === 0 ? {} : { waitsFor }),
    ...(concurrency === null ? {} : { concurrencyKey: concurrency }),
    ...(rate === null ? {} : { rateLimit: rate }),
  }
}

/** All but the secret. */
function originOf({ webhook, template }: JobSettings): Partial<Job> {
  return {
    ...(webhook === undefined ? {} : { webhook: { url: webhook.url, events: [...webhook.events] } }),
    ...(template === undefined ? {} : { template: { ...template } }),
  }
}

/** Which run is under way or was the last one. A run that did not fail comes after all that did. */
function attemptOf({ status, failures, startedAt }: JobRecord): number {
  if (status === 'processing' || status === 'completed') return failures + 1
  return Math.max(failures, startedAt === null ? 0 : 1)
}

/** A claimed job as its handler sees it. */
export function jobOfClaim(claim: Claim, settings: JobSettings, payload: unknown, workerId: string): Job {
  const job: Job = {
    id: claim.id,
    type: claim.type,
    status: 'processing',
    priority: claim.priority,
    payload,
    retry: settings.retry,
    timeoutMs: settings.timeoutMs,
    metadata: settings.metadata,
    generation: claim.generation,
    attempt: claim.failures + 1,
    retryCount: claim.failures,
    createdAt: claim.createdAt,
    runAt: claim.readyAt,
    startedAt: claim.startedAt,
    completedAt: null,
    processingTimeMs: 0,
    workerId,
    lastError: null,
    progress: null,
    dedupeKey: claim.dedupeKey,
    scheduleId: claim.scheduleId,
  }
  const isPlain = settings.webhook === undefined && settings.template === undefined
  return isPlain ? job : { ...job, ...originOf(settings) }
}

/** How a job ended that completed and of which nothing was kept. */
export function resultOfUnkept(jobId: string, completedAt: number): Result {
  return { jobId, success: true, data: null, error: null, processingTimeMs: 0, workerId: null, completedAt }
}

/** How a final job ended. `data` is its result, where there is one. */
export function resultOf(record: JobRecord, data: unknown): Result {
  const success = record.status === 'completed'
  return {
    jobId: record.id,
    success,
    data: success ? (data ?? null) : null,
    error: success ? null : errorOf(record),
    processingTimeMs: record.runMs ?? 0,
    workerId: record.worker,
    completedAt: record.completedAt ?? record.createdAt,
  }
}

function errorOf(record: JobRecord): JobError | null {
  if (record.status === 'cancelled') {
    return {
      code: 'CANCELLED',
      name: 'RiptideError',
      message: record.cancelReason ?? 'the job was cancelled',
    }
  }
  return record.error === null ? null : (JSON.parse(record.error) as JobError)
}
