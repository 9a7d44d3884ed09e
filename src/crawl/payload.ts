import { asObject, onlyKeys, wrong } from '../core/check.js'
import { isRiptideError } from '../core/errors.js'
import { pointer } from '../core/json.js'
import { type CrawlRequest, checkRequest } from './crawl-request.js'
import { checkUrl } from './fetch/url-check.js'
import type { ResolvedCrawlOptions } from './options.js'

export interface SingleCrawl {
  readonly url: string
  readonly options: CrawlRequest
}

export interface BatchCrawl {
  readonly urls: readonly string[]
  readonly options: CrawlRequest
}

/** The part of the crawler's settings that a submission is checked against. */
export type PayloadLimits = Pick<
  ResolvedCrawlOptions,
  'maxBatchSize' | 'allowPrivateNetwork' | 'allowedPorts'
> &
  Partial<Pick<ResolvedCrawlOptions, 'proxies'>>

/** Checks and normalises what a `single_crawl` is submitted with; its own answer comes through unchanged. */
export function checkSingleCrawl(payload: unknown, limits: PayloadLimits): SingleCrawl {
  const given = asObject(payload, { path: '' })
  onlyKeys(given, ['url', 'options'], { path: '' })
  if (given.url === undefined || given.url === null)
    throw wrong('REQUIRED', { path: '/url' }, 'is required', given.url)
  const href = checkUrl(given.url, '/url', limits)
  return { url: shownUrl(given.url, href), options: checkRequest(given.options, limits) }
}

/**
 * Checks and normalises what a `batch_crawl` is submitted with. A string that is no url, or one that may not be crawled,
 * is let through: it becomes a page with that error, because one bad url never fails its batch.
 */
export function checkBatchCrawl(payload: unknown, limits: PayloadLimits): BatchCrawl {
  const given = asObject(payload, { path: '' })
  onlyKeys(given, ['urls', 'options'], { path: '' })
  const urls = checkUrls(given.urls, limits)
  return { urls, options: checkRequest(given.options, limits) }
}

/**
 * Checks and normalises what a `spider_crawl` is submitted with: a `url`, which is refused like that of a `single_crawl`, or
 * `urls`, which are let through like those of a batch. The answer has `urls`, and comes through unchanged.
 */
export function checkSpiderCrawl(payload: unknown, limits: PayloadLimits): BatchCrawl {
  const given = asObject(payload, { path: '' })
  onlyKeys(given, ['url', 'urls', 'options'], { path: '' })
  const { url, urls } = given
  const hasUrl = url !== undefined && url !== null
  if (hasUrl && urls !== undefined && urls !== null)
    throw wrong('FIELDS_CONFLICT', { path: '/url' }, 'and "urls" cannot both be given', url)
  if (!hasUrl && (urls === undefined || urls === null))
    throw wrong('REQUIRED', { path: '/url' }, 'is required, or "urls"', url)
  const options = checkRequest(given.options, limits)
  if (options.useSpider === false)
    throw wrong('FIELDS_CONFLICT', { path: '/options/useSpider' }, 'must not be false here', false)
  return { urls: hasUrl ? [shownUrl(url, checkUrl(url, '/url', limits))] : checkUrls(urls, limits), options }
}

// -------------------------------------------------------------------------------------------------------------------

function checkUrls(value: unknown, limits: PayloadLimits): string[] {
  const place = { path: '/urls' }
  if (value === undefined || value === null) throw wrong('REQUIRED', place, 'is required', value)
  if (!Array.isArray(value)) throw wrong('URLS_INVALID', place, 'must be an array of urls', value)
  if (value.length === 0) throw wrong('URLS_INVALID', place, 'must have at least one url', value)
  if (value.length > limits.maxBatchSize) {
    throw wrong('RANGE', place, `must have at most ${limits.maxBatchSize} urls`, value, {
      limit: limits.maxBatchSize,
    })
  }
  const items: readonly unknown[] = value
  // Array.from visits holes, which `map` would pass over.
  return Array.from(items, (item, i) => {
    if (typeof item !== 'string')
      throw wrong('URLS_INVALID', { path: pointer('/urls', i) }, 'must be a url, as a string', item)
    return batchUrl(item, limits)
  })
}

function batchUrl(item: string, limits: PayloadLimits): string {
  try {
    return shownUrl(item, checkUrl(item, '', limits))
  } catch (error) {
    if (isRiptideError(error)) return withoutCredentials(item)
    throw error
  }
}

/** What is refused later is stored and shown until then: no secret shall be, in whatever spelling. */
function withoutCredentials(item: string): string {
  if (!item.includes('@')) return item
  const url = URL.canParse(item) ? new URL(item) : undefined
  if (url && (url.username !== '' || url.password !== '')) {
    url.username = '***'
    url.password = '***'
    return url.href
  }
  // What stands before an `@` in a whole url can only be its path; of anything else nobody knows where its parts end.
  if (url && url.host !== '') return item
  const beginning = /^(?:[a-z][a-z\d+.-]*:){0,3}[\\/]+/i.exec(item)?.[0] ?? ''
  return `${beginning}***${item.slice(item.lastIndexOf('@'))}`
}

/**
 * The url as it is stored and shown: as it came, so that a caller finds it again in the result; but normalised (punycode)
 * where it holds anything beside plain ASCII, which can look like another host than it is.
 */
function shownUrl(given: unknown, href: string): string {
  return typeof given === 'string' && /^[\x21-\x7e]+$/.test(given) ? given : href
}
