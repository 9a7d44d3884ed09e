import { httpDate } from '../http-date.js'
import { deltaMs, parseCacheControl } from './cache-control.js'

/** Headers of a response, by lower-case name. */
export type Headers = Readonly<Record<string, string>>

/** RFC 9111, 4.2.3, for a message that came just now: the more careful of what the clocks and the caches on the way say. */
export function initialAgeMs(headers: Headers, requestedAt: number, receivedAt: number): number {
  const date = httpDate(headers.date)
  const apparent = date === undefined ? 0 : Math.max(0, receivedAt - date)
  // A list of ages is an error of a cache on the way; the first is taken (RFC 9111, 5.1).
  const said = deltaMs(headers.age?.split(',', 1)[0]?.trim()) ?? 0
  return Math.max(apparent, said + Math.max(0, receivedAt - requestedAt))
}

/** How long its server says that it is fresh, from its making on (RFC 9111, 4.2.1); undefined where it does not say. */
export function saidLifetimeMs(headers: Headers, receivedAt: number): number | undefined {
  const control = parseCacheControl(headers['cache-control'])
  // No request is ever the same as one that varies by everything. Of all other headers that a response may vary by, the key
  // of the page holds what we send.
  if (control.has('no-cache') || headers.vary?.split(',').some((name) => name.trim() === '*')) return 0
  // `s-maxage` is for caches that many people share.
  if (control.has('max-age')) return deltaMs(control.get('max-age')) ?? 0
  // Whatever is no date, `0` above all, is one in the past (RFC 9111, 5.3).
  if (headers.expires === undefined) return undefined
  return Math.max(0, (httpDate(headers.expires) ?? 0) - (httpDate(headers.date) ?? receivedAt))
}

/** A tenth of its age when it was sent (RFC 9111, 4.2.2); undefined where it does not tell that. */
export function guessedLifetimeMs(headers: Headers, receivedAt: number): number | undefined {
  const modified = httpDate(headers['last-modified'])
  if (modified === undefined) return undefined
  // Not by a clock that is fast: that would make every page an old one.
  const made = Math.min(httpDate(headers.date) ?? receivedAt, receivedAt)
  return Math.max(0, (made - modified) / 10)
}
