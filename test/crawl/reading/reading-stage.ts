import type { Clock } from '../../../src/core/clock.js'
import { systemClock } from '../../../src/core/clock.js'
import { type Logger, silentLogger } from '../../../src/core/logger.js'
import type { FetchedPage } from '../../../src/crawl/fetch/fetch-page.js'
import { type CrawlOptions, resolveCrawlOptions } from '../../../src/crawl/options.js'
import { type PageReader, createPageReader } from '../../../src/crawl/reading/page-reader-pool.js'

/** The file of a thread whose tasks misbehave on demand. */
export const oddThread = new URL('odd-thread.mjs', import.meta.url).href

/** A reader as the crawler has one. */
export function readerFor(
  crawl: CrawlOptions,
  { clock = systemClock, logger = silentLogger }: { clock?: Clock; logger?: Logger } = {},
): PageReader {
  return createPageReader({ options: resolveCrawlOptions(crawl), clock, logger })
}

/** A page as it was fetched. */
export function fetched(body: string | Uint8Array, more: Partial<FetchedPage> = {}): FetchedPage {
  // In a buffer of its own, as bytes come from the network.
  const bytes = Uint8Array.from(typeof body === 'string' ? Buffer.from(body) : body)
  return {
    url: 'https://example.com/',
    finalUrl: 'https://example.com/',
    status: 200,
    headers: {},
    redirects: [],
    redirectResponses: [],
    body: bytes,
    bytesReceived: bytes.byteLength,
    contentType: 'text/html; charset=utf-8',
    requestedAtMs: 1,
    fetchedAtMs: 1,
    ...more,
  }
}

/** An article of about so many bytes. */
export function article(bytes: number): string {
  const paragraph = `<p>The harbour was quiet, and the <a href="/ships">ships</a> lay still in the evening light.</p>\n`
  const many = paragraph.repeat(Math.ceil(bytes / paragraph.length))
  return `<!doctype html><html lang="en"><head><title>Evening</title></head><body><article><h1>Evening</h1>${many}</article></body></html>`
}
