import { throwIfAborted } from '../../core/abort.js'
import { type Clock, nextTurn } from '../../core/clock.js'
import { RiptideError } from '../../core/errors.js'
import type { HopOptions } from '../fetch/hop-headers.js'
import { robotsTagSaysNofollow } from '../fetch/robots-tag.js'
import { type Visit, failedVisit } from '../page.js'
import {
  type ResponseFacts,
  conditionalOf,
  confirmedBy,
  hereMs,
  isConfirmedBy,
  isFresh,
  mayBeKept,
  validityOf,
} from './freshness.js'
import type { CacheMode } from './cache-mode.js'
import type { PageCache } from './page-cache.js'
import type { StoredPage } from './stored-page.js'

/** What a request brought. */
export interface Visited {
  /** `null` when the server of the page that is stored said that this still holds. */
  readonly visit: Visit | null
  /** Undefined where no response came. */
  readonly response?: ResponseFacts | undefined
}

/** How the server is asked. */
export type Asking = Pick<HopOptions, 'conditional' | 'pastCaches'>

/** Asks the server for one page; it is the caller that fetches, reads and tries again. */
export type AskServer = (asking: Asking, signal: AbortSignal) => Promise<Visited>

/** A visit, and whether what is on it was stored. */
export interface Found {
  readonly visit: Visit
  readonly fromCache: boolean
}

export interface CachedVisitsDeps {
  readonly cache: PageCache
  readonly clock: Clock
  /** The longest that anything stored is used without asking; 0 turns the cache off. */
  readonly ttlMs: number
  /** To whom an `X-Robots-Tag` speaks. */
  readonly userAgent: string
}

/** One page that is wanted. */
export interface Wish {
  readonly mode: CacheMode
  readonly key: string
  readonly ask: AskServer
  readonly signal: AbortSignal
}

/** Finds a page in the way that its mode wants it: stored, asked about, or fetched. */
export type FindVisit = (wish: Wish) => Promise<Found>

/** The cache in front of the servers. */
export function createCachedVisits({ cache, clock, ttlMs, userAgent }: CachedVisitsDeps): FindVisit {
  const served = async ({ visit }: StoredPage): Promise<Found> => {
    // A storage in memory answers at once: a long batch of stored pages would hold the event loop to its end.
    await nextTurn(clock)
    return { visit, fromCache: true }
  }

  /** Puts what came in the place of what stands there, if anything may. */
  const keep = async (key: string, { visit, response }: Fetched, mayStand: boolean): Promise<void> => {
    if (visit.failure === null && response && mayBeKept(response)) {
      await cache.write(key, { visit, validity: validityOf(response) })
    } else if (mayStand && (visit.failure === null || isGone(visit))) {
      await cache.remove(key)
    }
  }

  const fetchPage = async ({ ask, signal }: Wish, asking: Asking): Promise<Fetched> => {
    const { visit, response } = await ask(asking, signal)
    throwIfAborted(signal)
    if (visit === null) throw unasked()
    return { visit, response }
  }

  const fetchAndStore = async (wish: Wish, asking: Asking, mayStand = true): Promise<Found> => {
    const fetched = await fetchPage(wish, asking)
    await keep(wish.key, fetched, mayStand)
    return { visit: fetched.visit, fromCache: false }
  }

  const askAbout = async (wish: Wish, { visit: stored, validity }: StoredPage): Promise<Found> => {
    const { key, ask, signal } = wish
    const conditional = conditionalOf(validity, stored.finalUrl ?? '')
    if (!conditional) return fetchAndStore(wish, {})
    const { visit, response } = await ask({ conditional }, signal)
    throwIfAborted(signal)
    if (visit !== null) {
      await keep(key, { visit, response }, true)
      return { visit, fromCache: false }
    }
    if (!response || !isConfirmedBy(validity, response)) return fetchAndStore(wish, { pastCaches: true })
    // The page is the same; the way to it need not be, nor what its server asks of crawlers.
    const tag = response.headers['x-robots-tag']
    const nofollow = tag === undefined ? stored.nofollow : robotsTagSaysNofollow(tag, userAgent)
    const confirmed = { ...stored, redirects: response.redirects, nofollow }
    if (!mayBeKept(response)) await cache.remove(key)
    else await cache.write(key, { visit: confirmed, validity: confirmedBy(validity, response) })
    return { visit: confirmed, fromCache: true }
  }

  const onlyStored = (stored: StoredPage | undefined): Promise<Found> => {
    // What the server said of it does not count: whoever asks so knows that it may have changed.
    const isYoung = stored !== undefined && hereMs(stored.validity, clock.now()) < ttlMs
    return isYoung ? served(stored) : Promise.resolve({ visit: failedVisit(notCached()), fromCache: false })
  }

  return async (wish) => {
    const { mode, key } = wish
    const isOff = ttlMs === 0 && mode !== 'only_cached'
    if (mode === 'bypass' || isOff) return { visit: (await fetchPage(wish, {})).visit, fromCache: false }
    if (mode === 'refresh') return fetchAndStore(wish, { pastCaches: true })
    const stored = await cache.read(key)
    if (mode === 'only_cached') return onlyStored(stored)
    if (!stored) return fetchAndStore(wish, {}, false)
    const isEnough = mode !== 'revalidate' && isFresh(stored.validity, clock.now(), ttlMs)
    return isEnough ? served(stored) : askAbout(wish, stored)
  }
}

// -------------------------------------------------------------------------------------------------------------------

/** What a server gave, and not the word that nothing has changed. */
interface Fetched {
  readonly visit: Visit
  readonly response: ResponseFacts | undefined
}

function isGone({ status }: Visit): boolean {
  return status === 404 || status === 410
}

function notCached(): RiptideError {
  return new RiptideError('NOT_CACHED', 'the page is not in the cache, and the job asked for nothing else')
}

function unasked(): RiptideError {
  return new RiptideError(
    'FETCH_FAILED',
    'the server answered that nothing has changed, which it was not asked',
  )
}
