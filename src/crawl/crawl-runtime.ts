import { throwIfAborted } from '../core/abort.js'
import { type Clock, nextTurn } from '../core/clock.js'
import { RiptideError } from '../core/errors.js'
import { type CrawlContext, runBatch } from './batch-run.js'
import { settingsOf } from './crawl-request.js'
import { type FetchOptions, fetchPage } from './fetch/fetch-page.js'
import { createDispatcher } from './fetch/guarded-dispatcher.js'
import { type RobotsGate, createRobotsGate } from './fetch/robots-cache.js'
import type { CrawlJobsDeps } from './jobs.js'
import type { ResolvedCrawlOptions } from './options.js'
import type { BatchCrawlResult, SingleCrawlResult } from './page.js'
import { createPageCache } from './page-cache.js'
import { createPageCrawler } from './page-crawler.js'
import { readPage } from './page-reader.js'
import type { BatchCrawl, SingleCrawl } from './payload.js'
import { runSingle } from './single-run.js'

/** What runs the crawl jobs of a process; this file and what it imports are loaded with the first of them. */
export interface CrawlRuntime {
  single(payload: SingleCrawl, ctx: CrawlContext): Promise<SingleCrawlResult>
  batch(payload: BatchCrawl, ctx: CrawlContext): Promise<BatchCrawlResult>
  /** Ends what is under way and closes all connections. */
  close(): Promise<void>
}

/** Puts the crawler together: one set of connections, robots.txt files and requests under way for all jobs. */
export function createCrawlRuntime(deps: Required<CrawlJobsDeps>): CrawlRuntime {
  const { options, clock, logger, maxResultBytes } = deps
  const { allowPrivateNetwork, connectTimeoutMs, maxConcurrency, lookup, extractor } = options
  const dispatcher = createDispatcher({
    allowPrivateNetwork,
    connectTimeoutMs,
    maxConnectionsPerOrigin: maxConcurrency,
    lookup,
    clock,
  })
  const fetching = { ...fetchOptionsOf(options), dispatcher, clock }
  const gate = options.respectRobots ? createGate(fetching, clock) : undefined
  const takeTurn = createTurns(clock)
  const crawler = createPageCrawler({
    options,
    cache: createPageCache(options, deps),
    clock,
    logger,
    async visit(href, reading, timeoutMs, signal) {
      const onHop = gate && ((url: string, hop: AbortSignal) => askGate(gate, url, hop))
      const page = await fetchPage(href, { ...fetching, totalTimeoutMs: timeoutMs, signal, onHop })
      await takeTurn()
      throwIfAborted(signal)
      return readPage(page, reading, extractor)
    },
  })
  return {
    single: (payload, ctx) => runSingle(payload, settingsOf(payload.options, options), crawler, ctx, clock),
    batch: (payload, ctx) =>
      runBatch(payload, settingsOf(payload.options, options), crawler, ctx, maxResultBytes),
    close: () => dispatcher.close(),
  }
}

// -------------------------------------------------------------------------------------------------------------------

type Fetching = Omit<FetchOptions, 'totalTimeoutMs' | 'signal' | 'onHop'> & {
  readonly totalTimeoutMs: number
}

function fetchOptionsOf(options: ResolvedCrawlOptions): Omit<Fetching, 'dispatcher'> {
  const { userAgent, idleTimeoutMs, maxRedirects, maxBytes, maxDecodedBytes, pageTimeoutMs } = options
  const { allowPrivateNetwork, allowedPorts } = options
  const limits = { idleTimeoutMs, maxRedirects, maxBytes, maxDecodedBytes, totalTimeoutMs: pageTimeoutMs }
  return { userAgent, allowPrivateNetwork, allowedPorts, ...limits }
}

const longestForRobots = 10_000
const robotsRedirects = 5

function createGate(fetching: Fetching, clock: Clock): RobotsGate {
  // Half of a page's time at most: a page that waits for a robots.txt in vain shall end by what is known of that, and the
  // next one shall not have to wait again.
  const totalTimeoutMs = Math.min(longestForRobots, Math.ceil(fetching.totalTimeoutMs / 2))
  const options = { ...fetching, totalTimeoutMs, maxRedirects: robotsRedirects }
  return createRobotsGate({
    fetch: (url, signal) => fetchPage(url, { ...options, signal }),
    userAgent: fetching.userAgent,
    clock,
  })
}

async function askGate(gate: RobotsGate, url: string, signal: AbortSignal): Promise<void> {
  if (await gate.allowed(url, signal)) return
  throw new RiptideError('ROBOTS_FORBIDDEN', 'the robots.txt of the site does not allow this url')
}

/**
 * Turns of the event loop, one for each caller in line. Reading a page takes milliseconds without a pause: when many arrive
 * at once the app's own requests, and the heartbeats of the jobs, come in between.
 */
function createTurns(clock: Clock): () => Promise<void> {
  let last = Promise.resolve()
  return () => (last = last.then(() => nextTurn(clock)))
}
