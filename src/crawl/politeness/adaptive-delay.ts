import type { RequestEnd } from './host-gate.js'

export interface AdaptiveLimits {
  /** So many requests are to be under way at a host that answers steadily. */
  readonly maxConcurrent: number
  readonly maxDelayMs: number
}

/** A host that answers faster needs no sparing; in ms. */
const promptMs = 100
/** Where a host that says "too much" and not how long begins, in ms. */
const firstBackoffMs = 250
/** And where it ends: one that fails each request must not keep a batch from its other hosts for long. */
const mostBackoffMs = 2_000

/**
 * The delay between two starts on a host, in ms, after one more request has ended, the way of Scrapy's AutoThrottle: it tends
 * to latency / maxConcurrent, by half of the difference each time, and only a 2xx or 304 lowers it, since errors come fast. A 429
 * or 503 without a Retry-After doubles it, to 2 s at most. A request without an answer changes nothing.
 */
export function nextDelay(delayMs: number, end: RequestEnd, limits: AdaptiveLimits): number {
  const { latencyMs, status, retryAfterMs } = end
  if (latencyMs === undefined || status === undefined) return delayMs
  const capped = (ms: number): number => (ms < 1 ? 0 : Math.min(ms, limits.maxDelayMs))
  if (isOverload(status)) {
    if (retryAfterMs !== undefined) return delayMs
    return Math.max(delayMs, capped(Math.min(Math.max(2 * delayMs, firstBackoffMs), mostBackoffMs)))
  }
  const target = latencyMs < promptMs ? 0 : latencyMs / limits.maxConcurrent
  const next = capped((delayMs + target) / 2)
  return (status >= 200 && status < 300) || status === 304 ? next : Math.max(next, delayMs)
}

/** The statuses by which a server asks for fewer requests. */
export function isOverload(status: number | undefined): boolean {
  return status === 429 || status === 503
}
