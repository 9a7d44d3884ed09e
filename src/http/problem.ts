import { type ErrorCode, RiptideError, isRiptideError } from '../core/errors.js'
import { type NeutralResponse, jsonResponse } from './exchange.js'
import { factsOut } from './wire-facts.js'

/**
 * The status that each code is answered with: 400 what cannot be read, 422 what is read and wrong, 503 what may work later.
 * Codes that only a job's own result carries stand here too, so that adding one to the library asks for a decision.
 */
export const statusOf = {
  ABORTED: 503,
  ADAPTER_INVALID: 500,
  ARGUMENT_INVALID: 422,
  AUTHORIZE_TIMEOUT: 503,
  BACKOFF_INVALID: 422,
  BODY_ALREADY_READ: 400,
  BODY_EMPTY: 400,
  BODY_ENCODING: 400,
  BODY_NOT_OBJECT: 400,
  BODY_TIMEOUT: 408,
  BODY_TOO_LARGE: 413,
  CANCELLED: 409,
  CONFIG_INVALID: 500,
  CONNECT_FAILED: 422,
  CONNECT_TIMEOUT: 422,
  CONTENT_TYPE_UNSUPPORTED: 422,
  CORRUPT_KEY: 500,
  CRASHED: 500,
  CRON_FIELD_COUNT: 400,
  CRON_NEVER_FIRES: 400,
  CRON_SYNTAX: 400,
  CRON_UNSUPPORTED: 400,
  CSRF: 403,
  DATE_INVALID: 422,
  DATE_RANGE: 422,
  DECRYPTION_FAILED: 500,
  DEPENDENCY_CYCLE: 422,
  DEPENDENCY_FAILED: 422,
  DEPENDENCY_NOT_FOUND: 422,
  DNS_FAILED: 422,
  ENCODING_UNSUPPORTED: 415,
  EVENTS_INVALID: 422,
  EVENT_LOOP_BLOCKED: 500,
  EXTRACTION_FAILED: 422,
  FETCH_FAILED: 422,
  FIELDS_CONFLICT: 422,
  FIELD_READONLY: 422,
  FIELD_UNKNOWN: 422,
  FORBIDDEN: 403,
  FORBIDDEN_KEY: 422,
  HEADER_FORBIDDEN: 422,
  HEADER_INVALID: 422,
  HTTP_STATUS: 422,
  IDEMPOTENCY_KEY_INVALID: 400,
  IDEMPOTENCY_KEY_REUSED: 422,
  ID_INVALID: 400,
  INPUT_INVALID: 422,
  INTERNAL: 500,
  INTERVAL_INVALID: 422,
  JOB_FAILED: 422,
  JOB_ID_CONFLICT: 409,
  JOB_NOT_FOUND: 404,
  JOB_TYPE_UNKNOWN: 422,
  JSON_INVALID: 400,
  JSON_TOO_DEEP: 422,
  KEY_TOO_LONG: 422,
  LEASE_LOST: 409,
  MEDIA_TYPE_UNSUPPORTED: 415,
  METHOD_NOT_ALLOWED: 405,
  NAME_INVALID: 422,
  NOT_ACCEPTABLE: 406,
  NOT_CACHED: 422,
  NOT_FINISHED: 404,
  NOT_REPLICATED: 503,
  NOT_SUPPORTED: 422,
  PAGE_INVALID: 400,
  OUT_OF_SCOPE: 422,
  PATH_ENCODING: 400,
  PAYLOAD_NOT_SERIALIZABLE: 422,
  PAYLOAD_TOO_LARGE: 413,
  PDF_INVALID: 422,
  PERMANENT: 422,
  PRIORITY_INVALID: 422,
  PROGRESS_INVALID: 422,
  QUERY_TOO_LONG: 400,
  RANGE: 422,
  REDIRECT_INVALID: 422,
  REDIRECT_LIMIT: 422,
  REDIRECT_LOOP: 422,
  REQUIRED: 422,
  RESPONSE_CORRUPT: 422,
  RESPONSE_IDLE: 422,
  RESPONSE_TOO_LARGE: 422,
  RESULT_NOT_SERIALIZABLE: 422,
  RESULT_TOO_LARGE: 422,
  RETRY_AFTER: 503,
  ROBOTS_FORBIDDEN: 422,
  ROUTE_NOT_FOUND: 404,
  SCHEDULE_NOT_FOUND: 404,
  SCHEMA_TOO_NEW: 500,
  SHUTDOWN: 503,
  STATE_CONFLICT: 409,
  STATE_INVALID: 503,
  STEP_INVALID: 422,
  STORE_BUSY: 503,
  STORE_CORRUPT: 500,
  STORE_DENIED: 500,
  STORE_FULL: 503,
  STORE_MENDED: 500,
  STORE_OPEN_FAILED: 500,
  STORE_PINNED: 500,
  STORE_REPLACED: 500,
  STORE_TIMEOUT: 503,
  STORE_UNAVAILABLE: 503,
  STRING_CONTROL_CHAR: 422,
  TEMPLATE_INVALID: 422,
  TEMPLATE_IN_USE: 409,
  TEMPLATE_NOT_FOUND: 404,
  TEMPLATE_PARAMETER_INVALID: 422,
  TEMPLATE_PARAMETER_MISSING: 422,
  TEMPLATE_PARAMETER_UNKNOWN: 422,
  TIMEOUT: 503,
  TIMEZONE_INVALID: 422,
  TLS_FAILED: 422,
  TYPE_MISMATCH: 422,
  URLS_INVALID: 422,
  URL_BLOCKED: 422,
  URL_CREDENTIALS: 422,
  URL_INVALID: 422,
  URL_PORT: 422,
  URL_SCHEME: 422,
  URL_TOO_LONG: 422,
  WEBHOOK_FAILED: 422,
  WEBHOOK_NOT_FOUND: 404,
  WORKERS_NOT_RUNNING: 503,
} as const satisfies Record<ErrorCode, number>

/** The names that RFC 9110 gives to the statuses above. */
const titles: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  406: 'Not Acceptable',
  408: 'Request Timeout',
  409: 'Conflict',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
  422: 'Unprocessable Content',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
}

/** Seconds after which a client may try again what is not there now. */
const retryAfterSeconds = '2'

/** The answer to a request that failed: an RFC 9457 problem. */
export function problemResponse(
  thrown: unknown,
  headers: Readonly<Record<string, string>> = {},
): NeutralResponse {
  const problem = problemMembers(thrown)
  const later = problem.status === 503 ? { 'retry-after': retryAfterSeconds } : {}
  return jsonResponse(problem.status, problem, { ...later, ...headers }, 'application/problem+json')
}

/** The members of a problem. What is not an error of ours, or is our own fault, says nothing of itself. */
export function problemMembers(thrown: unknown): object & { readonly status: number } {
  const error = presentable(thrown)
  const status = httpStatusOf(error)
  const members = {
    type: 'about:blank',
    title: titles[status] ?? 'Error',
    status,
    detail: error.message,
    error: error.code,
    message: error.message,
    ...(error.path === undefined ? {} : { path: error.path }),
  }
  // Named twice: they come first, and no fact replaces one.
  return { ...members, ...factsOut(error.facts), ...members }
}

/** Whether an error tells of a fault of ours, which belongs into the log. */
export function isOurFault(thrown: unknown): boolean {
  return !isRiptideError(thrown) || httpStatusOf(thrown) === 500
}

// -------------------------------------------------------------------------------------------------------------------

function presentable(thrown: unknown): RiptideError {
  if (isRiptideError(thrown) && !isOurFault(thrown)) return thrown
  return new RiptideError('INTERNAL', 'the request failed for a reason inside the server; its log says more')
}

function httpStatusOf(error: RiptideError): number {
  // Another copy of the package may know codes that this one does not.
  return Object.hasOwn(statusOf, error.code) ? statusOf[error.code] : 500
}
