import type { Dispatcher } from 'undici'
import { abortable } from '../../core/abort.js'
import { type Clock, systemClock } from '../../core/clock.js'
import type { TakeTurn } from '../../core/turns.js'
import type { Deadline } from '../deadline.js'
import { type BodyPlace, untimed } from './body-place.js'
import { dropBody } from './drop-body.js'
import { fetchFailure } from './fetch-failure.js'
import type { GuardedDispatcher } from './guarded-dispatcher.js'
import { type HopOptions, hopHeaders, keepCookies } from './hop-headers.js'
import { type FollowedRedirect, checkChain, redirectTarget } from './redirect.js'
import { checkHeaders, requestHeaders } from './request-headers.js'
import {
  type BodyLimits,
  type BodyReader,
  type ReceivedBody,
  discardBody,
  passBody,
  readBody,
} from './response-body.js'
import { headersOf, requireChunked } from './response-head.js'
import { type ResponseWatch, watchResponse } from './response-watch.js'
import { sendRequest } from './send-request.js'
import { type UrlRules, checkUrl } from './url-check.js'
import type { Patience } from './patience.js'

export interface FetchOptions extends UrlRules, BodyLimits, HopOptions {
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
  /**
   * Takes the body of a 2xx as it comes, and may leave before its end, whatever length is announced; the answer has no body then,
   * of whatever status. @default it is collected
   */
  readonly reader?: BodyReader | undefined
  /**
   * Called before each request, the first one included; a throw ends the fetch with that error. What it answers is called once
   * when that request is over, however it ended.
   */
  readonly onHop?: HopStart | undefined
  /** How long a wait `onHop` may impose: it rejects with a RetryAfterError beyond that. @default without end */
  readonly patience?: Patience | undefined
  /** A time limit of the caller's, which is paused whenever `onHop` pauses that of this fetch. */
  readonly deadline?: Deadline | undefined
  /** Where the body goes. Time stands still while there is no room in it. @default room for whatever comes */
  readonly place?: BodyPlace | undefined
  /** Awaited before each part of a body is kept: many may come at once. @default none */
  readonly turn?: TakeTurn | undefined
  readonly clock?: Clock | undefined
}

/** The response to one request: the page, or a redirect on the way to it. */
export interface HopResponse {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** From the request to its headers. */
  readonly latencyMs: number
}

/** Gets what the server answered; undefined where no response came. Must not throw. */
export type HopEnd = (response: HopResponse | undefined) => void

/** Lets one request go. The deadline is that of the whole fetch: waiting for permission need not cost its time. */
export type HopStart = (
  url: string,
  signal: AbortSignal,
  deadline: Deadline,
  patience?: Patience,
) => HopEnd | undefined | Promise<HopEnd | undefined>

/** The answer of a url that redirected, without its body. */
export interface RedirectResponse {
  readonly status: number
  /** As those of a page. */
  readonly headers: Readonly<Record<string, string>>
  /** When the request was sent, and when the headers were there; in ms since the epoch. */
  readonly requestedAtMs: number
  readonly receivedAtMs: number
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
  /** What each of these answered, in their order. */
  readonly redirectResponses: readonly RedirectResponse[]
  readonly body: Uint8Array
  /** The size of the last body as received. */
  readonly bytesReceived: number
  readonly contentType: string | null
  /** When the request for the page itself was sent, and when all of it was there; in ms since the epoch. */
  readonly requestedAtMs: number
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
type Hop = Moved | Omit<Arrival, 'finalUrl' | 'redirects' | 'redirectResponses'>

interface Moved {
  readonly redirect: FollowedRedirect
  readonly response: RedirectResponse
}

interface Received {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Dispatcher.ResponseData['body']
  readonly requestedAtMs: number
  readonly place: BodyPlace | undefined
}

async function follow(start: string, options: FetchOptions, watch: ResponseWatch): Promise<Arrival> {
  const redirects: FollowedRedirect[] = []
  const redirectResponses: RedirectResponse[] = []
  let own = checkHeaders(options.headers ?? {})
  let url = withoutHash(checkUrl(start, '', options))
  for (;;) {
    const hop = await request(url, own, redirects, options, watch)
    if (!('redirect' in hop)) return { finalUrl: url, redirects, redirectResponses, ...hop }
    redirects.push(hop.redirect)
    redirectResponses.push(hop.response)
    const { location } = hop.redirect
    // What was meant for one origin must not reach another, nor come back by way of it.
    if (new URL(location).origin !== new URL(url).origin) own = {}
    url = location
  }
}

/** One request with all that comes before and after it. */
async function request(
  url: string,
  own: Readonly<Record<string, string>>,
  redirects: readonly FollowedRedirect[],
  options: FetchOptions,
  watch: ResponseWatch,
): Promise<Hop> {
  const { clock = systemClock, deadline, onHop } = options
  const time = deadline ? together(deadline, watch) : watch
  const end = await onHop?.(url, watch.signal, time, options.patience)
  const place = untimed(options.place, time)
  let answered: HopResponse | undefined
  try {
    await place?.enter()
    const startedAt = clock.monotonic()
    const requestedAtMs = clock.now()
    const { statusCode: status, headers: raw, body } = await send(url, own, options, watch.signal)
    const headers = headersOf(raw)
    await keepCookies(url, raw['set-cookie'], options)
    answered = { status, headers, latencyMs: clock.monotonic() - startedAt }
    return await receive(url, { status, headers, body, requestedAtMs, place }, redirects, options, watch)
  } finally {
    end?.(answered)
  }
}

/** Pauses both, and lets both go on. */
function together(one: Deadline, other: Deadline): Deadline {
  return {
    pause() {
      const resumes = [one.pause(), other.pause()]
      return () => resumes.forEach((resume) => resume())
    },
  }
}

async function send(
  url: string,
  own: Readonly<Record<string, string>>,
  options: FetchOptions,
  signal: AbortSignal,
): Promise<Dispatcher.ResponseData> {
  const { dispatcher, userAgent } = options
  const { origin, pathname, search } = new URL(url)
  const headers = requestHeaders(userAgent, own, await hopHeaders(url, options))
  return sendRequest(dispatcher, { origin, path: `${pathname}${search}`, method: 'GET', headers, signal })
}

/** What a response is: a redirect that may be followed, or the page. */
async function receive(
  url: string,
  { status, headers, body, requestedAtMs, place }: Received,
  redirects: readonly FollowedRedirect[],
  options: FetchOptions,
  watch: ResponseWatch,
): Promise<Hop> {
  const { clock = systemClock } = options
  const receivedAtMs = clock.now()
  requireChunked(headers['transfer-encoding'])
  const location = redirectTarget(url, status, headers, options)
  if (location === undefined) {
    const received = await bodyOf({ status, headers, body, requestedAtMs, place }, options, watch)
    return { status, headers, contentType: headers['content-type'] ?? null, requestedAtMs, ...received }
  }
  const redirect = { url, status, location }
  checkChain(redirects, redirect, options.maxRedirects)
  discardBody(body, headers, clock)
  place?.empty()
  return { redirect, response: { status, headers, requestedAtMs, receivedAtMs } }
}

/** A 204 or 304 has none, whatever length it says: a 304 says that of what it does not send (RFC 9110, 8.6). */
async function bodyOf(
  { status, headers, body, place }: Received,
  options: FetchOptions,
  watch: ResponseWatch,
): Promise<ReceivedBody> {
  const { reader, clock = systemClock } = options
  const isSuccess = status >= 200 && status <= 299
  if (reader !== undefined && isSuccess) return passBody(body, headers, options, watch, reader)
  if (status === 204 || status === 304) {
    discardBody(body, { 'content-length': '0' }, clock)
    return { body: new Uint8Array(), bytesReceived: 0 }
  }
  // Whoever reads a file as it comes has no use for the page that says why there is none.
  if (reader !== undefined) return { body: new Uint8Array(), bytesReceived: await dropBody(body, clock) }
  return readBody(body, headers, options, watch, { place, turn: options.turn })
}

function withoutHash(href: string): string {
  const url = new URL(href)
  url.hash = ''
  return url.href
}
