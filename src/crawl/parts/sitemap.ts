import { asObject, integerIn, onlyKeys, wrong } from '../../core/check.js'
import { systemClock } from '../../core/clock.js'
import { pointer } from '../../core/json.js'
import { streamedLimits } from '../crawl-network.js'
import { webUrl } from '../spider/page-links.js'
import { type SitemapCut, readSitemap } from '../spider/sitemap-file.js'
import { type FetchFile, readSitemaps } from '../spider/sitemaps.js'
import { type Fetcher, networkOf } from './fetcher.js'

/** How much of one sitemap is read; what is beyond is left out. */
export interface SitemapOptions {
  /** As unpacked; 1 to 1 GiB. @default 52_428_800, the most that sitemaps.org allows */
  readonly maxBytes?: number | undefined
  /** 1 to 1,000,000. @default 50_000, the most that sitemaps.org allows */
  readonly maxUrls?: number | undefined
}

/** What stands in one sitemap file. */
export interface Sitemap {
  /** Of pages, in their order, as they stand there. */
  readonly urls: readonly string[]
  /** Of other sitemaps, where it is an index. */
  readonly sitemaps: readonly string[]
  /** Why it was not read to its end; `null` when it was. */
  readonly cut: SitemapCut | null
}

/**
 * Reads a sitemap (sitemaps.org, protocol 0.9): XML, an index, or text with a url a line, each of them as gzip too, which its
 * first bytes tell. It reads in turns of the event loop, builds no tree, and gives what stands before a break in a broken file.
 * CONFIG_INVALID names an option that is wrong, ARGUMENT_INVALID tells what are no bytes.
 * @example const { urls } = await parseSitemap(await readFile('sitemap.xml.gz'))
 */
export async function parseSitemap(body: Uint8Array, options: SitemapOptions = {}): Promise<Sitemap> {
  const limits = limitsOf(options)
  if (!(body instanceof Uint8Array))
    throw wrong('ARGUMENT_INVALID', { path: '' }, 'must be the bytes of a sitemap, such as a Buffer', body)
  const found = { page: new Array<string>(), sitemap: new Array<string>() }
  let cut: SitemapCut | null = null
  const onCut = (why: SitemapCut): void => {
    cut = why
  }
  const whole = (async function* () {
    yield await Promise.resolve(body)
  })()
  for await (const { kind, url } of readSitemap(whole, limits, systemClock, onCut)) found[kind].push(url)
  return { urls: found.page, sitemaps: found.sitemap, cut }
}

/** How the sitemaps of sites are read. */
export interface SitemapUrlsOptions {
  /** It fetches all files, at the pace and within the rules that it keeps. */
  readonly fetcher: Fetcher
  /** Most urls in all; 1 to 1,000,000. @default 50_000 */
  readonly maxUrls?: number | undefined
  readonly signal?: AbortSignal | undefined
}

/** What the sitemaps of sites name. */
export interface SitemapUrls {
  /** Of pages, each once, in their order. */
  readonly urls: readonly string[]
  /** What could not be read, or not to its end, in a sentence each. */
  readonly warnings: readonly string[]
  /** There are more: `maxUrls` was reached. */
  readonly isCut: boolean
}

/**
 * Reads the sitemaps of sites: those that robots.txt names, and `/sitemap.xml`; indexes three deep, 200 files in all, each
 * streamed and at most 50 MiB. A file that cannot be had is a warning. Rejects with ABORTED by the signal; CONFIG_INVALID or
 * URL_INVALID names an argument that is wrong.
 * @example const { urls } = await fetchSitemapUrls(['https://example.com'], { fetcher })
 */
export async function fetchSitemapUrls(
  sites: readonly string[],
  { fetcher, maxUrls = 50_000, signal = never, ...rest }: SitemapUrlsOptions,
): Promise<SitemapUrls> {
  onlyKeys(rest, [], config)
  const most = integerIn(maxUrls, 1, mostUrls, { ...config, path: '/maxUrls' })
  const network = networkOf(fetcher)
  if (!network) throw wrong('CONFIG_INVALID', { path: '/fetcher' }, 'must be made by createFetcher', fetcher)
  const fetch: FetchFile = (url, inner, reader) =>
    network.get(url, { ...streamedLimits, signal: inner, reader })
  const urls = new Set<string>()
  const warnings: string[] = []
  let isCut = false
  const take = (url: string): boolean => {
    isCut = urls.size >= most && !urls.has(url)
    if (!isCut) urls.add(url)
    return !isCut
  }
  const warn = (text: string): void => void warnings.push(text)
  await readSitemaps(originsOf(sites), { fetch, clock: systemClock, signal, take, warn })
  return { urls: [...urls], warnings, isCut }
}

// -------------------------------------------------------------------------------------------------------------------

const never = new AbortController().signal
const config = { path: '', code: 'CONFIG_INVALID' } as const
const mostUrls = 1_000_000
const mostBytes = 50 * 2 ** 20

function limitsOf(options: SitemapOptions): { maxBytes: number; maxUrls: number } {
  onlyKeys(asObject(options, config), ['maxBytes', 'maxUrls'], config)
  const { maxBytes = mostBytes, maxUrls = 50_000 } = options
  return {
    maxBytes: integerIn(maxBytes, 1, 2 ** 30, { ...config, path: '/maxBytes' }),
    maxUrls: integerIn(maxUrls, 1, mostUrls, { ...config, path: '/maxUrls' }),
  }
}

function originsOf(sites: readonly string[]): readonly string[] {
  if (!Array.isArray(sites)) throw wrong('URLS_INVALID', { path: '' }, 'must be a list of urls', sites)
  const origins = sites.map((site, i) => {
    const url = webUrl(site)
    if (url) return url.origin
    throw wrong('URL_INVALID', { path: pointer('', i) }, 'must be a url that begins with http', site)
  })
  return [...new Set(origins)]
}
