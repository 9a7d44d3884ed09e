import type { LookupFunction } from 'node:net'
import {
  type Fields,
  type Place,
  asBoolean,
  asObject,
  asText,
  integerIn,
  oneOf,
  onlyKeys,
  wrong,
} from '../core/check.js'
import { pointer } from '../core/json.js'
import { version } from '../core/version.js'
import type { ExtractedDocument } from './extract/extract-document.js'
import { asPrivateNetwork } from './fetch/private-network.js'
import { type Proxies, asProxies } from './fetch/proxies.js'
import {
  type PerHostOptions,
  type ResolvedPerHost,
  asPerHost,
  perHostDefaults,
} from './politeness/per-host-options.js'

/** Reads a page of your own way: gets its text and its final address, answers what `extractDocument` would. */
export type Extractor = (
  html: string,
  page: { readonly url: string },
) => ExtractedDocument | Promise<ExtractedDocument>

/** What the app decides about crawling; no request can change it. */
export interface CrawlOptions {
  /** Most urls in one `batch_crawl`; 1 to 100,000. @default 50 */
  readonly maxBatchSize?: number | undefined
  /** Most urls that one job fetches at the same time, and what it does when it does not say; 1 to 1,000. @default 10 */
  readonly maxConcurrency?: number | undefined
  /**
   * Allows loopback, private and other special addresses, and every port: all of them, or only those of the origins in a
   * list, such as `['http://127.0.0.1:3000']`. @default false
   */
  readonly allowPrivateNetwork?: boolean | readonly string[] | undefined
  /** What the crawler calls itself, to servers and in robots.txt. @default 'riptide-workers/<version>' and where to read of it */
  readonly userAgent?: string | undefined
  /** Obeys robots.txt (RFC 9309). @default true */
  readonly respectRobots?: boolean | undefined
  /** How many requests a host gets from all jobs, and how fast. */
  readonly perHost?: PerHostOptions | undefined
  /** How long a stored page is fresh, in ms; 0 stores none. @default 86_400_000 */
  readonly cacheTtlMs?: number | undefined
  /** Longest time for one url, all included; a job's `timeoutMs` option replaces it. @default 30_000 */
  readonly pageTimeoutMs?: number | undefined
  /**
   * How many times more a url of a batch or a spider is tried whose failure may pass: no connection, one that breaks, 408,
   * 425, 429 and 5xx; 0 to 10. A `single_crawl` is tried again as a job. @default 1
   */
  readonly urlRetries?: number | undefined
  /** Most urls that one spider crawls, whatever its job asks for; 1 to 100,000. @default 10_000 */
  readonly maxSpiderPages?: number | undefined
  /**
   * How long the pages of a batch or a spider can be read one by one, and a later run of the job takes them over, in ms from
   * when each was finished, beside the job's time limit; 0 to a year. @default a day, or the service's `resultTtlMs` if that is longer
   */
  readonly keepPagesMs?: number | undefined
  /** Speaks HTTP/2 with servers that offer it. @default false */
  readonly http2?: boolean | undefined
  /**
   * Proxies by the name with which a job's option `proxy` asks for one: `{ eu: 'http://user:password@proxy.example:3128' }`.
   * They must allow CONNECT to the addresses of pages. @default {}
   */
  readonly proxies?: Proxies | undefined
  /** Longest silence of a server in the middle of a response, in ms. @default 10_000 */
  readonly idleTimeoutMs?: number | undefined
  /** Longest time to open a connection, in ms. @default 10_000 */
  readonly connectTimeoutMs?: number | undefined
  /** Most redirects followed for one url; 0 to 50. @default 10 */
  readonly maxRedirects?: number | undefined
  /** Largest response, in bytes as received. @default 10 MiB */
  readonly maxBytes?: number | undefined
  /** Largest response, in bytes after decompression. @default 20 MiB */
  readonly maxDecodedBytes?: number | undefined
  /**
   * Most bytes of pages that are held at once, of all jobs of the process: those that come in, wait for their turn or a thread,
   * and are read; as many again of PDFs. While it is full, requests wait with their place at the host, and what comes in
   * is left with its server; the oldest page goes on. No time limit of a page runs meanwhile. 1 or more. @default 128 MiB
   */
  readonly maxBufferedBytes?: number | undefined
  /** Ports that a url may name. @default [80, 443, 8080, 8443] */
  readonly allowedPorts?: readonly number[] | undefined
  /** Takes the place of `extractDocument`. */
  readonly extractor?: Extractor | undefined
  /** Stands in the cache key beside your `extractor`: change it whenever that answers differently. @default '1' */
  readonly extractorVersion?: string | undefined
  /**
   * Where pages are read: `inline` in the thread of the app, `thread` in worker threads, `auto` in threads only those of
   * 256 KiB or more. An `extractor` of your own runs inline, and cannot be had with `thread`. @default 'auto'
   */
  readonly isolation?: Isolation | undefined
  /** Most threads that read pages; 1 to 64. @default as many as the machine has cores */
  readonly maxThreads?: number | undefined
  /** Longest time for a thread to read one page, in ms. @default 10_000 */
  readonly readTimeoutMs?: number | undefined
  /** The most memory that a thread may use to read one page, in MB; 16 to 16,384. @default 512 */
  readonly readHeapMb?: number | undefined
  /** The url of `riptide-workers/crawl/thread`, for a bundler that makes a file of its own of it. */
  readonly threadUrl?: string | undefined
  /** Largest PDF that `pdf_extraction` reads, in bytes. @default 32 MiB */
  readonly maxPdfBytes?: number | undefined
  /** Most pages of a PDF that are read; the result says what was left out. @default 1000 */
  readonly maxPdfPages?: number | undefined
  /**
   * The most by which the process may grow while it reads a PDF, in MB, all threads together but for the heap of the app's own;
   * 128 to 65,536. What a PDF unpacks to lies beside the heap, which `readHeapMb` limits. @default 1024
   */
  readonly pdfMemoryMb?: number | undefined
  /** Longest time to read a PDF, in ms. @default 60_000 */
  readonly pdfTimeoutMs?: number | undefined
  /** Resolves names in place of `dns.lookup`, for tests; what it answers is checked like any other address. */
  readonly lookup?: LookupFunction | undefined
}

/** Where pages are read; see the option of this name. */
const isolations = ['inline', 'thread', 'auto'] as const
export type Isolation = (typeof isolations)[number]

type Optional = 'allowedPorts' | 'extractor' | 'keepPagesMs' | 'lookup' | 'maxThreads' | 'threadUrl'

/** Every setting of the crawler, checked. */
export type ResolvedCrawlOptions = {
  readonly [K in Exclude<keyof CrawlOptions, Optional | 'perHost'>]-?: Exclude<CrawlOptions[K], undefined>
} & { readonly [K in Optional]: CrawlOptions[K] } & { readonly perHost: ResolvedPerHost }

const hour = 3_600_000
const mebibyte = 2 ** 20

const defaults = {
  maxBatchSize: 50,
  maxConcurrency: 10,
  allowPrivateNetwork: false,
  userAgent: `riptide-workers/${version} (+https://www.npmjs.com/package/riptide-workers)`,
  respectRobots: true,
  perHost: perHostDefaults,
  cacheTtlMs: 24 * hour,
  pageTimeoutMs: 30_000,
  urlRetries: 1,
  maxSpiderPages: 10_000,
  keepPagesMs: undefined,
  http2: false,
  proxies: {},
  idleTimeoutMs: 10_000,
  connectTimeoutMs: 10_000,
  maxRedirects: 10,
  maxBytes: 10 * mebibyte,
  maxDecodedBytes: 20 * mebibyte,
  maxBufferedBytes: 128 * mebibyte,
  allowedPorts: undefined,
  extractor: undefined,
  extractorVersion: '1',
  isolation: 'auto',
  maxThreads: undefined,
  readTimeoutMs: 10_000,
  readHeapMb: 512,
  threadUrl: undefined,
  maxPdfBytes: 32 * mebibyte,
  maxPdfPages: 1000,
  pdfMemoryMb: 1024,
  pdfTimeoutMs: 60_000,
  lookup: undefined,
} satisfies ResolvedCrawlOptions

/** The settings with every default and check applied; CONFIG_INVALID names what is wrong below `path`. */
export function resolveCrawlOptions(input: CrawlOptions = {}, path = '/crawl'): ResolvedCrawlOptions {
  const given = asObject(input, { path, code: 'CONFIG_INVALID' })
  onlyKeys(given, Object.keys(defaults), { path, code: 'CONFIG_INVALID' })
  const read = readerOf(given, path)
  return Object.freeze({
    maxBatchSize: read('maxBatchSize', between(1, 100_000)),
    maxConcurrency: read('maxConcurrency', between(1, 1000)),
    allowPrivateNetwork: read('allowPrivateNetwork', asPrivateNetwork),
    userAgent: read('userAgent', asUserAgent),
    respectRobots: read('respectRobots', asBoolean),
    perHost: read('perHost', asPerHost),
    cacheTtlMs: read('cacheTtlMs', between(0, 365 * 24 * hour)),
    pageTimeoutMs: read('pageTimeoutMs', between(1, hour)),
    urlRetries: read('urlRetries', between(0, 10)),
    maxSpiderPages: read('maxSpiderPages', between(1, 100_000)),
    keepPagesMs: read('keepPagesMs', between(0, 365 * 24 * hour)),
    http2: read('http2', asBoolean),
    proxies: read('proxies', asProxies),
    idleTimeoutMs: read('idleTimeoutMs', between(1, hour)),
    connectTimeoutMs: read('connectTimeoutMs', between(1, hour)),
    maxRedirects: read('maxRedirects', between(0, 50)),
    maxBytes: read('maxBytes', between(1, 1024 * mebibyte)),
    // Beyond this a decoded page may not fit into one string of V8 (2^29 - 24 characters).
    maxDecodedBytes: read('maxDecodedBytes', between(1, 256 * mebibyte)),
    maxBufferedBytes: read('maxBufferedBytes', between(1, 2 ** 40)),
    allowedPorts: read('allowedPorts', asPorts),
    extractor: read('extractor', asFunction<Extractor>),
    extractorVersion: read('extractorVersion', (value, place) => asText(value, 100, place)),
    isolation: read('isolation', (value, place) => asIsolation(value, given.extractor, place)),
    maxThreads: read('maxThreads', between(1, 64)),
    readTimeoutMs: read('readTimeoutMs', between(1, hour)),
    readHeapMb: read('readHeapMb', between(16, 16_384)),
    threadUrl: read('threadUrl', asThreadUrl),
    maxPdfBytes: read('maxPdfBytes', between(1, 256 * mebibyte)),
    maxPdfPages: read('maxPdfPages', between(1, 100_000)),
    pdfMemoryMb: read('pdfMemoryMb', between(128, 65_536)),
    pdfTimeoutMs: read('pdfTimeoutMs', between(1, hour)),
    lookup: read('lookup', asFunction<LookupFunction>),
  })
}

// -------------------------------------------------------------------------------------------------------------------

type Check<T> = (value: unknown, place: Place) => T

function readerOf(given: Fields, path: string) {
  return <K extends keyof ResolvedCrawlOptions>(
    key: K,
    check: Check<Exclude<ResolvedCrawlOptions[K], undefined>>,
  ): ResolvedCrawlOptions[K] => {
    const value = given[key]
    if (value === undefined) return (defaults as ResolvedCrawlOptions)[key]
    return check(value, { path: pointer(path, key), code: 'CONFIG_INVALID' })
  }
}

function between(min: number, max: number): Check<number> {
  return (value, place) => integerIn(value, min, max, place)
}

/** It goes into a header and is compared with robots.txt: printable ASCII that begins with a product token. */
function asUserAgent(value: unknown, place: Place): string {
  const text = asText(value, 256, place)
  if (/^[A-Za-z_-][\x20-\x7e]*$/.test(text) && !text.endsWith(' ')) return text
  throw wrong(
    'TYPE_MISMATCH',
    place,
    'must be printable ASCII and begin with a name such as "my-crawler/1.0"',
    value,
  )
}

function asPorts(value: unknown, place: Place): readonly number[] {
  if (!Array.isArray(value) || value.length === 0 || value.length > 100) {
    throw wrong('TYPE_MISMATCH', place, 'must be an array of 1 to 100 ports', value)
  }
  const ports: readonly unknown[] = value
  return Object.freeze(
    ports.map((port, i) => integerIn(port, 1, 65_535, { ...place, path: pointer(place.path, i) })),
  )
}

function asIsolation(value: unknown, extractor: unknown, place: Place): Isolation {
  const isolation = oneOf(value, isolations, place)
  if (isolation !== 'thread' || extractor === undefined) return isolation
  throw wrong(
    'FIELDS_CONFLICT',
    place,
    'cannot be "thread" with an extractor: a function cannot be sent to one',
    value,
  )
}

function asThreadUrl(value: unknown, place: Place): string {
  const text = asText(value, 8192, place)
  if (/^file:/.test(text) && URL.canParse(text)) return text
  throw wrong('URL_INVALID', place, 'must be the url of a file', value)
}

function asFunction<T>(value: unknown, place: Place): T {
  if (typeof value !== 'function') throw wrong('TYPE_MISMATCH', place, 'must be a function', value)
  return value as T
}
