import { isRiptideError } from '../core/errors.js'
import { toJobError } from '../core/job-error.js'
import type { Outcome } from '../core/settlement.js'

/** What a throw means for the attempt: the two errors that steer a job say more, everything else is an ordinary failure. */
export function verdictOf(thrown: unknown): Outcome {
  const error = toJobError(thrown)
  if (!isSteering(thrown)) return { kind: 'failed', error }
  if (thrown.name === 'PermanentError') return { kind: 'failed', error, permanent: true }
  return { kind: 'failed', error, retryAfterMs: thrown.retryAfterMs ?? 0 }
}

/** By name, so that the errors of a second copy of the package steer too. */
function isSteering(thrown: unknown): thrown is { name: string; retryAfterMs?: number } {
  try {
    return isRiptideError(thrown) && (thrown.name === 'PermanentError' || thrown.name === 'RetryAfterError')
  } catch {
    return false
  }
}
