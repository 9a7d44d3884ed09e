import { throwIfAborted } from '../../core/abort.js'
import type { Clock } from '../../core/clock.js'
import { type ErrorCode, RiptideError, isRiptideError } from '../../core/errors.js'
import { createFlights } from '../flights.js'
import { decodeHtml } from './charset.js'
import type { FetchedPage } from './fetch-page.js'
import { type RobotsRule, rulesAllow, rulesFor } from './robots.js'

/** Gets a robots.txt, following at most five redirects. */
export type RobotsFetch = (url: string, signal: AbortSignal) => Promise<Pick<FetchedPage, 'status' | 'body'>>

export interface RobotsGateOptions {
  readonly fetch: RobotsFetch
  readonly userAgent: string
  readonly clock: Clock
  /** How long a robots.txt counts. @default 86_400_000, the longest that RFC 9309 has it */
  readonly ttlMs?: number
  /** How many origins are remembered; the one asked for least recently is forgotten first. @default 1000 */
  readonly maxOrigins?: number
}

/** Knows what the robots.txt of every origin says. */
export interface RobotsGate {
  /**
   * Whether a url may be fetched. Without a robots.txt (4xx, or too many redirects) all may. While one cannot be had none may,
   * and this rejects: with the failure that any page there would meet, such as DNS_FAILED, or with ROBOTS_FORBIDDEN, both
   * retryable as far as they may pass. Rejects with the signal's reason too.
   */
  allowed(url: string, signal: AbortSignal): Promise<boolean>
}

/** Asks each origin for its robots.txt once in `ttlMs`, and once at a time. */
export function createRobotsGate(options: RobotsGateOptions): RobotsGate {
  const { fetch, userAgent, clock, ttlMs = 86_400_000, maxOrigins = 1000 } = options
  const known = new Map<string, Entry>()
  const flights = createFlights<Entry>()
  let characters = 0

  const forget = (origin: string): void => {
    characters -= known.get(origin)?.characters ?? 0
    known.delete(origin)
  }
  const remember = (origin: string, entry: Entry): Entry => {
    forget(origin)
    known.set(origin, entry)
    characters += entry.characters
    for (const oldest of known.keys()) {
      if (oldest === origin || (known.size <= maxOrigins && characters <= mostCharacters)) break
      forget(oldest)
    }
    return entry
  }
  const ask = async (origin: string, signal: AbortSignal): Promise<Entry> => {
    const file = await read(fetch, `${origin}/robots.txt`, signal)
    throwIfAborted(signal)
    if (typeof file === 'string') {
      const rules = rulesFor(file, userAgent)
      const size = rules.length === 0 ? 0 : Math.min(file.length, readCharacters)
      return remember(origin, { answer: rules, characters: size, until: clock.monotonic() + ttlMs })
    }
    // RFC 9309, 2.4: an old copy may serve while no new one can be had.
    const old = known.get(origin)
    const answer = old && !isRiptideError(old.answer) ? old.answer : file
    return remember(origin, {
      answer,
      characters: old?.characters ?? 0,
      until: clock.monotonic() + Math.min(ttlMs, failureTtlMs),
    })
  }

  return {
    async allowed(url, signal) {
      throwIfAborted(signal)
      const { origin } = new URL(url)
      const standing = known.get(origin)
      if (standing && clock.monotonic() < standing.until) {
        remember(origin, standing)
        return judge(standing, url)
      }
      const { value } = await flights.join(origin, signal, (flight) => ask(origin, flight))
      return judge(value, url)
    },
  }
}

// -------------------------------------------------------------------------------------------------------------------

interface Entry {
  readonly answer: readonly RobotsRule[] | RiptideError
  /** What the rules hold in memory: they are parts of the file's text. */
  readonly characters: number
  readonly until: number
}

/** Short: whoever retries in half a minute shall find a server that is up again. */
const failureTtlMs = 20_000
const readCharacters = 500 * 1024
const mostCharacters = 32 * 1024 * 1024

function judge(entry: Entry, url: string): boolean {
  if (isRiptideError(entry.answer)) throw entry.answer
  return rulesAllow(entry.answer, url)
}

/** What any request to the host would end in. */
const hostFailures: ReadonlySet<ErrorCode> = new Set([
  'CONNECT_FAILED',
  'CONNECT_TIMEOUT',
  'DNS_FAILED',
  'TLS_FAILED',
  'URL_BLOCKED',
])

/** The text of a robots.txt, '' when there is none, or why that cannot be told. */
async function read(fetch: RobotsFetch, url: string, signal: AbortSignal): Promise<string | RiptideError> {
  try {
    const { status, body } = await fetch(url, signal)
    // As UTF-8, which RFC 9309 prescribes.
    if (status >= 200 && status < 300)
      return decodeHtml(body.subarray(0, readCharacters + 4), 'text/plain; charset=utf-8').text
    if (status < 500) return ''
    return unreachable(`answered with status ${status}`, { status })
  } catch (error) {
    if (!isRiptideError(error)) return unreachable('could not be fetched', {}, error)
    if (error.code === 'REDIRECT_LIMIT' || error.code === 'REDIRECT_LOOP') return ''
    return hostFailures.has(error.code)
      ? error
      : unreachable(`could not be fetched: ${error.message}`, {}, error)
  }
}

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
