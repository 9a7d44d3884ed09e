import { type Fields, asBoolean, asObject, asText, integerIn, onlyKeys, wrong } from '../core/check.js'
import { RiptideError } from '../core/errors.js'
import { pointer } from '../core/json.js'
import type { Priority } from '../core/priority.js'
import type { RetryPolicy } from '../core/retry.js'
import type { ScheduleInput, SubmitOptions, SubmitSpec } from '../service-api.js'
import { jobIn } from './wire-job.js'
import { retryIn } from './wire-retry.js'
import { priorityIn, wirePriorities } from './wire-words.js'

/** What a body asked for, in the service's terms. */
export interface Submission {
  /** The `type` that the wire named: pointers of later errors depend on it. */
  readonly wireType: string
  readonly spec: SubmitSpec
  readonly options: SubmitOptions
}

const submitKeys = ['job_type', 'priority', 'retry_config', 'metadata', 'scheduled_at', 'timeout_secs']
const scheduleKeys = [
  'name',
  'cron_expression',
  'job_template',
  'priority',
  'enabled',
  'retry_config',
  'metadata',
]

const longestTimeoutSecs = 7 * 86_400

/** The body of `POST /workers/jobs`. */
export function submissionIn(body: Fields): Submission {
  knownOnly(body, submitKeys)
  const { wireType, spec } = jobIn(body['job_type'], '/job_type')
  const options: SubmitOptions = {
    ...priorityField(body),
    ...retryField(body),
    ...metadataField(body),
    ...field(body, 'scheduled_at', (value, path) => ({ runAt: timeText(value, path) })),
    ...field(body, 'timeout_secs', (value, path) => ({
      timeoutMs: 1000 * integerIn(value, 1, longestTimeoutSecs, { path }),
    })),
  }
  return { wireType, spec, options }
}

/** The body of `POST /workers/schedule`. */
export function scheduleIn(body: Fields): { readonly wireType: string; readonly schedule: ScheduleInput } {
  knownOnly(body, scheduleKeys)
  const { wireType, spec } = jobIn(body['job_template'], '/job_template')
  const schedule: ScheduleInput = {
    name: asText(body['name'], 200, { path: '/name' }),
    cron: asText(body['cron_expression'], 200, { path: '/cron_expression' }),
    job: spec,
    ...priorityField(body),
    ...field(body, 'enabled', (value, path) => ({ enabled: asBoolean(value, { path }) })),
    ...retryField(body),
    ...metadataField(body),
  }
  return { wireType, schedule }
}

/** Refuses fields that only the server sets, and fields that nobody knows. */
export function knownOnly(body: Fields, known: readonly string[]): void {
  for (const key of Object.keys(body)) {
    if (known.includes(key) || !readOnlyFields.has(key.toLowerCase().replaceAll('_', ''))) continue
    const path = pointer('', key)
    throw new RiptideError('FIELD_READONLY', `${path} is set by the server and cannot be given`, { path })
  }
  onlyKeys(body, known, { path: '' })
}

// -------------------------------------------------------------------------------------------------------------------

const readOnlyFields = new Set([
  ...[
    'attempt',
    'attempts',
    'claimedat',
    'completedat',
    'createdat',
    'error',
    'executioncount',
    'failedat',
    'fence',
  ],
  ...[
    'generation',
    'id',
    'jobid',
    'lasterror',
    'lastexecutedat',
    'lease',
    'leaseid',
    'nextexecutionat',
    'processingtimems',
  ],
  ...[
    'progress',
    'result',
    'retrycount',
    'startedat',
    'state',
    'status',
    'submittedat',
    'token',
    'updatedat',
    'workerid',
  ],
])

function priorityField(body: Fields): { priority?: Priority } {
  const value = body['priority']
  if (value === undefined) return {}
  const priority = typeof value === 'string' ? priorityIn(value) : undefined
  if (priority !== undefined) return { priority }
  const rule = `must be one of ${wirePriorities.join(', ')}`
  throw wrong('PRIORITY_INVALID', { path: '/priority' }, rule, value, { allowed: wirePriorities })
}

function metadataField(body: Fields): { metadata?: Fields } {
  return field(body, 'metadata', (value, path) => ({ metadata: asObject(value, { path }) }))
}

function retryField(body: Fields): { retry?: Partial<RetryPolicy> } {
  return field(body, 'retry_config', (value, path) => ({ retry: retryIn(asObject(value, { path }), path) }))
}

/** A time goes on as text: the service reads RFC 3339 and says what is wrong with it. */
function timeText(value: unknown, path: string): string {
  if (typeof value === 'string') return value
  throw wrong('DATE_INVALID', { path }, 'must be a time in RFC 3339, such as "2026-01-31T09:00:00Z"', value)
}

/** An optional field; `null` is "not given", as a client sends it whose language has no missing fields. */
function field<T extends object>(
  body: Fields,
  key: string,
  read: (value: unknown, path: string) => T,
): Partial<T> {
  const value = body[key]
  return value === undefined || value === null ? {} : read(value, `/${key}`)
}
