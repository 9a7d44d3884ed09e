import type { Clock } from '../core/clock.js'
import type { Logger } from '../core/logger.js'
import type { StorageAdapter } from '../core/storage-adapter.js'
import { createTurns } from '../core/turns.js'
import { type FetchOptions, type FetchedPage, fetchPage } from './fetch/fetch-page.js'
import type { ResolvedCrawlOptions } from './options.js'
import { createPoliteness } from './politeness/politeness.js'
import { createRoutes } from './routes.js'

export interface CrawlNetworkDeps {
  readonly options: ResolvedCrawlOptions
  /** Where the processes of a fleet agree on their hosts. */
  readonly storage: () => StorageAdapter
  readonly clock: Clock
  readonly logger: Logger
}

/** By which all requests of a crawler go: guarded, in the turn of their host, and by what its robots.txt allows. */
export interface CrawlNetwork {
  /** Gets a page straight, or through one of the app's proxies; see `fetchPage`. */
  get(href: string, own: Partial<FetchOptions>, proxy?: string | null): Promise<FetchedPage>
  /** Ends what is under way, closes all connections and gives back what is held of hosts. */
  close(): Promise<void>
}

/** Of a file that is read as it comes, by a reader with limits of its own: only against one without end. */
export const streamedLimits = { maxBytes: 100 * 2 ** 20, maxDecodedBytes: 100 * 2 ** 20 }

/** Opens nothing before the first request. */
export function createCrawlNetwork(deps: CrawlNetworkDeps): CrawlNetwork {
  const { options, clock } = deps
  const { allowPrivateNetwork, connectTimeoutMs, perHost, lookup, http2, proxies } = options
  const connecting = { allowPrivateNetwork, connectTimeoutMs, lookup, http2, clock }
  const routes = createRoutes(
    proxies,
    { ...connecting, maxConnectionsPerOrigin: perHost.maxConcurrent },
    (dispatcher, proxy) => politeness.onHopBy(dispatcher, proxy),
  )
  const fetching = { ...fetchOptionsOf(options), turn: createTurns(clock, turnMs), clock }
  const get: CrawlNetwork['get'] = (href, own, proxy = null) =>
    fetchPage(href, { ...fetching, ...routes.by(proxy), ...own })
  const politeness = createPoliteness({ ...deps, fetch: (href, own) => get(href, own) })
  return {
    get,
    async close() {
      await Promise.all([routes.close(), politeness.close()])
    },
  }
}

// -------------------------------------------------------------------------------------------------------------------

/** To take in a part of a body costs a fraction of a millisecond. */
const turnMs = 2

type Fetching = Omit<FetchOptions, 'dispatcher' | 'signal' | 'onHop'>

function fetchOptionsOf(options: ResolvedCrawlOptions): Fetching {
  const { userAgent, idleTimeoutMs, maxRedirects, maxBytes, maxDecodedBytes, pageTimeoutMs } = options
  const { allowPrivateNetwork, allowedPorts } = options
  const limits = { idleTimeoutMs, maxRedirects, maxBytes, maxDecodedBytes, totalTimeoutMs: pageTimeoutMs }
  return { userAgent, allowPrivateNetwork, allowedPorts, ...limits }
}
