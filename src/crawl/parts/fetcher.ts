import { asObject, integerIn, onlyKeys } from '../../core/check.js'
import { type CrawlNetwork, createCrawlNetwork } from '../crawl-network.js'
import type { FetchedPage } from '../fetch/fetch-page.js'
import { asProxyName } from '../fetch/proxies.js'
import { checkHeaders } from '../fetch/request-headers.js'
import type { CrawlOptions, ResolvedCrawlOptions } from '../options.js'
import { type PartStorage, createPartStorage } from './part-storage.js'
import { type ResolvedPart, type StoringPartHost, resolvePart } from './part-settings.js'

/** The settings of the crawler that a fetcher heeds, with the same meanings and defaults. */
export const fetcherSettings = [
  'allowPrivateNetwork',
  'allowedPorts',
  'connectTimeoutMs',
  'http2',
  'idleTimeoutMs',
  'lookup',
  'maxBytes',
  'maxDecodedBytes',
  'maxRedirects',
  'pageTimeoutMs',
  'perHost',
  'proxies',
  'respectRobots',
  'userAgent',
] as const satisfies readonly (keyof CrawlOptions)[]

/** Those settings; and with a `storage`, the processes of a fleet agree on the pace of each host. */
export type FetcherOptions = Pick<CrawlOptions, (typeof fetcherSettings)[number]> & StoringPartHost

/** What one page is asked for with. */
export interface FetchRequest {
  /** They go to the origin of the url only. HEADER_FORBIDDEN for one that frames, routes or codes a message. */
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** The name of one of `proxies`. @default straight */
  readonly proxy?: string | undefined
  /** From the first request to the last byte, redirects included; the time in line for a host is not. @default `pageTimeoutMs` */
  readonly timeoutMs?: number | undefined
  readonly signal?: AbortSignal | undefined
}

/** Gets pages of the web as a crawler should. */
export interface Fetcher {
  /**
   * The response, whatever its status, received whole and decompressed, where its redirects led. Rejects with ABORTED by the
   * signal, or with another `RiptideError`: one of the codes of pages (`docs/reference/errors.md`), such as URL_BLOCKED, DNS_FAILED,
   * RESPONSE_TOO_LARGE, ROBOTS_FORBIDDEN, TIMEOUT; `retryable` says whether it may pass.
   */
  fetch(url: string, request?: FetchRequest): Promise<FetchedPage>
  /** Ends what is under way and closes all connections; a later fetch opens anew. */
  close(): Promise<void>
}

/**
 * What the crawl jobs fetch with, without jobs: no request reaches an address that is not public, each waits for the turn of
 * its host and obeys its robots.txt (RFC 9309), and all is limited in bytes and time. One for the whole process: the limits of
 * a host hold for what goes through it. CONFIG_INVALID names an option that is wrong.
 * @example
 * const fetcher = createFetcher({ userAgent: 'shop-bot/1.0' })
 * const page = await fetcher.fetch('https://example.com/')
 * console.log(page.status, decodeHtml(page.body, page.contentType).text)
 * await fetcher.close()
 */
export function createFetcher(options: FetcherOptions = {}): Fetcher {
  const part = resolvePart(options, fetcherSettings, ['storage'])
  const network = openNetwork(part, createPartStorage(options.storage, part))
  const fetcher: Fetcher = {
    fetch: async (url, request = {}) => {
      const { proxy, ...own } = requestOf(request, part.options)
      return network.get(url, own, proxy)
    },
    close: () => network.close(),
  }
  networks.set(fetcher, network)
  return fetcher
}

/** What a fetcher is made of, for parts that read bodies as they come; undefined for what only looks like one. */
export function networkOf(fetcher: unknown): CrawlNetwork | undefined {
  return typeof fetcher === 'object' && fetcher !== null ? networks.get(fetcher) : undefined
}

/** A network over the storage of a part, which is opened with the first request. */
export function openNetwork(part: ResolvedPart, place: PartStorage): CrawlNetwork {
  const network = createCrawlNetwork({ ...part, storage: () => place.get() })
  return {
    async get(href, own, proxy) {
      await place.ready()
      return network.get(href, own, proxy)
    },
    async close() {
      await network.close()
      await place.close()
    },
  }
}

/** A request with what is not given filled in. */
export interface ResolvedRequest {
  readonly headers: Readonly<Record<string, string>> | undefined
  readonly signal: AbortSignal | undefined
  readonly proxy: string | null
  readonly totalTimeoutMs: number
}

/** A request as the network takes it; ARGUMENT_INVALID names what is wrong. */
export function requestOf(
  request: FetchRequest,
  { proxies, pageTimeoutMs }: ResolvedCrawlOptions,
): ResolvedRequest {
  const place = { path: '', code: 'ARGUMENT_INVALID' } as const
  onlyKeys(asObject(request, place), ['headers', 'proxy', 'timeoutMs', 'signal'], place)
  const { headers, proxy, timeoutMs = pageTimeoutMs, signal } = request
  if (headers !== undefined) asObject(headers, { ...place, path: '/headers' })
  return {
    headers: headers && checkHeaders(headers),
    signal,
    proxy: proxy === undefined ? null : asProxyName(proxy, proxies, { ...place, path: '/proxy' }),
    totalTimeoutMs: integerIn(timeoutMs, 1, 3_600_000, { ...place, path: '/timeoutMs' }),
  }
}

// -------------------------------------------------------------------------------------------------------------------

const networks = new WeakMap<object, CrawlNetwork>()
