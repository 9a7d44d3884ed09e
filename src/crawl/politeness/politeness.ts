import type { Clock } from '../../core/clock.js'
import { RiptideError } from '../../core/errors.js'
import type { Logger } from '../../core/logger.js'
import type { StorageAdapter } from '../../core/storage-adapter.js'
import type { Deadline } from '../deadline.js'
import type { FetchOptions, FetchedPage, HopResponse, HopStart } from '../fetch/fetch-page.js'
import type { GuardedDispatcher } from '../fetch/guarded-dispatcher.js'
import { RobotsBody, mostRobotsBytes } from '../fetch/robots-body.js'
import { type RobotsGate, type RobotsRuling, createRobotsGate } from '../fetch/robots-cache.js'
import type { RobotsFetch } from '../fetch/robots-file.js'
import { createRobotsShelf } from '../fetch/robots-shelf.js'
import type { ResolvedCrawlOptions } from '../options.js'
import { retryAfterMs } from '../retry-after.js'
import { createHostGate } from './create-host-gate.js'
import type { Pass, RequestEnd } from './host-gate.js'
import { hostOf } from './host-of.js'
import { sentAway } from './sent-away.js'
import { type Patience, endlessPatience } from '../fetch/patience.js'

export interface PolitenessDeps {
  readonly options: Pick<
    ResolvedCrawlOptions,
    'allowPrivateNetwork' | 'pageTimeoutMs' | 'perHost' | 'respectRobots' | 'userAgent'
  >
  /** Gets a page without any politeness. */
  readonly fetch: (url: string, own: Partial<FetchOptions>) => Promise<FetchedPage>
  readonly storage: () => StorageAdapter
  readonly clock: Clock
  readonly logger: Logger
}

/** What every request of every job has to pass: robots.txt, and the limits of its host. */
export interface Politeness {
  /**
   * For each request of `fetchPage` that goes out by a dispatcher, redirects too: what robots.txt says is asked for by the same
   * way, that of the named proxy or straight. Throws ROBOTS_FORBIDDEN.
   */
  onHopBy(dispatcher: GuardedDispatcher, proxy: string | null): HopStart
  /** Gives back what this process holds of all hosts. */
  close(): Promise<void>
}

/** One for all jobs of a process. */
export function createPoliteness(deps: PolitenessDeps): Politeness {
  const { options, fetch, clock } = deps
  const { userAgent, allowPrivateNetwork, perHost, respectRobots } = options
  const hosts = createHostGate({ ...deps, limits: perHost })
  const endOf = (pass: Pass) => (response: HopResponse | undefined) =>
    pass.leave(response && requestEnd(response, clock.now()))
  const { maxRetryAfterMs } = perHost
  const robotsBy = (dispatcher: GuardedDispatcher, proxy: string | null): RobotsGate => {
    // Another country may be told something else.
    const shelf = createRobotsShelf({ ...deps, salt: [userAgent, allowPrivateNetwork, proxy] })
    const how = { dispatcher, ...robotsLimits(options), onHop: enter }
    const ask: RobotsFetch = async (url, signal, deadline) => {
      const body = new RobotsBody()
      const page = await fetch(url, { ...how, reader: body.read, signal, deadline })
      return { ...page, body: body.bytes() }
    }
    return createRobotsGate({ fetch: ask, userAgent, clock, shelf, maxRetryAfterMs })
  }

  async function enter(
    url: string,
    signal: AbortSignal,
    deadline: Deadline,
    patience?: Patience,
    minDelayMs?: number,
  ) {
    return endOf(await hosts.enter(url, { signal, deadline, minDelayMs, patience }))
  }

  /** What robots.txt says; a server that has said how long to wait is asked for it after that. */
  const rulingOf = async (
    gate: RobotsGate,
    url: string,
    signal: AbortSignal,
    deadline: Deadline,
    patience: Patience,
  ): Promise<RobotsRuling> => {
    for (;;) {
      // Its robots.txt would wait as well, for others too.
      hosts.foresee(url, patience)
      const answer = await gate.ask(url, signal, deadline)
      if (!('restMs' in answer)) return answer
      if (answer.restMs > patience.ms) throw sentAway(hostOf(url), answer.restMs)
      const resume = deadline.pause()
      await clock.sleep(answer.restMs, signal).finally(resume)
    }
  }

  const hopAfter =
    (gate: RobotsGate): HopStart =>
    async (url, signal, deadline, patience = endlessPatience) => {
      if (!respectRobots) return enter(url, signal, deadline, patience)
      const { allowed, crawlDelayMs } = await rulingOf(gate, url, signal, deadline, patience)
      if (allowed) return enter(url, signal, deadline, patience, crawlDelayMs)
      throw new RiptideError('ROBOTS_FORBIDDEN', 'the robots.txt of the site does not allow this url')
    }

  return {
    onHopBy: (dispatcher, proxy) => hopAfter(robotsBy(dispatcher, proxy)),
    close: () => hosts.close(),
  }
}

// -------------------------------------------------------------------------------------------------------------------

const longestForRobots = 10_000
const robotsRedirects = 5
/** Its reader leaves long before; this ends codings that unpack to nothing without end. */
const mostBytes = 4 * mostRobotsBytes

/**
 * Half of a page's time at most: a page that waits for a robots.txt in vain shall end by what is known of that, and the next
 * one shall not have to wait again. The app's limits on bytes are for pages.
 */
function robotsLimits({ pageTimeoutMs }: { readonly pageTimeoutMs: number }): Partial<FetchOptions> {
  const totalTimeoutMs = Math.min(longestForRobots, Math.ceil(pageTimeoutMs / 2))
  const limits = { maxBytes: mostBytes, maxDecodedBytes: mostBytes }
  return { totalTimeoutMs, maxRedirects: robotsRedirects, ...limits }
}

/** Longer than any limit that is set on it. */
const longestWaitMs = 366 * 86_400_000

function requestEnd({ status, headers, latencyMs }: HopResponse, now: number): RequestEnd {
  return { status, latencyMs, retryAfterMs: retryAfterMs(headers['retry-after'], now, longestWaitMs) }
}
