import type { RedirectResponse } from '../fetch/fetch-page.js'
import { parseCacheControl } from './cache-control.js'
import { guessedLifetimeMs, initialAgeMs, saidLifetimeMs } from './lifetime.js'

/** The redirects that led to a page, in their order. */
export type Way = readonly RedirectResponse[]

/** Whether a page may be kept for whoever comes by this way: what is kept of it says where each redirect led. */
export function wayMayBeKept(way: Way): boolean {
  return way.every(({ headers }) => !parseCacheControl(headers['cache-control']).has('no-store'))
}

/**
 * How long all redirects on the way hold without asking those who redirect, in ms from `at` on; `null` where none of them sets
 * a limit. A temporary one of which nothing is said holds for no time at all (RFC 9111, 3 and 4.2.2).
 */
export function wayHoldsMs(way: Way, at: number): number | null {
  const limits = way.map((redirect) => holdsMs(redirect, at)).filter((limit) => limit !== undefined)
  return limits.length === 0 ? null : Math.max(0, Math.min(...limits))
}

// -------------------------------------------------------------------------------------------------------------------

/** Those that may be kept though their server does not say for how long (RFC 9110, 15.1). */
const permanent: ReadonlySet<number> = new Set([301, 308])

function holdsMs(redirect: RedirectResponse, at: number): number | undefined {
  const { headers, requestedAtMs, receivedAtMs } = redirect
  const lifetime =
    saidLifetimeMs(headers, receivedAtMs) ??
    (mayBeGuessed(redirect) ? guessedLifetimeMs(headers, receivedAtMs) : 0)
  if (lifetime === undefined) return undefined
  return lifetime - initialAgeMs(headers, requestedAtMs, receivedAtMs) - Math.max(0, at - receivedAtMs)
}

function mayBeGuessed({ status, headers }: RedirectResponse): boolean {
  const control = parseCacheControl(headers['cache-control'])
  return permanent.has(status) || control.has('public') || control.has('private')
}
