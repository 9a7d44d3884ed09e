import { abortReason, throwIfAborted } from '../core/abort.js'
import { type Clock, nextTurn } from '../core/clock.js'
import { RiptideError, isRiptideError } from '../core/errors.js'
import { toJobError } from '../core/job-error.js'
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
  readonly options: Pick<ResolvedCrawlOptions, 'allowPrivateNetwork' | 'allowedPorts' | 'cacheTtlMs'>
  readonly cache: PageCache
  readonly clock: Clock
  readonly logger: Logger
  /** Fetches and reads one page. */
  readonly visit: (href: string, reading: Reading, timeoutMs: number, signal: AbortSignal) => Promise<Visit>
}

/** One request, as its parts need it. */
interface Wanted {
  readonly href: string
  readonly key: string
  readonly reading: Reading
  readonly timeoutMs: number
}

/** A visit, and whether it cost a request of its own. */
interface Found {
  readonly visit: Visit
  readonly fromCache: boolean
}

/** The crawler of one process: its jobs share the cache and what is under way. */
export function createPageCrawler({ options, cache, clock, logger, visit }: PageCrawlerDeps): PageCrawler {
  const flights = createFlights<Found>()

  const fetchPage = async ({ href, reading, timeoutMs }: Wanted, signal: AbortSignal): Promise<Found> => {
    return { visit: await visit(href, reading, timeoutMs, signal), fromCache: false }
  }

  const fetchAndStore = async (wanted: Wanted, signal: AbortSignal): Promise<Found> => {
    const found = await fetchPage(wanted, signal)
    throwIfAborted(signal)
    await cache.write(wanted.key, found.visit)
    return found
  }

  const readOrFetch = async (wanted: Wanted, signal: AbortSignal): Promise<Found> => {
    const stored = await cache.read(wanted.key)
    if (!stored) return fetchAndStore(wanted, signal)
    // A storage in memory answers at once: a long batch of stored pages would hold the event loop to its end.
    await nextTurn(clock)
    return { visit: stored, fromCache: true }
  }

  const joinOrRead = async (wanted: Wanted, signal: AbortSignal): Promise<Found> => {
    // The time limit is part of what is equal: a hasty request must not end a patient one.
    const key = `${wanted.timeoutMs} ${wanted.key}`
    const { value, shared } = await flights.join(key, signal, (flight) => readOrFetch(wanted, flight))
    return { visit: value.visit, fromCache: value.fromCache || (shared && value.visit.failure === null) }
  }

  const find = (url: string, settings: CrawlSettings, signal: AbortSignal): Promise<Found> => {
    const { cacheMode, outputFormat, timeoutMs } = settings
    const href = checkUrl(url, '', options)
    const reading = outputFormat === 'html' ? 'html' : 'document'
    const wanted = { href, key: cache.keyOf(href, reading), reading, timeoutMs } as const
    if (cacheMode === 'bypass' || options.cacheTtlMs === 0) return fetchPage(wanted, signal)
    return cacheMode === 'refresh' ? fetchAndStore(wanted, signal) : joinOrRead(wanted, signal)
  }

  const failureOf = (error: unknown, url: string): RiptideError => {
    if (isRiptideError(error)) return error
    const { name, message } = toJobError(error)
    logger.error('a page failed in an unforeseen way', { host: hostOf(url), error: `${name}: ${message}` })
    return new RiptideError('FETCH_FAILED', 'the page could not be crawled', { cause: error })
  }

  return {
    async crawl(url, settings, signal) {
      const start = clock.monotonic()
      const found = await withDeadline(clock, settings.timeoutMs, signal, async (inner) =>
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
