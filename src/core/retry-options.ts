import { asBoolean, asObject, integerIn, numberIn, oneOf, onlyKeys, wrong } from './check.js'
import { pointer } from './json.js'
import type { RetryPolicy } from './retry.js'

const keys = ['maxAttempts', 'backoff', 'initialDelayMs', 'multiplier', 'maxDelayMs', 'jitter']
const longestMs = 366 * 86_400_000

/** A whole policy from what a user gave of one; what is left out comes from `base`. RANGE or BACKOFF_INVALID otherwise. */
export function resolveRetry(
  given: unknown,
  base: RetryPolicy,
  path: string,
  alsoAllowed: readonly string[] = [],
): RetryPolicy {
  if (given === undefined || given === null) return base
  const fields = asObject(given, { path })
  onlyKeys(fields, [...keys, ...alsoAllowed], { path })
  const at = (key: string): { path: string } => ({ path: pointer(path, key) })
  const ms = (key: 'initialDelayMs' | 'maxDelayMs'): number =>
    integerIn(fields[key], 0, longestMs, { ...at(key), code: 'BACKOFF_INVALID' })
  const initialDelayMs = fields['initialDelayMs'] === undefined ? base.initialDelayMs : ms('initialDelayMs')
  // A longer first wait lifts a cap that nobody named; one that was named below it is a contradiction.
  const maxDelayMs =
    fields['maxDelayMs'] === undefined ? Math.max(base.maxDelayMs, initialDelayMs) : ms('maxDelayMs')
  if (maxDelayMs < initialDelayMs && fields['initialDelayMs'] !== undefined) {
    throw wrong(
      'BACKOFF_INVALID',
      at('maxDelayMs'),
      `must not be less than initialDelayMs (${initialDelayMs})`,
      maxDelayMs,
    )
  }
  return Object.freeze({
    maxAttempts:
      fields['maxAttempts'] === undefined
        ? base.maxAttempts
        : integerIn(fields['maxAttempts'], 1, 100, at('maxAttempts')),
    backoff:
      fields['backoff'] === undefined
        ? base.backoff
        : oneOf(fields['backoff'], ['fixed', 'exponential'], at('backoff')),
    initialDelayMs,
    multiplier:
      fields['multiplier'] === undefined
        ? base.multiplier
        : numberIn(fields['multiplier'], 1, 1000, { ...at('multiplier'), code: 'BACKOFF_INVALID' }),
    maxDelayMs,
    jitter: fields['jitter'] === undefined ? base.jitter : asBoolean(fields['jitter'], at('jitter')),
  })
}
