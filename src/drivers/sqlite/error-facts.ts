import { type ErrorCode, RiptideError, isRiptideError } from '../../core/errors.js'

/** What of an error can be sent from a thread to another. */
export interface ErrorFacts {
  readonly code: ErrorCode
  readonly message: string
  readonly retryable: boolean
  readonly facts: Readonly<Record<string, unknown>>
  readonly path?: string
}

/** An error of the host, to be sent. What is none of ours is a fault of the host itself. */
export function factsOf(error: unknown): ErrorFacts {
  if (!isRiptideError(error)) {
    return { code: 'STORE_UNAVAILABLE', message: `SQLite: ${String(error)}`, retryable: false, facts: {} }
  }
  const { code, message, retryable, facts, path } = error
  return { code, message, retryable, facts, ...(path === undefined ? {} : { path }) }
}

/** The error that was sent, on this side. */
export function errorOf({ code, message, ...options }: ErrorFacts): RiptideError {
  return new RiptideError(code, message, options)
}
