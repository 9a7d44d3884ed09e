import { type Fields, type Place, asBoolean, asObject, integerIn, oneOf, wrong } from '../core/check.js'
import { RiptideError, describe } from '../core/errors.js'
import { pointer } from '../core/json.js'
import { type CacheMode, cacheModes } from './cache/cache-mode.js'
import { createCookies } from './fetch/cookies.js'
import { checkJobHeaders } from './fetch/job-headers.js'
import { type Proxies, asProxyName } from './fetch/proxies.js'
import { type JobNetwork, plainNetwork } from './job-network.js'
import type { ResolvedCrawlOptions } from './options.js'
import { spiderChecks, spiderWarnings } from './spider/spider-request.js'
import { type Patience, endlessPatience } from './fetch/patience.js'

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
  /** How many times more a url is tried whose failure may pass. */
  readonly urlRetries: number
  /** Who would have to wait for its host for longer fails with a RetryAfterError. */
  readonly patience: Patience
  readonly network: JobNetwork
  /** Whatever of the request had no effect. */
  readonly warnings: readonly string[]
}

/** The part of the crawler's settings that caps and completes a request. */
export type RequestLimits = Pick<
  ResolvedCrawlOptions,
  'maxConcurrency' | 'maxSpiderPages' | 'pageTimeoutMs' | 'urlRetries'
>

/** Checks the options of a crawl; its own answer comes through unchanged. `proxies` are those that it may name. */
export function checkRequest(
  value: unknown,
  { proxies = {} }: { readonly proxies?: Proxies } = {},
): CrawlRequest {
  if (value === undefined || value === null) return {}
  const given = asObject(value, { path: '/options' })
  for (const key of Object.keys(given)) if (/^allow_?private/i.test(key)) throw privateRefused(key)
  const request = whatIsGiven(given)
  for (const [key, check] of Object.entries(checks)) {
    if (request[key] !== undefined) check(request[key], { path: `/options/${key}` })
  }
  if (request.skipExtraction === true && ['markdown', 'text'].includes(asFormat(request.outputFormat))) {
    const rule = 'leaves nothing to make this outputFormat of'
    throw wrong('FIELDS_CONFLICT', { path: '/options/skipExtraction' }, rule, request.outputFormat)
  }
  checkNetwork(request, proxies)
  return request
}

/** What the request means to this worker; `isSpider` for one of a job that follows links by its type. */
export function settingsOf(
  request: CrawlRequest,
  limits: RequestLimits,
  isSpider = request.useSpider === true,
): CrawlSettings {
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
    urlRetries: limits.urlRetries,
    patience: endlessPatience,
    network: networkOf(request),
    warnings: [...warningsOf(request, limits), ...spiderWarnings(request, isSpider, limits)],
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
  headers: checkJobHeaders,
  cookies: asBoolean,
  ...spiderChecks,
}
const known = [...Object.keys(checks), 'proxy']

/** `null` means "not given" for what is known: clients whose language has no missing fields send it for each. */
function whatIsGiven(given: Fields): CrawlRequest {
  const isGiven = ([key, value]: [string, unknown]): boolean =>
    value !== undefined && !(value === null && known.includes(key))
  return Object.fromEntries(Object.entries(given).filter(isGiven))
}

function privateRefused(key: string): RiptideError {
  const path = pointer('/options', key)
  const why = 'only the app can allow private addresses, with its crawl option allowPrivateNetwork'
  return new RiptideError('FIELD_UNKNOWN', `${path}: unknown field ${describe(key)}; ${why}`, { path })
}

function checkNetwork({ proxy, cookies, cacheMode }: CrawlRequest, proxies: Proxies): void {
  if (proxy !== undefined) asProxyName(proxy, proxies, { path: '/options/proxy' })
  if (cookies !== true || cacheMode === undefined || cacheMode === 'bypass') return
  const rule = 'cannot be true with a cacheMode: what a job sees by its own cookies is kept for no other'
  throw wrong('FIELDS_CONFLICT', { path: '/options/cookies' }, rule, cacheMode)
}

/** A jar of its own for each run: what a run before it was given is not kept. */
function networkOf({ headers, proxy, cookies }: CrawlRequest): JobNetwork {
  if (headers === undefined && proxy === undefined && cookies !== true) return plainNetwork
  return {
    headers: headers === undefined ? {} : checkJobHeaders(headers, { path: '/options/headers' }),
    origins: null,
    proxy: typeof proxy === 'string' ? proxy : null,
    cookies: cookies === true ? createCookies() : null,
  }
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
