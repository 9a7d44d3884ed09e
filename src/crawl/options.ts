import type { LookupFunction } from 'node:net'
import {
  type Fields,
  type Place,
  asBoolean,
  asObject,
  asText,
  integerIn,
  onlyKeys,
  wrong,
} from '../core/check.js'
import { pointer } from '../core/json.js'
import { version } from '../core/version.js'
import type { ExtractedDocument } from './extract/extract-document.js'
import { asPrivateNetwork } from './fetch/private-network.js'

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
  /** How long a stored page is fresh, in ms; 0 stores none. @default 86_400_000 */
  readonly cacheTtlMs?: number | undefined
  /** Longest time for one url, all included; a job's `timeoutMs` option replaces it. @default 30_000 */
  readonly pageTimeoutMs?: number | undefined
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
  /** Ports that a url may name. @default [80, 443, 8080, 8443] */
  readonly allowedPorts?: readonly number[] | undefined
  /** Takes the place of `extractDocument`. */
  readonly extractor?: Extractor | undefined
  /** Stands in the cache key beside your `extractor`: change it whenever that answers differently. @default '1' */
  readonly extractorVersion?: string | undefined
  /** Resolves names in place of `dns.lookup`, for tests; what it answers is checked like any other address. */
  readonly lookup?: LookupFunction | undefined
}

type Optional = 'allowedPorts' | 'extractor' | 'lookup'

/** Every setting of the crawler, checked. */
export type ResolvedCrawlOptions = {
  readonly [K in Exclude<keyof CrawlOptions, Optional>]-?: Exclude<CrawlOptions[K], undefined>
} & { readonly [K in Optional]: CrawlOptions[K] }

const hour = 3_600_000
const mebibyte = 2 ** 20

const defaults = {
  maxBatchSize: 50,
  maxConcurrency: 10,
  allowPrivateNetwork: false,
  userAgent: `riptide-workers/${version} (+https://www.npmjs.com/package/riptide-workers)`,
  respectRobots: true,
  cacheTtlMs: 24 * hour,
  pageTimeoutMs: 30_000,
  idleTimeoutMs: 10_000,
  connectTimeoutMs: 10_000,
  maxRedirects: 10,
  maxBytes: 10 * mebibyte,
  maxDecodedBytes: 20 * mebibyte,
  allowedPorts: undefined,
  extractor: undefined,
  extractorVersion: '1',
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
    cacheTtlMs: read('cacheTtlMs', between(0, 365 * 24 * hour)),
    pageTimeoutMs: read('pageTimeoutMs', between(1, hour)),
    idleTimeoutMs: read('idleTimeoutMs', between(1, hour)),
    connectTimeoutMs: read('connectTimeoutMs', between(1, hour)),
    maxRedirects: read('maxRedirects', between(0, 50)),
    maxBytes: read('maxBytes', between(1, 1024 * mebibyte)),
    // Beyond this a decoded page may not fit into one string of V8 (2^29 - 24 characters).
    maxDecodedBytes: read('maxDecodedBytes', between(1, 256 * mebibyte)),
    allowedPorts: read('allowedPorts', asPorts),
    extractor: read('extractor', asFunction<Extractor>),
    extractorVersion: read('extractorVersion', (value, place) => asText(value, 100, place)),
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

function asFunction<T>(value: unknown, place: Place): T {
  if (typeof value !== 'function') throw wrong('TYPE_MISMATCH', place, 'must be a function', value)
  return value as T
}
