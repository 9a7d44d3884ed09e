import { type Fields, type Place, asBoolean, asObject, integerIn, oneOf, wrong } from '../core/check.js'
import { RiptideError, describe } from '../core/errors.js'
import { pointer } from '../core/json.js'
import type { ResolvedCrawlOptions } from './options.js'

/** How a page meets the cache; `enabled` is another word for `read_through`. */
export const cacheModes = ['read_through', 'enabled', 'bypass', 'refresh'] as const
export type CacheMode = (typeof cacheModes)[number]

/** What a page of the result holds: the whole document, or one text. */
export const outputFormats = ['document', 'markdown', 'text', 'html'] as const
export type OutputFormat = (typeof outputFormats)[number]

/** What a job asks for, as it is stored: nothing filled in, so that the worker's own defaults and caps apply. */
export type CrawlRequest = Readonly<Record<string, unknown>>

/** What a job asks for, with the worker's defaults and caps. */
export interface CrawlSettings {
  readonly concurrency: number
  readonly cacheMode: CacheMode
  readonly outputFormat: OutputFormat
  readonly timeoutMs: number
  /** Whatever of the request had no effect. */
  readonly warnings: readonly string[]
}

/** The part of the crawler's settings that caps and completes a request. */
export type RequestLimits = Pick<ResolvedCrawlOptions, 'maxConcurrency' | 'pageTimeoutMs'>

/** Checks the options of a crawl; its own answer comes through unchanged. */
export function checkRequest(value: unknown): CrawlRequest {
  if (value === undefined || value === null) return {}
  const given = asObject(value, { path: '/options' })
  for (const key of Object.keys(given)) if (/^allow_?private/i.test(key)) throw privateRefused(key)
  const request = whatIsGiven(given)
  refuseSpider(request)
  for (const [key, check] of Object.entries(checks)) {
    if (request[key] !== undefined) check(request[key], { path: `/options/${key}` })
  }
  if (request.skipExtraction === true && ['markdown', 'text'].includes(asFormat(request.outputFormat))) {
    const rule = 'leaves nothing to make this outputFormat of'
    throw wrong('FIELDS_CONFLICT', { path: '/options/skipExtraction' }, rule, request.outputFormat)
  }
  return request
}

/** What the request means to this worker. */
export function settingsOf(request: CrawlRequest, limits: RequestLimits): CrawlSettings {
  const concurrency = typeof request.concurrency === 'number' ? request.concurrency : limits.maxConcurrency
  const outputFormat = asFormat(request.outputFormat)
  return {
    concurrency: Math.min(concurrency, limits.maxConcurrency),
    cacheMode:
      request.cacheMode === undefined
        ? 'read_through'
        : oneOf(request.cacheMode, cacheModes, { path: '/options/cacheMode' }),
    outputFormat: request.skipExtraction === true ? 'html' : outputFormat,
    timeoutMs: typeof request.timeoutMs === 'number' ? request.timeoutMs : limits.pageTimeoutMs,
    warnings: warningsOf(request, limits),
  }
}

// -------------------------------------------------------------------------------------------------------------------

const longestTimeout = 3_600_000

const checks: Readonly<Record<string, (value: unknown, place: Place) => unknown>> = {
  concurrency: (value, place) => integerIn(value, 1, Number.MAX_SAFE_INTEGER, place),
  cacheMode: (value, place) => oneOf(value, cacheModes, place),
  outputFormat: (value, place) => oneOf(value, outputFormats, place),
  timeoutMs: (value, place) => integerIn(value, 1, longestTimeout, place),
  skipExtraction: asBoolean,
}
const known = [...Object.keys(checks), 'useSpider', 'spiderMaxDepth', 'spiderStrategy']

/** `null` means "not given" for what is known: clients whose language has no missing fields send it for each. */
function whatIsGiven(given: Fields): CrawlRequest {
  const isGiven = ([key, value]: [string, unknown]): boolean =>
    value !== undefined && !(value === null && known.includes(key))
  return Object.fromEntries(Object.entries(given).filter(isGiven))
}

function refuseSpider({ useSpider, spiderMaxDepth, spiderStrategy }: CrawlRequest): void {
  if (useSpider !== undefined && asBoolean(useSpider, { path: '/options/useSpider' }))
    throw notBuilt('useSpider')
  if (spiderMaxDepth !== undefined) throw notBuilt('spiderMaxDepth')
  if (spiderStrategy !== undefined) throw notBuilt('spiderStrategy')
}

function notBuilt(key: string): RiptideError {
  const path = `/options/${key}`
  return new RiptideError(
    'NOT_SUPPORTED',
    `${path}: following the links of a page is not supported yet; list its urls instead`,
    { path },
  )
}

function privateRefused(key: string): RiptideError {
  const path = pointer('/options', key)
  const why = 'only the app can allow private addresses, with its crawl option allowPrivateNetwork'
  return new RiptideError('FIELD_UNKNOWN', `${path}: unknown field ${describe(key)}; ${why}`, { path })
}

function asFormat(value: unknown): OutputFormat {
  return value === undefined ? 'document' : oneOf(value, outputFormats, { path: '/options/outputFormat' })
}

const mostWarnings = 20

function warningsOf(request: CrawlRequest, limits: RequestLimits): readonly string[] {
  const ignored = Object.keys(request).filter((key) => !known.includes(key))
  const warnings = ignored
    .slice(0, mostWarnings)
    .map((key) => `the option ${describe(key)} is unknown and was ignored`)
  if (ignored.length > mostWarnings)
    warnings.push(`${ignored.length - mostWarnings} more unknown options were ignored`)
  if (typeof request.concurrency === 'number' && request.concurrency > limits.maxConcurrency) {
    warnings.push(
      `the concurrency ${request.concurrency} was lowered to ${limits.maxConcurrency}, the most that is allowed here`,
    )
  }
  return warnings
}
