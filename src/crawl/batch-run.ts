import { setMaxListeners } from 'node:events'
import pLimit from 'p-limit'
import { abortable, throwIfAborted } from '../core/abort.js'
import { RiptideError, isRiptideError } from '../core/errors.js'
import type { JobContext } from '../core/handler.js'
import { resultToJson } from '../core/json.js'
import { type BatchCrawlResult, type Page, failedVisit, pageOf } from './page.js'
import type { PageCrawler } from './page-crawler.js'
import type { CrawlSettings } from './crawl-request.js'
import type { BatchCrawl } from './payload.js'

/** The part of a job's context that a crawl needs. */
export type CrawlContext = Pick<JobContext, 'signal' | 'progress' | 'job'>

/**
 * Crawls the urls of a batch, so many at a time, into one page for each, in their order. Whatever becomes of a url is said
 * on its page; only the signal ends the batch early, with its reason.
 */
export async function runBatch(
  batch: BatchCrawl,
  settings: CrawlSettings,
  crawler: PageCrawler,
  ctx: CrawlContext,
  maxResultBytes: number,
): Promise<BatchCrawlResult> {
  const { signal } = ctx
  throwIfAborted(signal)
  // Each url under way listens, and leaves when it ends: that is no leak, however many there are.
  setMaxListeners(0, signal)
  const limit = pLimit(settings.concurrency)
  const scale = createScale(batch.urls, maxResultBytes)
  let done = 0
  const pages = limit.map(batch.urls, async (url) => {
    throwIfAborted(signal)
    const { page } = await crawler.crawl(url, settings, signal)
    const fitting = scale.fit(page)
    done++
    ctx.progress(done / batch.urls.length, `${done} of ${batch.urls.length}`)
    return fitting
  })
  return summaryOf(await abortable(pages, signal), settings)
}

// -------------------------------------------------------------------------------------------------------------------

function summaryOf(results: readonly Page[], settings: CrawlSettings): BatchCrawlResult {
  const failed = results.filter((page) => page.error !== null).length
  return {
    totalUrls: results.length,
    successful: results.length - failed,
    failed,
    fromCache: results.filter((page) => page.fromCache).length,
    results,
    warnings: settings.warnings,
  }
}

/** Room that every page takes, whatever is on it: the names of its fields and the longest error. */
const leastPageBytes = 1024

/**
 * Weighs the pages as they come, so that the result stays within what the service keeps: a page that does not fit any more
 * becomes an error of that url, where otherwise the result as a whole would be refused.
 */
function createScale(urls: readonly string[], maxResultBytes: number): { fit(page: Page): Page } {
  const leastOf = (url: string): number => 2 * Buffer.byteLength(url) + leastPageBytes
  let room = maxResultBytes - urls.reduce((sum, url) => sum + leastOf(url), leastPageBytes)
  return {
    fit(page) {
      try {
        // As deep as it will stand in the result: a document may be nested too deeply to be kept.
        const bytes = Buffer.byteLength(resultToJson({ results: [page] })) - leastOf(page.url)
        if (bytes > Math.max(room, 0))
          throw new RiptideError(
            'RESPONSE_TOO_LARGE',
            'the page does not fit into the result of its batch any more',
          )
        room -= Math.max(bytes, 0)
        return page
      } catch (error) {
        return withoutContent(page, error)
      }
    },
  }
}

function withoutContent(page: Page, error: unknown): Page {
  const tooLarge = isRiptideError(error) && error.code === 'RESPONSE_TOO_LARGE'
  const failure = tooLarge
    ? error
    : new RiptideError('EXTRACTION_FAILED', 'the document of the page cannot be kept as JSON')
  const { url, fromCache, processingTimeMs, status } = page
  return pageOf(
    { ...failedVisit(failure), status },
    { url, fromCache, processingTimeMs, outputFormat: 'document' },
  )
}
