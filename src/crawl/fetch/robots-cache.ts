import { throwIfAborted } from '../../core/abort.js'
import type { Clock } from '../../core/clock.js'
import { type RiptideError, isRiptideError } from '../../core/errors.js'
import type { Deadline } from '../deadline.js'
import { createFlights } from '../flights.js'
import { retryAfterMs } from '../retry-after.js'
import { type RobotsPolicy, policyFor, rulesAllow } from './robots.js'
import { type RobotsFetch, type RobotsFile, readRobotsFile } from './robots-file.js'
import type { KeptRobots, RobotsShelf } from './robots-shelf.js'

export interface RobotsGateOptions {
  readonly fetch: RobotsFetch
  readonly userAgent: string
  readonly clock: Clock
  /** Where other processes keep theirs. */
  readonly shelf?: RobotsShelf
  /** How long a robots.txt counts. @default 86_400_000, the longest that RFC 9309 has it */
  readonly ttlMs?: number
  /** The most that the `Retry-After` of a robots.txt that cannot be had keeps it from being asked for again, in ms. @default 120_000 */
  readonly maxRetryAfterMs?: number
  /** How many origins are remembered; the one asked for least recently is forgotten first. @default 1000 */
  readonly maxOrigins?: number
}

/** What a robots.txt says of one url. */
export interface RobotsAnswer {
  readonly allowed: boolean
  /** The Crawl-delay of its origin, in ms. */
  readonly crawlDelayMs: number | undefined
}

/** Knows what the robots.txt of every origin says. */
export interface RobotsGate {
  /**
   * Whether a url may be fetched. Without a robots.txt (4xx but 429, or too many redirects) all may. While one cannot be had none
   * may, and this rejects: with the failure that any page there would meet, such as DNS_FAILED, or with ROBOTS_FORBIDDEN, both
   * retryable as far as they may pass. Rejects with the signal's reason too. The deadline stands still while the robots.txt
   * itself has to wait, for its host or for another process that asks for it.
   */
  ask(url: string, signal: AbortSignal, deadline?: Deadline): Promise<RobotsAnswer>
}

/** Asks each origin for its robots.txt once in `ttlMs`, and once at a time. */
export function createRobotsGate(options: RobotsGateOptions): RobotsGate {
  const { fetch, userAgent, clock, shelf, ttlMs = 86_400_000, maxOrigins = 1000 } = options
  const { maxRetryAfterMs = 120_000 } = options
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
  const fetchFile = async (origin: string, signal: AbortSignal, deadline: Deadline): Promise<KeptRobots> => {
    const file = await readRobotsFile(fetch, `${origin}/robots.txt`, signal, deadline)
    throwIfAborted(signal)
    return { file, leftMs: Math.min(ttlMs, lastsMs(file)) }
  }
  const lastsMs = (file: RobotsFile): number => {
    if (typeof file === 'string') return ttlMs
    const { retryAfter } = file.facts
    const header = typeof retryAfter === 'string' ? retryAfter : undefined
    return Math.max(failureTtlMs, retryAfterMs(header, clock.now(), maxRetryAfterMs) ?? 0)
  }
  const learn = async (origin: string, signal: AbortSignal, deadline: Deadline): Promise<Entry> => {
    const fetched = (): Promise<KeptRobots> => fetchFile(origin, signal, deadline)
    const { file, leftMs } = await (shelf ? shelf.get(origin, fetched, signal, deadline) : fetched())
    throwIfAborted(signal)
    // What another process has put down by a clock that is ahead must not keep a server that is up again from being asked.
    const longest = typeof file === 'string' ? ttlMs : Math.max(failureTtlMs, maxRetryAfterMs)
    const until = clock.monotonic() + Math.min(leftMs, longest)
    if (typeof file === 'string') return remember(origin, entryOf(file, userAgent, until))
    // RFC 9309, 2.4: an old copy may serve while no new one can be had.
    const old = known.get(origin)
    return remember(
      origin,
      old && !isRiptideError(old.answer) ? { ...old, until } : { answer: file, characters: 0, until },
    )
  }
  const look = async (url: string, signal: AbortSignal, deadline?: Deadline): Promise<Entry> => {
    throwIfAborted(signal)
    const { origin } = new URL(url)
    const standing = known.get(origin)
    if (standing && clock.monotonic() < standing.until) return remember(origin, standing)
    const { value } = await flights.join(
      origin,
      signal,
      (flight, group) => learn(origin, flight, group),
      deadline,
    )
    return value
  }

  return {
    async ask(url, signal, deadline) {
      const { answer } = await look(url, signal, deadline)
      if (isRiptideError(answer)) throw answer
      const { rules, crawlDelay } = answer
      const crawlDelayMs = crawlDelay === undefined ? undefined : crawlDelay * 1000
      return { allowed: rulesAllow(rules, url), crawlDelayMs }
    },
  }
}

// -------------------------------------------------------------------------------------------------------------------

interface Entry {
  readonly answer: RobotsPolicy | RiptideError
  /** What the rules hold in memory: they are parts of the file's text. */
  readonly characters: number
  readonly until: number
}

/** Short: whoever retries in half a minute shall find a server that is up again. */
const failureTtlMs = 20_000
const mostCharacters = 32 * 1024 * 1024

function entryOf(file: string, userAgent: string, until: number): Entry {
  const answer = policyFor(file, userAgent)
  return { answer, characters: answer.rules.length === 0 ? 0 : file.length, until }
}
