import { asObject, onlyKeys, oneOf, wrong } from '../../core/check.js'
import { type CacheMode, cacheModes } from '../cache/cache-mode.js'
import { type AskServer, createCachedVisits } from '../cache/cached-visits.js'
import { factsOf } from '../cache/freshness.js'
import { createPageCache } from '../cache/page-cache.js'
import type { FollowedRedirect } from '../fetch/redirect.js'
import { isAnswerTo } from '../fetch/hop-headers.js'
import { checkUrl } from '../fetch/url-check.js'
import type { CrawlOptions } from '../options.js'
import { createPageReader } from '../reading/page-reader-pool.js'
import {
  type FetchRequest,
  type FetcherOptions,
  type ResolvedRequest,
  fetcherSettings,
  openNetwork,
  requestOf,
} from './fetcher.js'
import { createPartStorage } from './part-storage.js'
import { resolvePart } from './part-settings.js'

/** Those of a fetcher, for how long what is stored counts, and where it stands: `memoryStorage()`, any Keyv. */
export type CachedFetcherOptions = FetcherOptions &
  Pick<CrawlOptions, 'cacheTtlMs'> & { readonly storage: NonNullable<FetcherOptions['storage']> }

/** What one page is asked for with. */
export interface CachedRequest extends Omit<FetchRequest, 'proxy'> {
  /** How it meets the cache. @default 'read_through' */
  readonly mode?: CacheMode | undefined
}

/** A page of the web that is text. */
export interface CachedPage {
  /** As asked for, normalised. */
  readonly url: string
  /** Where the redirects led. */
  readonly finalUrl: string
  /** From 200 to 299: any other is an error. */
  readonly status: number
  readonly redirects: readonly FollowedRedirect[]
  readonly contentType: string | null
  /** That it was read in, by its WHATWG name. */
  readonly encoding: string
  /** Its html, or whatever other text it is. */
  readonly text: string
  /** Its response asks this crawler, by `X-Robots-Tag`, not to follow its links; what its html says of that does not count here. */
  readonly nofollow: boolean
  /** It was stored, if only after its server was asked whether it still holds. */
  readonly fromCache: boolean
}

/** Gets pages that are text, from where they are stored or from the web. */
export interface CachedFetcher {
  /**
   * Rejects as a `Fetcher` does, and with HTTP_STATUS for a status other than 2xx, CONTENT_TYPE_UNSUPPORTED for what is no text,
   * NOT_CACHED where the mode `only_cached` finds nothing.
   */
  fetch(url: string, request?: CachedRequest): Promise<CachedPage>
  /** Ends what is under way, closes all connections and the storage; a later fetch opens anew. */
  close(): Promise<void>
}

/**
 * A fetcher behind the page cache: a page is fresh for as long as its server says (RFC 9111), at most `cacheTtlMs`, and asked
 * about with its ETag or date after that. A storage that fails costs a request and a line in the log. Processes with the same
 * settings and storage share their pages. CONFIG_INVALID names an option that is wrong.
 * @example
 * const fetcher = createCachedFetcher({ storage: memoryStorage(), cacheTtlMs: 3_600_000 })
 * const { text, finalUrl, fromCache } = await fetcher.fetch('https://example.com/')
 */
export function createCachedFetcher(options: CachedFetcherOptions): CachedFetcher {
  const part = resolvePart(options, [...fetcherSettings, 'cacheTtlMs'], ['storage'])
  if (options.storage === undefined)
    throw wrong('CONFIG_INVALID', { path: '/storage' }, 'is required, such as memoryStorage()', undefined)
  const { options: settings, clock, logger } = part
  const place = createPartStorage(options.storage, part)
  const network = openNetwork(part, place)
  const cache = createPageCache(settings, { storage: () => place.get(), clock, logger })
  const { cacheTtlMs: ttlMs, userAgent } = settings
  const find = createCachedVisits({ cache, clock, ttlMs, userAgent })
  const reader = createPageReader({ options: { ...settings, isolation: 'inline' }, clock, logger })
  const askBy =
    (url: string, request: ResolvedRequest): AskServer =>
    async (asking, signal) => {
      const page = await network.get(url, { ...request, ...asking, signal })
      const response = factsOf(page)
      if (isAnswerTo(asking.conditional, page)) return { visit: null, response }
      return { visit: await reader.read(page, 'html', signal), response }
    }
  return {
    async fetch(given, request = {}) {
      const { mode, ...own } = wishOf(request)
      const { headers = {}, signal = never, ...asked } = requestOf(own, settings)
      const url = checkUrl(given, '', settings)
      await place.ready()
      const { visit, fromCache } = await find({
        mode,
        key: cache.keyOf(url, 'html', headers, null),
        ask: askBy(url, { ...asked, headers, signal }),
        signal,
      })
      const { finalUrl, status, redirects, contentType, encoding, html, nofollow, failure } = visit
      if (failure) throw failure
      return {
        url,
        finalUrl: finalUrl ?? url,
        status: status ?? 200,
        redirects,
        contentType,
        encoding: encoding ?? 'utf-8',
        text: html ?? '',
        nofollow,
        fromCache,
      }
    },
    async close() {
      await Promise.all([network.close(), reader.close()])
    },
  }
}

// -------------------------------------------------------------------------------------------------------------------

const never = new AbortController().signal

function wishOf(request: CachedRequest) {
  const place = { path: '', code: 'ARGUMENT_INVALID' } as const
  onlyKeys(asObject(request, place), ['mode', 'headers', 'timeoutMs', 'signal'], place)
  const { mode = 'read_through', ...own } = request
  return { mode: oneOf(mode, cacheModes, { ...place, path: '/mode' }), ...own }
}
