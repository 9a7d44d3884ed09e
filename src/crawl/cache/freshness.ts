import type { FetchedPage } from '../fetch/fetch-page.js'
import type { Conditional } from '../fetch/hop-headers.js'
import { httpDate } from '../http-date.js'
import { parseCacheControl } from './cache-control.js'
import { type Headers, guessedLifetimeMs, initialAgeMs, saidLifetimeMs } from './lifetime.js'
import { wayHoldsMs, wayMayBeKept } from './way.js'

/** The part of a response that says how long it may be kept, when it came, and by which way. */
export type ResponseFacts = Pick<
  FetchedPage,
  'status' | 'headers' | 'requestedAtMs' | 'fetchedAtMs' | 'redirects' | 'redirectResponses'
>

/** That part of a page that was fetched; the body is not held on to. */
export function factsOf(page: FetchedPage): ResponseFacts {
  const { status, headers, requestedAtMs, fetchedAtMs, redirects, redirectResponses } = page
  return { status, headers, requestedAtMs, fetchedAtMs, redirects, redirectResponses }
}

/** What is kept of that beside a page. */
export interface Validity {
  /** When it was received or last confirmed, in ms since the epoch. */
  readonly confirmedAt: number
  /** How old it was then. */
  readonly ageMs: number
  /** How long the redirects that led there hold, from `confirmedAt` on; `null` where they set no limit. */
  readonly wayMs: number | null
  /** Those that `keptHeaders` names. */
  readonly headers: Readonly<Record<string, string>>
}

/** All that freshness and validation are made of. */
const keptHeaders = ['age', 'cache-control', 'date', 'etag', 'expires', 'last-modified', 'vary']

/**
 * May a page be kept at all by a cache that is nobody else's (RFC 9111, 3)? Not with a `no-store` of the page, or of a redirect on
 * the way to it; nor what is only a part of one (206); nor one that is no page yet (202) and does not say that it may.
 */
export function mayBeKept({ status, headers, fetchedAtMs, redirectResponses }: ResponseFacts): boolean {
  const control = parseCacheControl(headers['cache-control'])
  if (control.has('no-store') || parts.has(status) || !wayMayBeKept(redirectResponses)) return false
  const isSaid = ['public', 'private'].some((word) => control.has(word))
  return keptUnasked.has(status) || isSaid || saidLifetimeMs(headers, fetchedAtMs) !== undefined
}

/** What is kept of a response. */
export function validityOf(response: ResponseFacts): Validity {
  const { requestedAtMs, fetchedAtMs } = response
  const headers = Object.fromEntries(
    keptHeaders.flatMap((name) => {
      const value = response.headers[name]
      return value === undefined || value.length > longestKept ? [] : [[name, value]]
    }),
  )
  const wayMs = wayHoldsMs(response.redirectResponses, fetchedAtMs)
  return {
    confirmedAt: fetchedAtMs,
    ageMs: initialAgeMs(headers, requestedAtMs, fetchedAtMs),
    wayMs,
    headers,
  }
}

/** What a 304 makes of it (RFC 9111, 4.3.4): its headers take the place of those that were kept. */
export function confirmedBy(standing: Validity, response: ResponseFacts): Validity {
  const fresh = validityOf(response)
  // The age is that of the new response alone.
  const { age: _, ...kept } = standing.headers
  return { ...fresh, headers: { ...kept, ...fresh.headers } }
}

/**
 * Whether it may be used without asking its server: for as long as that said (`max-age`, `Expires`), or by a tenth of its
 * age at the time (RFC 9111, 4.2.2), at most `ttlMs`; for `ttlMs` where the server said nothing at all. Never for longer than
 * the redirects hold that led to it.
 */
export function isFresh(validity: Validity, now: number, ttlMs: number): boolean {
  const { confirmedAt, ageMs, wayMs, headers } = validity
  const here = hereMs(validity, now)
  if (here >= ttlMs || (wayMs !== null && here >= wayMs)) return false
  const lifetime = saidLifetimeMs(headers, confirmedAt) ?? guessedLifetimeMs(headers, confirmedAt)
  return lifetime === undefined || ageMs + here < lifetime
}

/**
 * How long ago it was received or last confirmed, in ms. One that was so in the future was written by a clock that is ahead, or
 * before this one was put back: nobody knows how old it is, so it counts as endlessly old.
 */
export function hereMs({ confirmedAt }: Pick<Validity, 'confirmedAt'>, now: number): number {
  return confirmedAt - now > clocksApartMs ? Infinity : Math.max(0, now - confirmedAt)
}

/** The headers by which a server can say that nothing has changed; undefined where it gave nothing to ask by. */
export function conditionalOf({ headers }: Validity, url: string): Conditional | undefined {
  const etag = etagOf(headers)
  const modified = httpDate(headers['last-modified']) === undefined ? undefined : headers['last-modified']
  if (etag === undefined && modified === undefined) return undefined
  return {
    url,
    headers: {
      ...(etag === undefined ? {} : { 'if-none-match': etag }),
      ...(modified === undefined ? {} : { 'if-modified-since': modified }),
    },
  }
}

/** Whether a 304 speaks of what is kept: one that names another version does not. */
export function isConfirmedBy({ headers }: Validity, response: ResponseFacts): boolean {
  const was = etagOf(headers)
  const is = etagOf(response.headers)
  return was === undefined || is === undefined || opaque(was) === opaque(is)
}

// -------------------------------------------------------------------------------------------------------------------

/** No date, tag or list of directives is longer; a server shall not fill the storage with them. */
const longestKept = 1024

/** What may be kept though nothing is said of it (RFC 9110, 15.1), and a 304, which speaks of what is kept. */
const keptUnasked: ReadonlySet<number> = new Set([200, 203, 204, 304])
/** Partial Content, and a difference (RFC 3229): nothing of the kind was asked for. */
const parts: ReadonlySet<number> = new Set([206, 226])

/** The clocks of a fleet are never quite the same. */
const clocksApartMs = 10_000

/** An entity tag as RFC 9110, 8.8.3 has it; others cannot be sent back in a list. */
function etagOf(headers: Headers): string | undefined {
  const tag = headers.etag?.trim()
  return tag !== undefined && /^(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*"$/.test(tag) ? tag : undefined
}

function opaque(etag: string): string {
  return etag.replace(/^W\//, '')
}
