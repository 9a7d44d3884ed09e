import { abortReason, throwIfAborted } from '../core/abort.js'
import { type Clock, nextTurn } from '../core/clock.js'
import { RiptideError, isRiptideError } from '../core/errors.js'
import type { Logger } from '../core/logger.js'
import { withDeadline } from './deadline.js'
import { checkUrl } from './fetch/url-check.js'
import { createFlights } from './flights.js'
import type { ResolvedCrawlOptions } from './options.js'
import { type Page, type Visit, failedVisit, pageOf } from './page.js'
import type { PageCache, Reading } from './page-cache.js'
import type { CrawlSettings } from './crawl-request.js'

/** What became of a url: its page and, where it failed, why in full. */
export interface Crawled {
  readonly page: Page
  readonly failure: RiptideError | null
}

/** Turns urls into pages. */
export interface PageCrawler {
  /** The page of a url, whatever becomes of it; rejects only with the signal's reason. */
  crawl(url: string, settings: CrawlSettings, signal: AbortSignal): Promise<Crawled>
}

export interface PageCrawlerDeps {
  readonly options: Pick<ResolvedCrawlOptions, 'allowPrivateNetwork' | 'allowedPorts'>
  readonly cache: PageCache
  readonly clock: Clock
  readonly logger: Logger
  /** Fetches and reads one page. */
  readonly visit: (href: string, reading: Reading, timeoutMs: number, signal: AbortSignal) => Promise<Visit>
}

/** A visit, and whether it cost a request of its own. */
interface Found {
  readonly visit: Visit
  readonly fromCache: boolean
}

/** The crawler of one process: its jobs share the cache and what is under way. */
export function createPageCrawler({ options, cache, clock, logger, visit }: PageCrawlerDeps): PageCrawler {
  const flights = createFlights<Found>()

  const fetchAndStore = async (
    href: string,
    key: string,
    reading: Reading,
    timeoutMs: number,
    signal: AbortSignal,
  ): Promise<Found> => {
    const fresh = await visit(href, reading, timeoutMs, signal)
    throwIfAborted(signal)
    await cache.write(key, fresh)
    return { visit: fresh, fromCache: false }
  }

  const readThrough = async (
    href: string,
    key: string,
    reading: Reading,
    timeoutMs: number,
    signal: AbortSignal,
  ): Promise<Found> => {
    // The time limit is part of what is equal: a hasty request must not end a patient one.
    const { value, shared } = await flights.join(`${timeoutMs} ${key}`, signal, async (flight) => {
      const stored = await cache.read(key)
      if (!stored) return fetchAndStore(href, key, reading, timeoutMs, flight)
      // A storage in memory answers at once: a long batch of stored pages would hold the event loop to its end.
      await nextTurn(clock)
      return { visit: stored, fromCache: true }
    })
    return { visit: value.visit, fromCache: value.fromCache || (shared && value.visit.failure === null) }
  }

  const find = async (url: string, settings: CrawlSettings, signal: AbortSignal): Promise<Found> => {
    const { cacheMode, outputFormat, timeoutMs } = settings
    const href = checkUrl(url, '', options)
    const reading = outputFormat === 'html' ? 'html' : 'document'
    if (cacheMode === 'bypass')
      return { visit: await visit(href, reading, timeoutMs, signal), fromCache: false }
    const key = cache.keyOf(href, reading)
    const get = cacheMode === 'refresh' ? fetchAndStore : readThrough
    return get(href, key, reading, timeoutMs, signal)
  }

  const failureOf = (error: unknown, url: string): RiptideError => {
    if (isRiptideError(error)) return error
    logger.error('a page failed in an unforeseen way', {
      host: hostOf(url),
      error: String(error).slice(0, 500),
    })
    return new RiptideError('FETCH_FAILED', 'the page could not be crawled', { cause: error })
  }

  return {
    async crawl(url, settings, signal) {
      const start = clock.monotonic()
      const found = await withDeadline(clock, settings.timeoutMs, signal, (inner) =>
        find(url, settings, inner),
      ).catch((error: unknown) => {
        if (signal.aborted) throw abortReason(signal)
        return { visit: failedVisit(failureOf(error, url)), fromCache: false }
      })
      const facts = {
        url,
        fromCache: found.fromCache,
        processingTimeMs: clock.monotonic() - start,
        outputFormat: settings.outputFormat,
      }
      return { page: pageOf(found.visit, facts), failure: found.visit.failure }
    },
  }
}

// -------------------------------------------------------------------------------------------------------------------

/** The one part of a url that may stand in a log. */
function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : 'none'
}
