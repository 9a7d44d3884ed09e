import { type Fields, asBoolean, asText, integerIn, wrong } from '../core/check.js'
import { formatInstant } from '../core/instant.js'
import type { Priority } from '../core/priority.js'
import type { FinalStatus } from '../core/states.js'
import type { BulkOptions, BulkOutcome, EndedFilter, Explanation, ScaleAdvice } from '../control-api.js'
import { snake, snakeKeys, stateFactOut } from './wire-facts.js'
import { field, knownOnly, passed, priorityOf } from './wire-fields.js'
import { typeIn } from './wire-list.js'
import { countIn, queryIn } from './wire-query.js'
import { stateIn, stateOut } from './wire-words.js'

/** The fields of a filter of ended jobs, and what they are called inside. */
export const filterWords = new Map([
  ['status', 'status'],
  ['job_type', 'type'],
  ['error', 'error'],
  ['older_than_ms', 'olderThanMs'],
  ['newer_than_ms', 'newerThanMs'],
  ['limit', 'limit'],
])

/** Longest time that a request waits for the queue to be empty; it can be asked again. */
const longestDrainMs = 600_000

const longestTargetMs = 86_400_000

/** The body of `POST /workers/queue/pause` and `/resume`: one type, or the whole queue. */
export function pauseIn(body: Fields): { type?: string } {
  knownOnly(body, ['job_type'])
  noNulls(body)
  return typeField(body)
}

/** The body of `POST /workers/queue/drain`. */
export function drainIn(body: Fields): { timeoutMs?: number } {
  knownOnly(body, ['timeout_ms'])
  return field(body, '', 'timeout_ms', (value, path) => ({
    timeoutMs: integerIn(value, 0, longestDrainMs, { path }),
  }))
}

/** The body of `POST /workers/jobs/:job_id/priority`. */
export function priorityChangeIn(body: Fields): Priority {
  knownOnly(body, ['priority'])
  const value = body['priority']
  if (value === undefined) throw wrong('REQUIRED', { path: '/priority' }, 'is required', value)
  return priorityOf(value, '/priority')
}

/** The body of what is done to many ended jobs at once, of those `states` that it can be done to. */
export function bulkIn(
  body: Fields,
  states: readonly FinalStatus[],
): { readonly filter: EndedFilter; readonly options: BulkOptions } {
  knownOnly(body, [...filterWords.keys(), 'dry_run'])
  noNulls(body)
  const filter: EndedFilter = {
    ...field(body, '', 'status', (value, path) => ({ status: finalStateIn(value, path, states) })),
    ...typeField(body),
    ...passed(body, 'error', 'error'),
    ...passed(body, 'older_than_ms', 'olderThanMs'),
    ...passed(body, 'newer_than_ms', 'newerThanMs'),
    ...passed(body, 'limit', 'limit'),
  }
  const options = field(body, '', 'dry_run', (value, path) => ({ dryRun: asBoolean(value, { path }) }))
  return { filter, options }
}

/** What became of them. */
export function bulkOut({ matched, done, skipped, sample }: BulkOutcome): object {
  return { matched, done, skipped, sample }
}

/** Why a job does not run. */
export function explanationOut(explanation: Explanation): object {
  const { jobId, status, reason, reasons, message, facts } = explanation
  return { job_id: jobId, status: stateOut(status), reason, reasons, message, facts: factOut(facts, '') }
}

/** The query of `GET /workers/scale`. */
export function scaleIn(query: string): { targetP95WaitMs?: number } {
  const key = 'target_p95_wait_ms'
  const text = queryIn(query, [key])[key]
  const target = countIn(text, 1, longestTargetMs, { path: `/${key}`, code: 'RANGE' })
  return target === undefined ? {} : { targetP95WaitMs: target }
}

/** How many workers there should be. */
export function scaleOut(advice: ScaleAdvice): object {
  return snakeKeys({ ...advice })
}

// -------------------------------------------------------------------------------------------------------------------

/** Facts that the wire calls otherwise: all that is told of by its id there is a job. */
const factWords = new Map([
  ['id', 'job_id'],
  ['type', 'job_type'],
])

/** The facts of an explanation: their names and states respelt, and their instants as times. */
function factOut(value: unknown, key: string): unknown {
  if (Array.isArray(value)) return value.map((one) => factOut(one, key))
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).map(([name, inner]) => [
      factWords.get(name) ?? snake(name),
      factOut(inner, name),
    ])
    return Object.fromEntries(entries) as Fields
  }
  if (typeof value === 'number' && /^(?:until|since)$|At$/.test(key)) return formatInstant(value)
  return typeof value === 'string' && /^(?:status|state)$/.test(key) ? stateFactOut(value) : value
}

/** What is left out here means all: a field that a client failed to fill in must not. */
function noNulls(body: Fields): void {
  for (const [key, value] of Object.entries(body))
    if (value === null)
      throw wrong('TYPE_MISMATCH', { path: `/${key}` }, 'must not be null; leave it out', value)
}

function typeField(body: Fields): { type?: string } {
  return field(body, '', 'job_type', (value, path) => ({ type: typeIn(asText(value, 200, { path }), path) }))
}

function finalStateIn(value: unknown, path: string, states: readonly FinalStatus[]): FinalStatus {
  const status = typeof value === 'string' ? stateIn(value) : undefined
  const found = states.find((state) => state === status)
  if (found !== undefined) return found
  const allowed = states.map(stateOut)
  throw wrong('TYPE_MISMATCH', { path }, `must be one of ${allowed.join(', ')}`, value, { allowed })
}
