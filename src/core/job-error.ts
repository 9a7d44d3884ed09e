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
    code: codeOf(thrown),
    name: name?.slice(0, 100) ?? 'Error',
    message: (message ?? primitive(thrown)).slice(0, longestMessage),
  }
}

function codeOf(thrown: unknown): string {
  try {
    if (!isRiptideError(thrown)) return 'JOB_FAILED'
    const code: unknown = thrown.code
    const isOwn = typeof code === 'string' && code !== 'RETRY_AFTER' && code !== 'PERMANENT'
    return isOwn ? code.slice(0, 100) : 'JOB_FAILED'
  } catch {
    return 'JOB_FAILED'
  }
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
