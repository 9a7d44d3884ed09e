/** Every stable code this library throws, rejects with or records; `docs/reference/errors.md` lists what each means. */
export type ErrorCode =
  | 'ABORTED'
  | 'ADAPTER_INVALID'
  | 'ARGUMENT_INVALID'
  | 'BACKOFF_INVALID'
  | 'CANCELLED'
  | 'CONFIG_INVALID'
  | 'CORRUPT_KEY'
  | 'CRASHED'
  | 'CRON_FIELD_COUNT'
  | 'CRON_NEVER_FIRES'
  | 'CRON_SYNTAX'
  | 'CRON_UNSUPPORTED'
  | 'DATE_INVALID'
  | 'DATE_RANGE'
  | 'DECRYPTION_FAILED'
  | 'DEPENDENCY_CYCLE'
  | 'DEPENDENCY_FAILED'
  | 'DEPENDENCY_NOT_FOUND'
  | 'EVENT_LOOP_BLOCKED'
  | 'EVENTS_INVALID'
  | 'FIELD_READONLY'
  | 'FIELD_UNKNOWN'
  | 'FIELDS_CONFLICT'
  | 'FORBIDDEN_KEY'
  | 'HEADER_FORBIDDEN'
  | 'HEADER_INVALID'
  | 'ID_INVALID'
  | 'INPUT_INVALID'
  | 'INTERVAL_INVALID'
  | 'JOB_FAILED'
  | 'JOB_ID_CONFLICT'
  | 'JOB_NOT_FOUND'
  | 'JOB_TYPE_UNKNOWN'
  | 'JSON_TOO_DEEP'
  | 'KEY_TOO_LONG'
  | 'LEASE_LOST'
  | 'NAME_INVALID'
  | 'NOT_REPLICATED'
  | 'NOT_SUPPORTED'
  | 'PAGE_INVALID'
  | 'PAYLOAD_NOT_SERIALIZABLE'
  | 'PAYLOAD_TOO_LARGE'
  | 'PDF_INVALID'
  | 'PERMANENT'
  | 'PRIORITY_INVALID'
  | 'PROGRESS_INVALID'
  | 'QUERY_TOO_LONG'
  | 'RANGE'
  | 'REQUIRED'
  | 'RESULT_NOT_SERIALIZABLE'
  | 'RESULT_TOO_LARGE'
  | 'RETRY_AFTER'
  | 'SCHEDULE_NOT_FOUND'
  | 'SCHEMA_TOO_NEW'
  | 'SHUTDOWN'
  | 'STATE_CONFLICT'
  | 'STATE_INVALID'
  | 'STEP_INVALID'
  | 'STORE_BUSY'
  | 'STORE_CORRUPT'
  | 'STORE_DENIED'
  | 'STORE_FULL'
  | 'STORE_MENDED'
  | 'STORE_OPEN_FAILED'
  | 'STORE_PINNED'
  | 'STORE_REPLACED'
  | 'STORE_TIMEOUT'
  | 'STORE_UNAVAILABLE'
  | 'STRING_CONTROL_CHAR'
  | 'TEMPLATE_INVALID'
  | 'TEMPLATE_IN_USE'
  | 'TEMPLATE_NOT_FOUND'
  | 'TEMPLATE_PARAMETER_INVALID'
  | 'TEMPLATE_PARAMETER_MISSING'
  | 'TEMPLATE_PARAMETER_UNKNOWN'
  | 'TIMEOUT'
  | 'TIMEZONE_INVALID'
  | 'TYPE_MISMATCH'
  | 'URLS_INVALID'
  | 'WEBHOOK_NOT_FOUND'
  | 'WEBHOOK_FAILED'
  | FetchErrorCode
  | HttpErrorCode

/** What one url of a crawl can end in; a page's `error.code` is one of these. */
export type FetchErrorCode =
  | 'CONNECT_FAILED'
  | 'CONNECT_TIMEOUT'
  | 'CONTENT_TYPE_UNSUPPORTED'
  | 'DNS_FAILED'
  | 'ENCODING_UNSUPPORTED'
  | 'EXTRACTION_FAILED'
  | 'FETCH_FAILED'
  | 'HTTP_STATUS'
  | 'NOT_CACHED'
  | 'OUT_OF_SCOPE'
  | 'REDIRECT_INVALID'
  | 'REDIRECT_LIMIT'
  | 'REDIRECT_LOOP'
  | 'RESPONSE_CORRUPT'
  | 'RESPONSE_IDLE'
  | 'RESPONSE_TOO_LARGE'
  | 'ROBOTS_FORBIDDEN'
  | 'TLS_FAILED'
  | 'URL_BLOCKED'
  | 'URL_CREDENTIALS'
  | 'URL_INVALID'
  | 'URL_PORT'
  | 'URL_SCHEME'
  | 'URL_TOO_LONG'

/** Codes that only the HTTP adapter answers with. */
export type HttpErrorCode =
  | 'BODY_ALREADY_READ'
  | 'BODY_EMPTY'
  | 'BODY_ENCODING'
  | 'BODY_NOT_OBJECT'
  | 'BODY_TIMEOUT'
  | 'BODY_TOO_LARGE'
  | 'CSRF'
  | 'FORBIDDEN'
  | 'AUTHORIZE_TIMEOUT'
  | 'IDEMPOTENCY_KEY_INVALID'
  | 'IDEMPOTENCY_KEY_REUSED'
  | 'INTERNAL'
  | 'JSON_INVALID'
  | 'MEDIA_TYPE_UNSUPPORTED'
  | 'METHOD_NOT_ALLOWED'
  | 'NOT_ACCEPTABLE'
  | 'NOT_FINISHED'
  | 'PATH_ENCODING'
  | 'ROUTE_NOT_FOUND'
  | 'WORKERS_NOT_RUNNING'

export interface RiptideErrorOptions {
  /** The origin of this error. */
  readonly cause?: unknown
  /** JSON pointer of the field that is wrong, such as `/job_type/urls/3`. */
  readonly path?: string
  /** The same call may succeed later without a change. @default false */
  readonly retryable?: boolean
  /** Facts that a program may read: limits, allowed values, states. Never a secret. */
  readonly facts?: Readonly<Record<string, unknown>>
}

const brand: unique symbol = Symbol.for('riptide-workers.error') as never

/** The only class of error this library throws; `code` is stable, the message is for people. */
export class RiptideError extends Error {
  readonly code: ErrorCode
  readonly path: string | undefined
  readonly retryable: boolean
  readonly facts: Readonly<Record<string, unknown>>
  readonly [brand] = true

  constructor(code: ErrorCode, message: string, options: RiptideErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'RiptideError'
    this.code = code
    this.path = options.path
    this.retryable = options.retryable ?? false
    this.facts = options.facts ?? {}
  }
}

/** What the two errors that steer a job take. */
export interface SteeringErrorOptions extends RiptideErrorOptions {
  /** The code that the job's error shall carry. @default 'JOB_FAILED', as for any other throw */
  readonly code?: ErrorCode
}

/** Thrown by a handler: this job can never succeed; it goes to the dead letters without another attempt. */
export class PermanentError extends RiptideError {
  constructor(message: string, options: SteeringErrorOptions = {}) {
    super(options.code ?? 'PERMANENT', message, options)
    this.name = 'PermanentError'
  }
}

export interface RetryAfterOptions extends SteeringErrorOptions {
  /**
   * False for a run that could not begin its work: it was no attempt, and is told by no event. Such a job can come back for
   * ever, so say it only of what passes. @default true
   */
  readonly countsAsAttempt?: boolean
}

/**
 * Thrown by a handler: this attempt failed, and the next one shall not start before `retryAfterMs` have passed.
 * Counts as an attempt, unless it says otherwise; replaces the computed backoff, its cap and its jitter.
 * @example throw new RetryAfterError('rate limited', 30_000)
 */
export class RetryAfterError extends RiptideError {
  /** Milliseconds from the failure to the earliest next attempt. */
  readonly retryAfterMs: number
  readonly countsAsAttempt: boolean

  constructor(retryAfterMs: number, message?: string, options?: RetryAfterOptions)
  constructor(message: string, retryAfterMs: number, options?: RetryAfterOptions)
  constructor(a: number | string, b?: number | string, options: RetryAfterOptions = {}) {
    const ms = typeof a === 'number' ? a : b
    const message = typeof a === 'string' ? a : b
    if (typeof ms !== 'number' || !Number.isFinite(ms) || ms < 0) {
      throw new RiptideError(
        'ARGUMENT_INVALID',
        `retryAfterMs must be a number of milliseconds from 0 up; got ${describe(ms)}`,
      )
    }
    super(
      options.code ?? 'RETRY_AFTER',
      typeof message === 'string' ? message : `retry after ${ms} ms`,
      options,
    )
    this.name = 'RetryAfterError'
    this.retryAfterMs = ms
    this.countsAsAttempt = options.countsAsAttempt !== false
  }
}

/** True for an error of this library, also when two copies of the package are loaded. */
export function isRiptideError(value: unknown): value is RiptideError {
  return typeof value === 'object' && value !== null && (value as { [brand]?: unknown })[brand] === true
}

/** A short, escaped form of any value for a message: at most 100 characters, and never throws. */
export function describe(value: unknown): string {
  const text = describeSafely(value)
  const escaped = text.replace(
    /[\p{Cc}\p{Cf}\u2028\u2029]/gu,
    (c) => `\\u${c.codePointAt(0)?.toString(16).padStart(4, '0')}`,
  )
  return escaped.length > 100 ? `${escaped.slice(0, 97)}...` : escaped
}

function describeSafely(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 120))
  if (value === null || value === undefined || typeof value === 'number' || typeof value === 'boolean')
    return String(value)
  if (typeof value === 'bigint') return `${value}n`.slice(0, 120)
  if (typeof value === 'symbol') return 'a symbol'
  if (typeof value === 'function') return 'a function'
  try {
    return Array.isArray(value) ? `an array of ${value.length}` : 'an object'
  } catch {
    return 'an object'
  }
}
