import { asObject, integerIn, onlyKeys } from '../../core/check.js'
import { createHostGate } from '../politeness/create-host-gate.js'
import type { Pass } from '../politeness/host-gate.js'
import { type PerHostOptions, asPerHost } from '../politeness/per-host-options.js'
import { checkUrl } from '../fetch/url-check.js'
import { createPartStorage } from './part-storage.js'
import { type StoringPartHost, resolvePart } from './part-settings.js'

/** The limits of each host; with a `storage` they hold for all processes together that share it. */
export type HostLimiterOptions = PerHostOptions & StoringPartHost

/** How one request stands in line. */
export interface HostRequest {
  /** Whoever aborts leaves the line at once. */
  readonly signal?: AbortSignal | undefined
  /** Least time since the start before on this host, in ms: the Crawl-delay of its robots.txt. @default 0 */
  readonly minDelayMs?: number | undefined
}

/** Lets requests to each host start: so many at a time, at the pace that suits it. */
export interface HostLimiter {
  /**
   * Resolves when a request to the host (and port) of `url` may start. `leave` of the answer has to be called when it has ended,
   * with what came of it: by status, latency and `retryAfterMs` the pace is found. ABORTED by the signal, which is the only rejection.
   */
  enter(url: string, request?: HostRequest): Promise<Pass>
  /** Gives back whatever this process holds of hosts, and closes the storage. */
  close(): Promise<void>
}

/**
 * The politeness of the crawl jobs for requests of your own, whatever they are made with: at most `maxConcurrent` at a time,
 * `delayMs` between two starts, slower for a host that is slow or answers 429 or 503, none while it asks to wait. CONFIG_INVALID
 * names an option that is wrong.
 * @example
 * const hosts = createHostLimiter({ maxConcurrent: 2, delayMs: 500 })
 * const pass = await hosts.enter('https://example.com/a')
 * try {
 *   const startedAt = Date.now()
 *   const { status } = await fetch('https://example.com/a')
 *   pass.leave({ status, latencyMs: Date.now() - startedAt })
 * } finally {
 *   pass.leave()
 * }
 */
export function createHostLimiter(options: HostLimiterOptions = {}): HostLimiter {
  const place = { path: '', code: 'CONFIG_INVALID' } as const
  const { storage, logger: _, clock: __, ...given } = asObject(options, place)
  const limits = asPerHost(given, place)
  const part = resolvePart(hostOf(options), [])
  const shelf = createPartStorage(storage, part)
  const gate = createHostGate({ ...part, limits, storage: () => shelf.get() })
  return {
    async enter(url, request = {}) {
      const { signal = never, minDelayMs } = requestOf(request)
      const href = checkUrl(url, '', anyUrl)
      await shelf.ready()
      return gate.enter(href, { signal, minDelayMs })
    },
    async close() {
      await gate.close()
      await shelf.close()
    },
  }
}

// -------------------------------------------------------------------------------------------------------------------

/** Where a request may go is none of a limiter's business. */
const anyUrl = { allowPrivateNetwork: true }
const never = new AbortController().signal

function hostOf(options: HostLimiterOptions): Pick<HostLimiterOptions, 'logger' | 'clock'> {
  const { logger, clock } = options
  return { ...(logger === undefined ? {} : { logger }), ...(clock === undefined ? {} : { clock }) }
}

function requestOf(request: HostRequest): HostRequest {
  const place = { path: '', code: 'ARGUMENT_INVALID' } as const
  onlyKeys(asObject(request, place), ['signal', 'minDelayMs'], place)
  const { minDelayMs } = request
  if (minDelayMs !== undefined) integerIn(minDelayMs, 0, 3_600_000, { ...place, path: '/minDelayMs' })
  return request
}
