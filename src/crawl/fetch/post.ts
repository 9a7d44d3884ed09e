import type { Dispatcher } from 'undici'
import { abortable } from '../../core/abort.js'
import type { Clock } from '../../core/clock.js'
import { dropBody } from './drop-body.js'
import { fetchFailure } from './fetch-failure.js'
import type { GuardedDispatcher } from './guarded-dispatcher.js'
import { watchResponse } from './response-watch.js'
import { sendRequest } from './send-request.js'
import { type UrlRules, checkUrl } from './url-check.js'

export interface PostOptions extends UrlRules {
  readonly dispatcher: GuardedDispatcher
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly signal: AbortSignal
  /** From the call to the head of the answer. */
  readonly totalTimeoutMs: number
  readonly clock: Clock
}

/** The head of an answer. */
export interface Posted {
  readonly status: number
  readonly retryAfter: string | undefined
}

/**
 * Posts a text to a url that is checked as one of a crawl is, by its text and where the connection is made. A redirect is an
 * answer like any other. The body of the answer is dropped: at most 64 KiB of it and a second are spent on getting rid of it,
 * so that the connection can serve again. Rejects as `fetchPage` does.
 */
export async function post(url: string, options: PostOptions): Promise<Posted> {
  const { clock, signal, totalTimeoutMs } = options
  const what = 'the answer to the request'
  const watch = watchResponse({ clock, signal, totalTimeoutMs, idleTimeoutMs: totalTimeoutMs, what })
  try {
    const response = await abortable(send(url, options, watch.signal), watch.signal)
    const { statusCode: status, headers, body } = response
    await dropBody(body, clock)
    return { status, retryAfter: textOf(headers['retry-after']) }
  } catch (error) {
    throw fetchFailure(error, watch.signal)
  } finally {
    watch.abandon()
    watch.end()
  }
}

// -------------------------------------------------------------------------------------------------------------------

async function send(
  url: string,
  options: PostOptions,
  signal: AbortSignal,
): Promise<Dispatcher.ResponseData> {
  const { origin, pathname, search } = new URL(checkUrl(url, 'the url', options))
  const { dispatcher, headers, body } = options
  // Nobody reads the answer: it need not be packed.
  const all = { accept: '*/*', ...headers, 'accept-encoding': 'identity' }
  const path = `${pathname}${search}`
  return sendRequest(dispatcher, { origin, path, method: 'POST', headers: all, body, signal })
}

function textOf(header: string | string[] | undefined): string | undefined {
  return typeof header === 'string' ? header : header?.[0]
}
