import { type Place, asBoolean, asObject, integerIn, onlyKeys } from '../../core/check.js'
import { pointer } from '../../core/json.js'

/** How many requests a host gets, and how fast, from all jobs of all processes that share a storage. */
export interface PerHostOptions {
  /** Most requests to one host at the same time; 1 to 1,000. @default 10 */
  readonly maxConcurrent?: number | undefined
  /** Least time between the starts of two requests to one host, in ms. @default 0 */
  readonly delayMs?: number | undefined
  /** Slows down for a host that is slow to answer, or answers 429 or 503. @default true */
  readonly adaptive?: boolean | undefined
  /** The most that `adaptive`, or the Crawl-delay of a robots.txt, puts between two starts, in ms. @default 30_000 */
  readonly maxDelayMs?: number | undefined
  /** The most that a `Retry-After` with a status of 429 or 503 keeps all requests from a host, in ms. @default 120_000 */
  readonly maxRetryAfterMs?: number | undefined
}

/** Every setting of it, checked. */
export type ResolvedPerHost = {
  readonly [K in keyof PerHostOptions]-?: Exclude<PerHostOptions[K], undefined>
}

const hour = 3_600_000

export const perHostDefaults: ResolvedPerHost = Object.freeze({
  maxConcurrent: 10,
  delayMs: 0,
  adaptive: true,
  maxDelayMs: 30_000,
  maxRetryAfterMs: 120_000,
})

/** The settings with every default and check applied; throws with the path of what is wrong. */
export function asPerHost(value: unknown, place: Place): ResolvedPerHost {
  const given = asObject(value, place)
  onlyKeys(given, Object.keys(perHostDefaults), place)
  const read = <T>(key: keyof ResolvedPerHost, check: (value: unknown, at: Place) => T): T =>
    check(given[key] ?? perHostDefaults[key], { ...place, path: pointer(place.path, key) })
  const between =
    (min: number, max: number) =>
    (value: unknown, at: Place): number =>
      integerIn(value, min, max, at)
  return Object.freeze({
    maxConcurrent: read('maxConcurrent', between(1, 1000)),
    delayMs: read('delayMs', between(0, hour)),
    adaptive: read('adaptive', asBoolean),
    maxDelayMs: read('maxDelayMs', between(0, hour)),
    maxRetryAfterMs: read('maxRetryAfterMs', between(0, 24 * hour)),
  })
}
