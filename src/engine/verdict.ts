import { isRiptideError } from '../core/errors.js'
import { toJobError } from '../core/job-error.js'
import type { Outcome } from '../core/settlement.js'

/** What a throw means for the attempt: the two errors that steer a job say more, everything else is an ordinary failure. */
export function verdictOf(thrown: unknown): Outcome {
  const error = toJobError(thrown)
  if (!isSteering(thrown)) return { kind: 'failed', error }
  if (thrown.name === 'PermanentError') return { kind: 'failed', error, permanent: true }
  const { retryAfterMs = 0 } = thrown
  // Not at once and in front, as at a shutdown: others come in between.
  if (thrown.countsAsAttempt === false) return { kind: 'handedBack', afterMs: Math.max(1, retryAfterMs) }
  return { kind: 'failed', error, retryAfterMs }
}

interface Steering {
  readonly name: string
  readonly retryAfterMs?: number
  readonly countsAsAttempt?: boolean
}

/** By name, so that the errors of a second copy of the package steer too. */
function isSteering(thrown: unknown): thrown is Steering {
  try {
    return isRiptideError(thrown) && (thrown.name === 'PermanentError' || thrown.name === 'RetryAfterError')
  } catch {
    return false
  }
}
