import { isRiptideError } from './errors.js'

/** Why an attempt failed, as it is stored and shown: no stack, no cause, bounded. */
export interface JobError {
  /** Stable: a code of this library, or JOB_FAILED for whatever else a handler threw. */
  readonly code: string
  /** The class of what was thrown, such as `TypeError`. */
  readonly name: string
  /** At most 2,000 characters. */
  readonly message: string
}

const longestMessage = 2000

/** The stored form of anything that was thrown: `null`, a string, a frozen or a hostile error. Never throws. */
export function toJobError(thrown: unknown): JobError {
  const name = read(thrown, 'name')
  const message = read(thrown, 'message')
  return {
    code: isSafely(thrown) ? codeOf(thrown) : 'JOB_FAILED',
    name: name?.slice(0, 100) ?? 'Error',
    message: (message ?? primitive(thrown)).slice(0, longestMessage),
  }
}

function isSafely(thrown: unknown): thrown is { code: string } {
  try {
    return isRiptideError(thrown)
  } catch {
    return false
  }
}

function codeOf(error: { code: string }): string {
  return error.code === 'RETRY_AFTER' || error.code === 'PERMANENT' ? 'JOB_FAILED' : error.code
}

function read(thrown: unknown, key: 'name' | 'message'): string | undefined {
  if (typeof thrown !== 'object' || thrown === null) return undefined
  try {
    const value = (thrown as Record<string, unknown>)[key]
    return typeof value === 'string' ? value : undefined
  } catch {
    return undefined
  }
}

function primitive(thrown: unknown): string {
  if (typeof thrown === 'object' && thrown !== null) return 'an object without a message was thrown'
  if (typeof thrown === 'function') return 'a function was thrown'
  return thrown === '' ? 'an empty string was thrown' : String(thrown)
}
