import { RetryAfterError } from '../../core/errors.js'

/** Whoever is sent away comes again after so long at the latest: until then much may have changed. */
const longestAwayMs = 300_000

/**
 * What is said to a request that would have to wait for its host, which is named in `facts.host`: `turnMs` is when its turn is
 * expected, in ms from now, behind all who were sent away before. No attempt is spent: nothing was asked of the host.
 */
export function sentAway(host: string, waitMs: number, turnMs = waitMs): RetryAfterError {
  const ms = Math.ceil(Math.max(waitMs, Math.min(turnMs, longestAwayMs)))
  const text = `the host wants no further request for ${Math.ceil(waitMs / 1000)} s`
  return new RetryAfterError(text, ms, { countsAsAttempt: false, facts: { host } })
}
