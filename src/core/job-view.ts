import type { Job, Progress, Result } from './job.js'
import type { JobError } from './job-error.js'
import type { Claim, JobRecord } from './queue-adapter.js'
import { type RetryPolicy, defaultRetry } from './retry.js'

/** What travels with a job as text that no store reads into. */
export interface JobSettings {
  readonly retry: RetryPolicy
  readonly timeoutMs: number
  readonly metadata: Readonly<Record<string, unknown>>
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
export function writeSettings({ retry, timeoutMs, metadata }: JobSettings): string {
  const ownRetry = Object.entries(retry).filter(([key, value]) => value !== defaultsOfRetry[key])
  const own = {
    ...(ownRetry.length === 0 ? {} : { retry: Object.fromEntries(ownRetry) }),
    ...(timeoutMs === plainSettings.timeoutMs ? {} : { timeoutMs }),
    ...(Object.keys(metadata).length === 0 ? {} : { metadata }),
  }
  return Object.keys(own).length === 0 ? '' : JSON.stringify(own)
}

const defaultsOfRetry: Readonly<Record<string, unknown>> = { ...defaultRetry }

/** What `writeSettings` wrote; objects of the reader's own. */
export function readSettings(text: string): JobSettings {
  const own = text === '' ? {} : (JSON.parse(text) as Partial<JobSettings>)
  return {
    retry: { ...plainSettings.retry, ...own.retry },
    timeoutMs: own.timeoutMs ?? plainSettings.timeoutMs,
    metadata: own.metadata ?? {},
  }
}

/** Most jobs of a type have the same settings: a reader that remembers the texts it has seen lately. */
export function settingsReader(): (text: string) => JobSettings {
  const seen = new Map<string, JobSettings>()
  return (text) => {
    const known = seen.get(text)
    if (known) return known
    const { retry, timeoutMs, metadata } = readSettings(text)
    // Handlers see these objects, and the next job's policy must not be what one of them made of it.
    const settings = Object.freeze({ retry: Object.freeze(retry), timeoutMs, metadata })
    // What has metadata is a job's own.
    if (Object.keys(metadata).length > 0) return settings
    if (seen.size >= 100) seen.clear()
    Object.freeze(metadata)
    seen.set(text, settings)
    return settings
  }
}

/** A stored job as its user sees it; `now` (the store's time) counts the processing time of one that runs. */
export function jobOf(record: JobRecord, now: number): Job {
  const running = record.status === 'processing'
  return {
    id: record.id,
    type: record.type,
    status: record.status,
    priority: record.priority,
    ...(record.payload === '' ? {} : { payload: JSON.parse(record.payload) as unknown, logs: record.lines }),
    ...readSettings(record.options),
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
  }
}

/** Which run is under way or was the last one. A run that did not fail comes after all that did. */
function attemptOf({ status, failures, startedAt }: JobRecord): number {
  if (status === 'processing' || status === 'completed') return failures + 1
  return Math.max(failures, startedAt === null ? 0 : 1)
}

/** A claimed job as its handler sees it. */
export function jobOfClaim(claim: Claim, settings: JobSettings, payload: unknown, workerId: string): Job {
  return {
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
}

/** How a job ended that completed and of which nothing was kept. */
export function resultOfUnkept(jobId: string, completedAt: number): Result {
  return { jobId, success: true, data: null, error: null, processingTimeMs: 0, workerId: null, completedAt }
}

/** How a final job ended. `data` is the text of its result, where there is one. */
export function resultOf(record: JobRecord, data: string | undefined): Result {
  const success = record.status === 'completed'
  return {
    jobId: record.id,
    success,
    data: success && data !== undefined ? (JSON.parse(data) as unknown) : null,
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
