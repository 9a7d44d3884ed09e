import { type ErrorCode, RiptideError, isRiptideError } from '../../core/errors.js'
import type { Deadline } from '../deadline.js'
import { decodeHtml } from './charset.js'
import type { FetchedPage } from './fetch-page.js'

/** Gets a robots.txt, following at most five redirects. */
export type RobotsFetch = (
  url: string,
  signal: AbortSignal,
  deadline: Deadline,
) => Promise<Pick<FetchedPage, 'status' | 'headers' | 'body'>>

/** The text of a robots.txt, '' when there is none, or why that cannot be told. */
export type RobotsFile = string | RiptideError

/** So much of the text counts: 500 KiB, the least that RFC 9309 has a crawler read. */
export const readCharacters = 500 * 1024

/** Never rejects. */
export async function readRobotsFile(
  fetch: RobotsFetch,
  url: string,
  signal: AbortSignal,
  deadline: Deadline,
): Promise<RobotsFile> {
  try {
    const { status, headers, body } = await fetch(url, signal, deadline)
    // As UTF-8, which RFC 9309 prescribes.
    if (status >= 200 && status < 300)
      return decodeHtml(body.subarray(0, readCharacters + 4), 'text/plain; charset=utf-8').text
    // RFC 9309, 2.3.1.3 has every 4xx mean that there is none. But 429 is a server with too much to do, which is not asked to do
    // more: it counts as a 5xx, as Google has it too.
    if (status < 500 && status !== 429) return ''
    const retryAfter = headers['retry-after']?.slice(0, 100)
    return unreachable(`answered with status ${status}`, {
      status,
      ...(retryAfter === undefined ? {} : { retryAfter }),
    })
  } catch (error) {
    if (!isRiptideError(error)) return unreachable('could not be fetched', {}, error)
    if (error.code === 'REDIRECT_LIMIT' || error.code === 'REDIRECT_LOOP') return ''
    return hostFailures.has(error.code)
      ? error
      : unreachable(`could not be fetched: ${error.message}`, {}, error)
  }
}

// -------------------------------------------------------------------------------------------------------------------

/** What any request to the host would end in. */
const hostFailures: ReadonlySet<ErrorCode> = new Set([
  'CONNECT_FAILED',
  'CONNECT_TIMEOUT',
  'DNS_FAILED',
  'TLS_FAILED',
  'URL_BLOCKED',
])

function unreachable(why: string, facts: Readonly<Record<string, unknown>>, cause?: unknown): RiptideError {
  return new RiptideError(
    'ROBOTS_FORBIDDEN',
    `robots.txt ${why}; until it can be read nothing there may be fetched`,
    {
      retryable: true,
      facts,
      ...(cause === undefined ? {} : { cause }),
    },
  )
}
