import { type Fields, asBoolean, integerIn, numberIn, onlyKeys, wrong } from '../core/check.js'
import type { RetryPolicy } from '../core/retry.js'
import { retryWords } from './wire-words.js'

const longestDelaySecs = 366 * 86_400

/** A `retry_config` in the service's terms. */
export function retryIn(given: Fields, path: string): Partial<RetryPolicy> {
  onlyKeys(given, [...retryWords.keys()], { path })
  const part = <T extends object>(key: string, read: (value: unknown, at: string) => T): Partial<T> =>
    given[key] === undefined ? {} : read(given[key], `${path}/${key}`)
  const secs = (value: unknown, at: string): number =>
    integerIn(value, 0, longestDelaySecs, { path: at, code: 'BACKOFF_INVALID' })
  const first = part('initial_delay_secs', (value, at) => ({ initialDelayMs: 1000 * secs(value, at) }))
  const most = part('max_delay_secs', (value, at) => ({ maxDelayMs: 1000 * secs(value, at) }))
  if (
    first.initialDelayMs !== undefined &&
    most.maxDelayMs !== undefined &&
    most.maxDelayMs < first.initialDelayMs
  ) {
    const place = { path: `${path}/max_delay_secs` }
    throw wrong('BACKOFF_INVALID', place, 'must not be less than initial_delay_secs', given['max_delay_secs'])
  }
  return {
    ...part('max_attempts', (value, at) => ({ maxAttempts: integerIn(value, 1, 100, { path: at }) })),
    ...part('backoff_multiplier', (value, at) => ({
      multiplier: numberIn(value, 1, 1000, { path: at, code: 'BACKOFF_INVALID' }),
    })),
    ...part('use_jitter', (value, at) => ({ jitter: asBoolean(value, { path: at }) })),
    ...first,
    ...most,
  }
}

/** A retry policy as a `retry_config`. */
export function retryOut(retry: Partial<RetryPolicy>): object {
  const entries = [...retryWords].map(([wire, inside]) => {
    const value = (retry as Fields)[inside]
    return [wire, wire.endsWith('_secs') && typeof value === 'number' ? value / 1000 : value]
  })
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined)) as object
}
