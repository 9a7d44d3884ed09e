import { PermanentError, RetryAfterError, type RiptideError } from '../core/errors.js'
import type { JobContext } from '../core/handler.js'
import { type Patience, longestInSlotMs } from './fetch/patience.js'
import { retryAfterMs } from './retry-after.js'

/** How long a job of one url waits for its turn at its host in its worker's slot. */
export const slotPatience: Patience = { ms: longestInSlotMs, of: 'turn' }

/**
 * What a job of one url throws for a failure: an end for good where another attempt would end the same (a blocked address, a
 * 404), else a failed attempt, after as long as the server said with `Retry-After`, at most the policy's longest wait. Whoever was
 * sent away by its host comes again when that said, and no attempt is spent.
 */
export function failedAttempt(
  failure: RiptideError,
  now: number,
  { job, log }: Pick<JobContext, 'job' | 'log'>,
): RiptideError {
  const { code, message, facts } = failure
  if (failure instanceof RetryAfterError) {
    log(`comes again in ${Math.ceil(failure.retryAfterMs / 1000)} s: ${message}`)
    return failure
  }
  if (!failure.retryable) return new PermanentError(message, { code, facts, cause: failure })
  const header = typeof facts.retryAfter === 'string' ? facts.retryAfter : undefined
  const wait = retryAfterMs(header, now, job.retry.maxDelayMs)
  if (wait === undefined) return failure
  return new RetryAfterError(`${message} and asked to wait`, wait, { code, facts, cause: failure })
}
