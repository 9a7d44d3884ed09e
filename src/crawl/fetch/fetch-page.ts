import type { Dispatcher } from 'undici'
import { abortable } from '../../core/abort.js'
import { type Clock, systemClock } from '../../core/clock.js'
import { RiptideError, describe } from '../../core/errors.js'
import { fetchFailure, wasStaleConnection } from './fetch-failure.js'
import type { GuardedDispatcher } from './guarded-dispatcher.js'
import { type FollowedRedirect, checkChain, redirectTarget } from './redirect.js'
import { checkHeaders, requestHeaders } from './request-headers.js'
import { type BodyLimits, type ReceivedBody, discardBody, readBody } from './response-body.js'
import { type ResponseWatch, watchResponse } from './response-watch.js'
import { type UrlRules, checkUrl } from './url-check.js'

export interface FetchOptions extends UrlRules, BodyLimits {
  readonly dispatcher: GuardedDispatcher
  readonly userAgent: string
  /** Headers of the app's own; they go to the origin of `url` only, never along a redirect to another one. */
  readonly headers?: Readonly<Record<string, string>> | undefined
  readonly signal?: AbortSignal | undefined
  /** From the call to the last byte, redirects and all. */
  readonly totalTimeoutMs: number
  /** Longest silence in the middle of a response. */
  readonly idleTimeoutMs: number
  readonly maxRedirects: number
  /** Called before each request, the first one included; a throw ends the fetch with that error. */
  readonly onHop?: ((url: string, signal: AbortSignal) => void | Promise<void>) | undefined
  readonly clock?: Clock | undefined
}

/** A response of whatever status, its body received and decoded in full. */
export interface FetchedPage {
  /** As asked for. */
  readonly url: string
  /** Where the redirects led, normalised and without a fragment. */
  readonly finalUrl: string
  readonly status: number
  /** By lower-case name; several of one name are joined by commas. `Set-Cookie` is left out: it is a secret. */
  readonly headers: Readonly<Record<string, string>>
  readonly redirects: readonly FollowedRedirect[]
  readonly body: Uint8Array
  /** The size of the last body as received. */
  readonly bytesReceived: number
  readonly contentType: string | null
  readonly fetchedAtMs: number
}

/**
 * Gets a page. Each hop is checked like the first url, all limits hold for the whole way, and any failure is a
 * `RiptideError` with a `FetchErrorCode`, or TIMEOUT, or the reason of the signal. When it settles no socket of it is open
 * but those that are kept for the next request.
 */
export async function fetchPage(url: string, options: FetchOptions): Promise<FetchedPage> {
  const { clock = systemClock, signal, totalTimeoutMs, idleTimeoutMs } = options
  const watch = watchResponse({ clock, signal, totalTimeoutMs, idleTimeoutMs })
  try {
    const arrival = await abortable(follow(url, options, watch), watch.signal)
    return { url, ...arrival, fetchedAtMs: clock.now() }
  } catch (error) {
    throw fetchFailure(error, watch.signal)
  } finally {
    // Wherever it ended: no body may go on coming, and no attempt to connect go on, for nobody.
    watch.abandon()
    watch.end()
  }
}

// -------------------------------------------------------------------------------------------------------------------

type Arrival = Omit<FetchedPage, 'url' | 'fetchedAtMs'>

async function follow(start: string, options: FetchOptions, watch: ResponseWatch): Promise<Arrival> {
  const redirects: FollowedRedirect[] = []
  let own = checkHeaders(options.headers ?? {})
  let url = withoutHash(checkUrl(start, '', options))
  for (;;) {
    await options.onHop?.(url, watch.signal)
    const response = await send(url, own, options, watch.signal)
    const hop = await receive(url, response, redirects, options, watch)
    if (!('location' in hop)) return { finalUrl: url, redirects, ...hop }
    redirects.push(hop)
    // What was meant for one origin must not reach another, nor come back by way of it.
    if (new URL(hop.location).origin !== new URL(url).origin) own = {}
    url = hop.location
  }
}

async function send(
  url: string,
  own: Readonly<Record<string, string>>,
  { dispatcher, userAgent }: FetchOptions,
  signal: AbortSignal,
): Promise<Dispatcher.ResponseData> {
  const { origin, pathname, search } = new URL(url)
  const headers = requestHeaders(userAgent, own)
  const request = { origin, path: `${pathname}${search}`, method: 'GET', headers, signal } as const
  try {
    return await dispatcher.request(request)
  } catch (error) {
    if (signal.aborted || !wasStaleConnection(error)) throw error
    return await dispatcher.request(request)
  }
}

/** What a response is: a redirect that may be followed, or the page. */
async function receive(
  url: string,
  { statusCode: status, headers: raw, body }: Dispatcher.ResponseData,
  redirects: readonly FollowedRedirect[],
  options: FetchOptions,
  watch: ResponseWatch,
): Promise<FollowedRedirect | Omit<Arrival, 'finalUrl' | 'redirects'>> {
  const headers = headersOf(raw)
  requireChunked(headers['transfer-encoding'])
  const location = redirectTarget(url, status, headers, options)
  if (location === undefined) {
    const received: ReceivedBody = await readBody(body, headers, options, watch)
    return { status, headers, contentType: headers['content-type'] ?? null, ...received }
  }
  const redirect = { url, status, location }
  checkChain(redirects, redirect, options.maxRedirects)
  discardBody(body, headers)
  return redirect
}

/** Undici takes a body apart by its chunks and lets every other transfer coding through as if it were the page. */
function requireChunked(header: string | undefined): void {
  if (header === undefined || ['chunked', 'identity'].includes(header.trim().toLowerCase())) return
  const got = describe(header)
  throw new RiptideError('ENCODING_UNSUPPORTED', `the response has the unknown transfer encoding ${got}`)
}

/** Those of which a second one means nothing. */
const single: ReadonlySet<string> = new Set(['content-length', 'content-type', 'location'])

function headersOf(raw: Dispatcher.ResponseData['headers']): Readonly<Record<string, string>> {
  const headers = new Map<string, string>()
  for (const [name, value] of Object.entries(raw)) {
    if (value === undefined || name === 'set-cookie') continue
    const values = typeof value === 'string' ? [value] : value
    headers.set(name, single.has(name) ? (values[0] ?? '') : values.join(', '))
  }
  return Object.fromEntries(headers)
}

function withoutHash(href: string): string {
  const url = new URL(href)
  url.hash = ''
  return url.href
}
