import type { CrawlContext } from './batch-run.js'
import { factsOf } from './cache/freshness.js'
import { createPageCache } from './cache/page-cache.js'
import { createCrawlNetwork, streamedLimits } from './crawl-network.js'
import { type CrawlRuns, createCrawlRuns } from './crawl-runs.js'
import type { FetchOptions, FetchedPage } from './fetch/fetch-page.js'
import { isAnswerTo } from './fetch/hop-headers.js'
import { type JobNetwork, headersFor } from './job-network.js'
import type { CrawlJobsDeps } from './jobs.js'
import { createPageCrawler } from './page-crawler.js'
import type { PdfExtraction } from './pdf/pdf-payload.js'
import { createPdfReader } from './pdf/pdf-reader.js'
import type { PdfExtractionResult } from './pdf/pdf-result.js'
import { BodyRoom } from './reading/body-room.js'
import { createPageReader } from './reading/page-reader-pool.js'
import { readHtml } from './reading/read-html.js'

/** What runs the crawl jobs of a process; this file and what it imports are loaded with the first of them. */
export interface CrawlRuntime extends CrawlRuns {
  pdf(payload: PdfExtraction, ctx: CrawlContext): Promise<PdfExtractionResult>
  /** Ends what is under way and closes all connections. */
  close(): Promise<void>
}

/** Puts the crawler together: one set of connections, robots.txt files and requests under way for all jobs. */
export function createCrawlRuntime(deps: Required<CrawlJobsDeps>): CrawlRuntime {
  const { options, clock, logger } = deps
  const web = createCrawlNetwork(deps)
  const get = (href: string, network: JobNetwork, own: Partial<FetchOptions>): Promise<FetchedPage> => {
    const ofJob = { headers: headersFor(href, network), cookies: network.cookies }
    return web.get(href, { ...ofJob, ...own }, network.proxy)
  }
  const room = new BodyRoom(options.maxBufferedBytes)
  const reader = createPageReader({ options, clock, logger })
  const pdfs = createPdfReader({ options, clock, fetch: (href, own) => web.get(href, own) })
  const crawler = createPageCrawler({
    options,
    cache: createPageCache(options, deps),
    clock,
    logger,
    longestWaitMs: options.perHost.maxRetryAfterMs,
    visit: (href, reading, { timeoutMs, signal, deadline, network, patience, ...asking }) =>
      room.hold(async (place) => {
        const page = await get(href, network, {
          ...asking,
          deadline,
          place,
          patience,
          totalTimeoutMs: timeoutMs,
          signal,
        })
        const response = factsOf(page)
        if (isAnswerTo(asking.conditional, page)) return { visit: null, response }
        return { visit: await reader.read(page, reading, signal, deadline), response }
      }),
  })
  return {
    ...createCrawlRuns({
      ...deps,
      crawler,
      fetchFile: (href, { timeoutMs, network, signal, reader: bodyReader }) =>
        get(href, network, { ...streamedLimits, reader: bodyReader, totalTimeoutMs: timeoutMs, signal }),
      readHtml: (visit, signal) => readHtml({ reader, room }, visit, signal),
    }),
    pdf: (payload, ctx) => pdfs.run(payload, ctx),
    async close() {
      await Promise.all([web.close(), reader.close(), pdfs.close()])
    },
  }
}
