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
  /** The most that the `Retry-After` of a robots.txt keeps it from being asked for again, in ms. @default 120_000 */
  readonly maxRetryAfterMs?: number
  /** How many origins are remembered; the one asked for least recently is forgotten first. @default 1000 */
  readonly maxOrigins?: number
}

/** What a robots.txt says of one url. */
export interface RobotsRuling {
  readonly allowed: boolean
  /** The Crawl-delay of its origin, in ms. */
  readonly crawlDelayMs: number | undefined
}

/** A ruling, or for how many ms more the server of the robots.txt does not want to be asked for it. */
export type RobotsAnswer = RobotsRuling | { readonly restMs: number }

/** Knows what the robots.txt of every origin says. */
export interface RobotsGate {
  /**
   * Whether a url may be fetched. Without a robots.txt (4xx but 429, or too many redirects) all may. While one cannot be had none
   * may, and this rejects: with the failure that any page there would meet, such as DNS_FAILED, or with ROBOTS_FORBIDDEN, both
   * retryable as far as they may pass. Where its server has said how long to wait, that is the failure of those who had it
   * asked; all who come before that is over are told how much of it is left. Rejects with the signal's reason too. The deadline
   * stands still while the robots.txt itself has to wait, for its host or for another process that asks for it.
   */
  ask(url: string, signal: AbortSignal, deadline?: Deadline): Promise<RobotsAnswer>
}

/** Asks each origin for its robots.txt once in `ttlMs`, and once at a time. */
export function createRobotsGate(options: RobotsGateOptions): RobotsGate {
  const { fetch, userAgent, clock, shelf, ttlMs = 86_400_000, maxOrigins = 1000 } = options
  const { maxRetryAfterMs = 120_000 } = options
  const known = new Map<string, Entry>()
  const flights = createFlights<Known>()
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
    return askedWaitMs(file, clock.now(), maxRetryAfterMs) ?? failureTtlMs
  }
  const learn = async (origin: string, signal: AbortSignal, deadline: Deadline): Promise<Known> => {
    let isNews = false
    const fetched = (): Promise<KeptRobots> => {
      isNews = true
      return fetchFile(origin, signal, deadline)
    }
    const { file, leftMs } = await (shelf ? shelf.get(origin, fetched, signal, deadline) : fetched())
    throwIfAborted(signal)
    // What another process has put down by a clock that is ahead must not keep a server that is up again from being asked.
    const longest = typeof file === 'string' ? ttlMs : Math.max(failureTtlMs, maxRetryAfterMs)
    const until = clock.monotonic() + Math.min(leftMs, longest)
    if (typeof file === 'string') return { entry: remember(origin, entryOf(file, userAgent, until)), isNews }
    const asksToWait = askedWaitMs(file, clock.now(), maxRetryAfterMs) !== undefined
    // RFC 9309, 2.4: an old copy may serve while no new one can be had.
    const old = known.get(origin)
    const entry =
      old && !isRiptideError(old.answer)
        ? { ...old, until }
        : { answer: file, asksToWait, characters: 0, until }
    return { entry: remember(origin, entry), isNews }
  }
  const look = async (url: string, signal: AbortSignal, deadline?: Deadline): Promise<Known> => {
    throwIfAborted(signal)
    const { origin } = new URL(url)
    const standing = known.get(origin)
    if (standing && clock.monotonic() < standing.until)
      return { entry: remember(origin, standing), isNews: false }
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
      const { entry, isNews } = await look(url, signal, deadline)
      const { answer, until } = entry
      if (isRiptideError(answer)) {
        const restMs = until - clock.monotonic()
        if (!isNews && restMs > 0 && entry.asksToWait) return { restMs }
        throw answer
      }
      const { rules, crawlDelay } = answer
      const crawlDelayMs = crawlDelay === undefined ? undefined : crawlDelay * 1000
      return { allowed: rulesAllow(rules, url), crawlDelayMs }
    },
  }
}

// -------------------------------------------------------------------------------------------------------------------

interface Entry {
  readonly answer: RobotsPolicy | RiptideError
  /** It cannot be had, and its server has said for how long. */
  readonly asksToWait: boolean
  /** What the rules hold in memory: they are parts of the file's text. */
  readonly characters: number
  readonly until: number
}

interface Known {
  readonly entry: Entry
  /** Its origin was asked for it just now. */
  readonly isNews: boolean
}

/** The `Retry-After` of a robots.txt that cannot be had; undefined where it says nothing, or nothing that is still to come. */
function askedWaitMs({ facts }: RiptideError, now: number, maxMs: number): number | undefined {
  const header = typeof facts.retryAfter === 'string' ? facts.retryAfter : undefined
  return retryAfterMs(header, now, maxMs) || undefined
}

/** Short: whoever retries in half a minute shall find a server that is up again. */
const failureTtlMs = 20_000
const mostCharacters = 32 * 1024 * 1024

function entryOf(file: string, userAgent: string, until: number): Entry {
  const answer = policyFor(file, userAgent)
  const characters = answer.rules.length === 0 ? 0 : file.length
  return { answer, asksToWait: false, characters, until }
}
