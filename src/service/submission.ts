import { type Fields, asId, asObject, integerIn, oneOf, onlyKeys } from '../core/check.js'
import { before } from '../core/abort.js'
import type { Clock } from '../core/clock.js'
import { RiptideError, describe, isRiptideError } from '../core/errors.js'
import { inputNow, inputOf } from '../core/input.js'
import { parseInstant } from '../core/instant.js'
import { toJson } from '../core/json.js'
import { type JobSettings, longestTimeoutMs, writeSettings } from '../core/job-view.js'
import type { TemplateRef } from '../core/job.js'
import { type Priority, priorities } from '../core/priority.js'
import type { NewJob } from '../core/queue-adapter.js'
import { digestOf, newId } from '../core/random.js'
import { type RetryPolicy, defaultRetry } from '../core/retry.js'
import { resolveRetry } from '../core/retry-options.js'
import type { StandardSchema } from '../core/standard-schema.js'
import type { SubmitOptions } from '../service-api.js'
import type { KnownJob, Registry } from './registry.js'
import { type PlainSpec, specOf } from './spec.js'
import { type ReadTerms, type WebhookReader, readTerms, termKeys } from './terms.js'

export interface SubmissionRules {
  readonly registry: Registry
  readonly jobTimeoutMs: number
  readonly maxPayloadBytes: number
  readonly clock: Pick<Clock, 'after'>
  readonly webhookOf: WebhookReader
  /** Names that live workers know, asked only for a type that this service does not. */
  readonly namesElsewhere: () => Promise<readonly string[]>
  /** True when nothing may be waited for: schemas answer at once, and a type that only others know is taken on trust. */
  readonly atOnce?: boolean
}

/** The part of a job that a submission and a schedule have in common. */
export interface JobBody {
  readonly type: string
  readonly payload: string
  readonly options: string
  readonly maxAttempts: number
  readonly priority: Priority
}

const longestDelayMs = 10 * 366 * 86_400_000
const maxMetadataBytes = 65_536
/** How long a schema that asks others may take. */
const schemaMs = 10_000
export const bodyKeys = ['priority', 'retry', 'timeoutMs', 'metadata']
export const optionKeys = [...bodyKeys, 'delayMs', 'runAt', 'id', ...termKeys]

/** Something for the store, and what is still to be asked about it before it may go there; mostly nothing. */
export interface Draft<T> {
  readonly value: T
  readonly checked: Promise<void> | undefined
}

/**
 * A job for the store from what a user submitted; throws what is wrong with it. All is written down before this returns:
 * what the caller does to the payload afterwards changes nothing.
 */
export function draftJob(
  spec: unknown,
  options: SubmitOptions,
  now: number,
  rules: SubmissionRules,
  origin: Origin = {},
): Draft<NewJob> {
  return readable(() => draft(spec, options, now, rules, origin))
}

/** Where a job comes from. */
export interface Origin {
  readonly template?: TemplateRef | undefined
  /** What was submitted, where that is not the job itself: its digest is of this. */
  readonly said?: string | undefined
  /** Of the request that it is a part of: a part of another request is another job. */
  readonly within?: string | undefined
}

/** Of a job with an id of the caller's: the same id with another digest is a conflict. */
export function digestIn(within: string | undefined, said: string): string {
  return digestOf(within === undefined ? said : `${within}\n${said}`)
}

/** What `run` makes of a caller's own objects, in which a getter or a proxy may throw whatever it likes. */
export function readable<T>(run: () => T): T {
  try {
    return run()
  } catch (cause) {
    if (isRiptideError(cause)) throw cause
    throw new RiptideError('ARGUMENT_INVALID', 'what was submitted cannot be read: reading it threw', {
      cause,
    })
  }
}

function draft(
  spec: unknown,
  options: SubmitOptions,
  now: number,
  rules: SubmissionRules,
  { template, said, within }: Origin,
): Draft<NewJob> {
  const given = asObject(options, { path: '', code: 'ARGUMENT_INVALID' })
  onlyKeys(given, optionKeys, { path: '' })
  const id = given['id'] === undefined ? undefined : asId(given['id'], { path: '/id' })
  const own = readTerms(given, id, rules.webhookOf)
  const times = timesOf(given, own)
  const { terms, dedupeKey } = own
  const { value: body, checked } = draftBody(specOf(spec), given, rules, settingsIn(own, template))
  const fresh = id ?? newId(now)
  // A job without terms is digested as it was before there were any.
  const whole = terms === undefined ? [body, times, dedupeKey] : [body, times, dedupeKey, terms]
  const digest = id === undefined ? '' : digestIn(within, said ?? JSON.stringify(whole))
  const token = id === undefined ? fresh : newId(now)
  const plain = { id: fresh, token, digest, ...body, ...times, dedupeKey }
  return { value: terms === undefined ? plain : { ...plain, terms }, checked }
}

/** What of its terms and its template stands in the settings of a job; undefined for nothing. */
export function settingsIn(
  { dependsOn, webhook }: Pick<ReadTerms, 'dependsOn' | 'webhook'>,
  template: TemplateRef | undefined,
): OwnSettings | undefined {
  if (dependsOn === undefined && webhook === undefined && template === undefined) return undefined
  return { dependsOn, webhook, template }
}

export type OwnSettings = Pick<JobSettings, 'dependsOn' | 'webhook' | 'template'>

/** What is checked and written alike for a submission and for the job of a schedule. */
export function draftBody(
  spec: PlainSpec,
  given: Readonly<Record<string, unknown>>,
  rules: SubmissionRules,
  own?: OwnSettings,
): Draft<JobBody> {
  const payload = toJson(spec.payload, spec.path, rules.maxPayloadBytes)
  if (payload.length > rules.maxPayloadBytes / 3 && Buffer.byteLength(payload) > rules.maxPayloadBytes) {
    throw wrongSize(rules.maxPayloadBytes, Buffer.byteLength(payload))
  }
  const known = rules.registry.find(spec.type)
  const priority = priorityOf(given['priority'])
  const settled = settledBy(given, known, rules, own)
  return { value: { type: spec.type, payload, ...settled, priority }, checked: checksOf(spec, known, rules) }
}

/** Retry, timeout and metadata: the type's own text where a submission says nothing. */
function settledBy(
  given: Readonly<Record<string, unknown>>,
  known: KnownJob | undefined,
  rules: SubmissionRules,
  own: OwnSettings | undefined,
): Pick<JobBody, 'options' | 'maxAttempts'> {
  const { retry: ownRetry, timeoutMs, metadata } = given
  const isPlain =
    ownRetry === undefined && timeoutMs === undefined && metadata === undefined && own === undefined
  if (known && isPlain) return { options: known.settings, maxAttempts: known.retry.maxAttempts }
  const retry = resolveRetry(ownRetry, known?.retry ?? defaultRetry, '/retry')
  return {
    options: writeSettings({ ...settingsOf(given, retry, known?.timeoutMs ?? rules.jobTimeoutMs), ...own }),
    maxAttempts: retry.maxAttempts,
  }
}

/** Checks the options of a submission and nothing else. */
export function checkOptions(given: Fields, webhookOf: WebhookReader): void {
  onlyKeys(given, optionKeys, { path: '' })
  timesOf(given, readTerms(given, undefined, webhookOf))
  priorityOf(given['priority'])
  settingsOf(given, resolveRetry(given['retry'], defaultRetry, '/retry'), longestTimeoutMs)
}

/** The checks that may take time: whether anybody knows the type, and what its schema says. */
function checksOf(
  spec: PlainSpec,
  known: KnownJob | undefined,
  rules: SubmissionRules,
): Promise<void> | undefined {
  const schema = known?.definition.definition.input
  if (known && !schema) return undefined
  if (rules.atOnce === true) return void (schema && inputNow(schema, spec.payload, inputFault(spec)))
  const checked = schema ? checkInput(spec, schema, rules.clock) : requireKnownElsewhere(spec.type, rules)
  // Whoever drafts many may give up before it looks at this one.
  checked.catch(() => undefined)
  return checked
}

async function checkInput(
  spec: PlainSpec,
  schema: StandardSchema,
  clock: SubmissionRules['clock'],
): Promise<void> {
  const late = (): RiptideError =>
    new RiptideError('INPUT_INVALID', `the schema of the job has not answered within ${schemaMs} ms`, {
      path: spec.path || '/',
    })
  await inputOf(schema, spec.payload, inputFault(spec), (answer) =>
    before(answer, { clock, ms: schemaMs, late }),
  )
}

function inputFault(spec: PlainSpec) {
  return (message: string, at: string, cause?: unknown): RiptideError =>
    new RiptideError('INPUT_INVALID', message, { path: `${spec.path}${at}` || '/', cause })
}

function settingsOf(
  given: Readonly<Record<string, unknown>>,
  retry: RetryPolicy,
  defaultTimeoutMs: number,
): JobSettings {
  const timeoutMs =
    given['timeoutMs'] === undefined
      ? defaultTimeoutMs
      : integerIn(given['timeoutMs'], 1, longestTimeoutMs, { path: '/timeoutMs' })
  const metadata = given['metadata'] === undefined ? {} : asObject(given['metadata'], { path: '/metadata' })
  const size = toJson(metadata, '/metadata', maxMetadataBytes).length
  if (size > maxMetadataBytes) {
    throw new RiptideError(
      'PAYLOAD_TOO_LARGE',
      `/metadata may have at most ${maxMetadataBytes} characters of JSON; got ${size}`,
      {
        path: '/metadata',
      },
    )
  }
  return { retry, timeoutMs, metadata }
}

function priorityOf(value: unknown): Priority {
  return value === undefined
    ? 'normal'
    : oneOf(value, priorities, { path: '/priority', code: 'PRIORITY_INVALID' })
}

function timesOf(
  given: Readonly<Record<string, unknown>>,
  { terms }: ReadTerms,
): {
  readonly delayMs: number | null
  readonly runAt: number | null
} {
  const { delayMs, runAt } = given
  if (delayMs !== undefined && runAt !== undefined) {
    throw new RiptideError('FIELDS_CONFLICT', 'give delayMs or runAt, not both', { path: '/delayMs' })
  }
  const timed = delayMs !== undefined ? '/delayMs' : runAt !== undefined ? '/runAt' : undefined
  if (timed !== undefined && terms?.dedupe?.mode === 'debounce') {
    const text = `${timed} has no meaning with the mode debounce: its windowMs says when the job is ready`
    throw new RiptideError('FIELDS_CONFLICT', text, { path: timed })
  }
  return {
    delayMs: delayMs === undefined ? null : integerIn(delayMs, 0, longestDelayMs, { path: '/delayMs' }),
    runAt: runAt === undefined ? null : parseInstant(runAt, '/runAt'),
  }
}

/** A type that nobody knows is refused, unless nobody has said what they know: then it waits for a worker that does. */
async function requireKnownElsewhere(type: string, rules: SubmissionRules): Promise<void> {
  const names = new Set([...rules.registry.customNames, ...(await rules.namesElsewhere())])
  if (names.size === 0 || names.has(type)) return
  const known = [...names].sort().slice(0, 20)
  throw new RiptideError(
    'JOB_TYPE_UNKNOWN',
    `no worker knows the job type ${describe(type)}; known are ${known.join(', ')}`,
    {
      path: '/type',
      facts: { known },
    },
  )
}

function wrongSize(limit: number, bytes: number): RiptideError {
  return new RiptideError(
    'PAYLOAD_TOO_LARGE',
    `a payload may have at most ${limit} bytes of JSON; this one has ${bytes}`,
    {
      path: '/payload',
      facts: { limit },
    },
  )
}

/** The same error with its pointer below `prefix`: an entry of a list says which one it is. */
export function below(prefix: string, thrown: unknown): unknown {
  if (!isRiptideError(thrown)) return thrown
  const path = `${prefix}${thrown.path === '/' ? '' : (thrown.path ?? '')}`
  const { code, cause, retryable, facts } = thrown
  return new RiptideError(code, `${prefix}: ${thrown.message}`, { path, cause, retryable, facts })
}
