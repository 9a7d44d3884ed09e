import { type ErrorCode, RiptideError, isRiptideError } from '../../core/errors.js'
import type { Deadline } from '../deadline.js'
import type { FetchedPage } from './fetch-page.js'
import { robotsTextOf } from './robots-body.js'

/** Gets a robots.txt, following at most five redirects; of its body only what counts need be there (`RobotsBody`). */
export type RobotsFetch = (
  url: string,
  signal: AbortSignal,
  deadline: Deadline,
) => Promise<Pick<FetchedPage, 'status' | 'headers' | 'body'>>

/** The text of a robots.txt, '' when there is none, or why that cannot be told. */
export type RobotsFile = string | RiptideError

/** Never rejects. */
export async function readRobotsFile(
  fetch: RobotsFetch,
  url: string,
  signal: AbortSignal,
  deadline: Deadline,
): Promise<RobotsFile> {
  try {
    const { status, headers, body } = await fetch(url, signal, deadline)
    if (status >= 200 && status < 300) return robotsTextOf(body)
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
