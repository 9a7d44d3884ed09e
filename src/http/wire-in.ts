import { type Fields, asBoolean, asObject, asText, integerIn, wrong } from '../core/check.js'
import { RiptideError } from '../core/errors.js'
import type { ScheduleInput, SubmitOptions, SubmitSpec } from '../service-api.js'
import { field, knownOnly, metadataField, passed, priorityField, retryField } from './wire-fields.js'
import { jobIn } from './wire-job.js'
import { sharedTermWords, termWords, termsIn } from './wire-terms.js'

/** What a body asked for, in the service's terms. */
export interface Submission {
  /** The `type` that the wire named: pointers of later errors depend on it. */
  readonly wireType: string
  readonly spec: SubmitSpec
  readonly options: SubmitOptions
}

/** A job of a batch, as `submitJobs` takes it. */
export interface BatchEntry {
  readonly job: SubmitSpec
  readonly options: SubmitOptions
}

/** What a submission may say beside the job itself and its id. */
export const optionKeys = [
  ...['priority', 'retry_config', 'metadata', 'scheduled_at', 'delay_ms', 'timeout_secs'],
  ...termWords.keys(),
]
const submitKeys = ['job_type', 'job_id', ...optionKeys]
const scheduleKeys = [
  ...[
    'name',
    'cron_expression',
    'timezone',
    'job_template',
    'priority',
    'enabled',
    'retry_config',
    'metadata',
  ],
  ...sharedTermWords.keys(),
]

const longestTimeoutSecs = 7 * 86_400
const mostEntries = 10_000

/** The body of `POST /workers/jobs`, and of each of its kind. */
export function submissionIn(body: Fields, at = ''): Submission {
  knownOnly(body, submitKeys, at)
  const { wireType, spec } = jobIn(body['job_type'], `${at}/job_type`)
  return { wireType, spec, options: { ...optionsIn(body, at), ...passed(body, 'job_id', 'id') } }
}

/** What a submission says beside the job itself. */
export function optionsIn(
  body: Fields,
  at: string,
  terms: ReadonlyMap<string, string> = termWords,
): SubmitOptions {
  if (isGiven(body['scheduled_at']) && isGiven(body['delay_ms'])) {
    throw new RiptideError('FIELDS_CONFLICT', 'give scheduled_at or delay_ms, not both', {
      path: `${at}/delay_ms`,
    })
  }
  return {
    ...priorityField(body, at),
    ...retryField(body, at),
    ...metadataField(body, at),
    ...field(body, at, 'scheduled_at', (value, path) => ({ runAt: timeText(value, path) })),
    ...passed(body, 'delay_ms', 'delayMs'),
    ...field(body, at, 'timeout_secs', (value, path) => ({
      timeoutMs: 1000 * integerIn(value, 1, longestTimeoutSecs, { path }),
    })),
    ...termsIn(body, at, terms),
  }
}

/** The body of `POST /workers/jobs/batch`: each entry is a submission of its own. */
export function batchIn(body: Fields): {
  readonly wireTypes: readonly string[]
  readonly entries: readonly BatchEntry[]
} {
  knownOnly(body, ['jobs'])
  const { jobs } = body
  if (jobs === undefined || jobs === null) throw wrong('REQUIRED', { path: '/jobs' }, 'is required', jobs)
  if (!Array.isArray(jobs)) throw wrong('TYPE_MISMATCH', { path: '/jobs' }, 'must be an array', jobs)
  if (jobs.length === 0 || jobs.length > mostEntries) {
    throw wrong('RANGE', { path: '/jobs' }, `must have 1 to ${mostEntries} entries`, jobs, {
      limit: mostEntries,
    })
  }
  const submissions = jobs.map((job: unknown, i) =>
    submissionIn(asObject(job, { path: `/jobs/${i}` }), `/jobs/${i}`),
  )
  return {
    wireTypes: submissions.map(({ wireType }) => wireType),
    entries: submissions.map(({ spec, options }) => ({ job: spec, options })),
  }
}

/** The body of `POST /workers/schedule`. */
export function scheduleIn(body: Fields): { readonly wireType: string; readonly schedule: ScheduleInput } {
  knownOnly(body, scheduleKeys)
  const { wireType, spec } = jobIn(body['job_template'], '/job_template')
  const schedule: ScheduleInput = {
    name: asText(body['name'], 200, { path: '/name' }),
    cron: asText(body['cron_expression'], 200, { path: '/cron_expression' }),
    ...passed(body, 'timezone', 'timezone'),
    job: spec,
    ...priorityField(body, ''),
    ...field(body, '', 'enabled', (value, path) => ({ enabled: asBoolean(value, { path }) })),
    ...retryField(body, ''),
    ...metadataField(body, ''),
    ...termsIn(body, '', sharedTermWords),
  }
  return { wireType, schedule }
}

// -------------------------------------------------------------------------------------------------------------------

/** A time goes on as text: the service reads RFC 3339 and says what is wrong with it. */
function timeText(value: unknown, path: string): string {
  if (typeof value === 'string') return value
  throw wrong('DATE_INVALID', { path }, 'must be a time in RFC 3339, such as "2026-01-31T09:00:00Z"', value)
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null
}
