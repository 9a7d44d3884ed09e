import { abortReason, throwIfAborted } from '../core/abort.js'
import type { Clock } from '../core/clock.js'
import { RiptideError, isRiptideError } from '../core/errors.js'
import { toJobError } from '../core/job-error.js'
import type { Logger } from '../core/logger.js'
import { type Random, systemRandom } from '../core/random.js'
import { createTurns } from '../core/turns.js'
import { type Asking, type Found, type Visited, createCachedVisits } from './cache/cached-visits.js'
import type { PageCache } from './cache/page-cache.js'
import type { CrawlSettings } from './crawl-request.js'
import { type Deadline, withDeadline } from './deadline.js'
import { checkUrl } from './fetch/url-check.js'
import { createFlights } from './flights.js'
import { type JobNetwork, headersFor } from './job-network.js'
import type { ResolvedCrawlOptions } from './options.js'
import { type Page, type Reading, type Visit, failedVisit, pageOf } from './page.js'
import { attemptUrl } from './url-attempts.js'
import type { Patience } from './fetch/patience.js'

/** What became of a url: its page and, where it failed, why in full. */
export interface Crawled {
  readonly page: Page
  readonly failure: RiptideError | null
  /** What the page was made of. */
  readonly visit: Visit
}

/** Turns urls into pages. */
export interface PageCrawler {
  /** The page of a url, whatever becomes of it; rejects only with the signal's reason. */
  crawl(url: string, settings: CrawlSettings, signal: AbortSignal): Promise<Crawled>
}

/** How a url is visited. */
export interface VisitOptions extends Asking {
  /** For one visit; that of the page is over sooner where an earlier visit has used some of it. */
  readonly timeoutMs: number
  /** The time limits of all who wait for this visit. */
  readonly deadline: Deadline
  readonly signal: AbortSignal
  readonly network: JobNetwork
  readonly patience: Patience
}

/** Fetches and reads one page, once. */
export type VisitPage = (href: string, reading: Reading, options: VisitOptions) => Promise<Visited>

export interface PageCrawlerDeps {
  readonly options: Pick<
    ResolvedCrawlOptions,
    'allowPrivateNetwork' | 'allowedPorts' | 'cacheTtlMs' | 'userAgent'
  >
  readonly cache: PageCache
  readonly clock: Clock
  readonly logger: Logger
  readonly visit: VisitPage
  /** A server that asks to wait longer than this is not asked again. @default 120_000 */
  readonly longestWaitMs?: number
  /** @default Math.random */
  readonly random?: Random
}

/** One page on its way. */
interface Wanted {
  readonly href: string
  readonly reading: Reading
  readonly settings: CrawlSettings
  /** How often its server was asked. */
  readonly tally: { attempts: number }
}

/** What a flight that several jobs share comes to, and how often the server was asked. */
type Landing = { readonly attempts: number } & ({ readonly found: Found } | { readonly error: unknown })

/** The crawler of one process: its jobs share the cache and what is under way. */
export function createPageCrawler(deps: PageCrawlerDeps): PageCrawler {
  const { options, cache, clock, logger, visit, longestWaitMs = 120_000, random = systemRandom } = deps
  const flights = createFlights<Landing>()
  const { cacheTtlMs: ttlMs, userAgent } = options
  const findVisit = createCachedVisits({ cache, clock, ttlMs, userAgent })

  const fetchPage = async (wanted: Wanted, asking: Asking, signal: AbortSignal, outer: Deadline) => {
    const { href, reading, settings, tally } = wanted
    const { timeoutMs, urlRetries: retries, network, patience } = settings
    const rules = { retries, timeoutMs, longestWaitMs, clock, random, signal, deadline: outer }
    return attemptUrl(rules, async (deadline) => {
      tally.attempts++
      const value = await visit(href, reading, {
        ...{ timeoutMs, deadline, signal, network, patience },
        ...asking,
      })
      return { value, failure: value.visit?.failure ?? null }
    })
  }

  const find = async (wanted: Wanted, signal: AbortSignal, deadline: Deadline): Promise<Found> => {
    const { href, reading, settings, tally } = wanted
    const { network } = settings
    // The pages of a job with cookies are its own.
    const mode = network.cookies === null ? settings.cacheMode : 'bypass'
    const key = mode === 'bypass' ? '' : cache.keyOf(href, reading, headersFor(href, network), network.proxy)
    const start = (flight: AbortSignal, group: Deadline): Promise<Found> =>
      findVisit({
        mode,
        key,
        ask: (asking, inner) => fetchPage(wanted, asking, inner, group),
        signal: flight,
      })
    if (mode === 'bypass' || mode === 'only_cached' || options.cacheTtlMs === 0)
      return start(signal, deadline)
    // Limits of time and tries are part of what is equal: a hasty request must not end a patient one.
    const { timeoutMs, urlRetries, patience } = settings
    const name = JSON.stringify([mode, timeoutMs, urlRetries, patience.ms, patience.of, key])
    const { value: landing, shared } = await flights.join(
      name,
      signal,
      (flight, group) =>
        start(flight, group).then(
          (found) => ({ found, attempts: tally.attempts }),
          (error: unknown) => ({ error, attempts: tally.attempts }),
        ),
      deadline,
    )
    // Whoever came along was asked for as often.
    tally.attempts = landing.attempts
    if (!('found' in landing)) throw landing.error
    const value = landing.found
    return { visit: value.visit, fromCache: value.fromCache || (shared && value.visit.failure === null) }
  }

  // One in each turn of the event loop: those of a batch would all send their requests at once, and all be answered at once.
  const takeTurn = createTurns(clock, 0)

  const failureOf = (error: unknown, url: string): RiptideError => {
    if (isRiptideError(error)) return error
    const { name, message } = toJobError(error)
    logger.error('a page failed in an unforeseen way', { host: hostOf(url), error: `${name}: ${message}` })
    return new RiptideError('FETCH_FAILED', 'the page could not be crawled', { cause: error })
  }

  return {
    async crawl(url, settings, signal) {
      await takeTurn()
      throwIfAborted(signal)
      const start = clock.monotonic()
      const tally = { attempts: 0 }
      const reading = settings.outputFormat === 'html' ? 'html' : 'document'
      const found = await withDeadline(clock, settings.timeoutMs, signal, async (inner, deadline) =>
        find({ href: checkUrl(url, '', options), reading, settings, tally }, inner, deadline),
      ).catch((error: unknown) => {
        if (signal.aborted) throw abortReason(signal)
        return { visit: failedVisit(failureOf(error, url)), fromCache: false }
      })
      const facts = {
        url,
        fromCache: found.fromCache,
        attempts: tally.attempts,
        processingTimeMs: clock.monotonic() - start,
        outputFormat: settings.outputFormat,
      }
      return { page: pageOf(found.visit, facts), failure: found.visit.failure, visit: found.visit }
    },
  }
}

// -------------------------------------------------------------------------------------------------------------------

/** The one part of a url that may stand in a log. */
function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : 'none'
}
