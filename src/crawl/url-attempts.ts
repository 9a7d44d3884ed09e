import type { Clock } from '../core/clock.js'
import type { ErrorCode } from '../core/errors.js'
import { type RiptideError, isRiptideError } from '../core/errors.js'
import type { Random } from '../core/random.js'
import type { Deadline } from './deadline.js'
import { retryAfterMs } from './retry-after.js'

/** What one try of a url came to; `failure` says whether another one may help. */
export interface Tried<T> {
  readonly value: T
  readonly failure: RiptideError | null
}

export interface AttemptRules {
  /** How many times more a url is tried. */
  readonly retries: number
  /** For all tries and the pauses between them. */
  readonly timeoutMs: number
  /** A server that asks to wait longer is not asked again. */
  readonly longestWaitMs: number
  readonly clock: Clock
  readonly random: Random
  readonly signal: AbortSignal
  readonly deadline: Deadline
}

/**
 * Tries again what may go better: after half a second, then after twice as long as before, up to half of it chance. Not
 * where the time limit would be over before the next try: then the failure that there is says more.
 */
export async function attemptUrl<T>(
  rules: AttemptRules,
  attempt: (deadline: Deadline, count: number) => Promise<Tried<T>>,
): Promise<T> {
  const { retries, clock, random, signal, timeoutMs } = rules
  const watch = createStopwatch(clock, rules.deadline)
  for (let count = 1; ; count++) {
    const outcome = await settled(attempt(watch, count))
    const failure = outcome.failure
    const pauseMs = firstPauseMs * 2 ** (count - 1) * (1 - random() / 2)
    const isWorthIt = failure !== null && mayPass(failure, rules) && pauseMs < timeoutMs - watch.ms()
    if (count > retries || !isWorthIt || signal.aborted) return outcome.get()
    await clock.sleep(pauseMs, signal)
  }
}

// -------------------------------------------------------------------------------------------------------------------

const firstPauseMs = 500

const passing: ReadonlySet<ErrorCode> = new Set([
  'CONNECT_FAILED',
  'CONNECT_TIMEOUT',
  'DNS_FAILED',
  'FETCH_FAILED',
  'HTTP_STATUS',
  'RESPONSE_IDLE',
])

function mayPass({ code, retryable, facts }: RiptideError, { clock, longestWaitMs }: AttemptRules): boolean {
  const header = typeof facts.retryAfter === 'string' ? facts.retryAfter : undefined
  const wait = retryAfterMs(header, clock.now(), Infinity) ?? 0
  // That a robots.txt cannot be had is remembered for longer than any pause here; but what its server asks for is waited for.
  const isPassing = passing.has(code) || (code === 'ROBOTS_FORBIDDEN' && wait > 0)
  return retryable && isPassing && wait <= longestWaitMs
}

interface Outcome<T> {
  readonly failure: RiptideError | null
  get(): T
}

async function settled<T>(attempt: Promise<Tried<T>>): Promise<Outcome<T>> {
  try {
    const { value, failure } = await attempt
    return { failure, get: () => value }
  } catch (error) {
    const get = (): never => {
      throw error
    }
    return { failure: isRiptideError(error) ? error : null, get }
  }
}

/** Counts the time in which the deadline was not paused. */
function createStopwatch(clock: Clock, deadline: Deadline): Deadline & { ms(): number } {
  const start = clock.monotonic()
  let pauses = 0
  let pausedAt = 0
  let pausedMs = 0
  return {
    ms: () => clock.monotonic() - start - pausedMs - (pauses > 0 ? clock.monotonic() - pausedAt : 0),
    pause() {
      const resume = deadline.pause()
      if (pauses++ === 0) pausedAt = clock.monotonic()
      let isPaused = true
      return () => {
        resume()
        if (!isPaused) return
        isPaused = false
        if (--pauses === 0) pausedMs += clock.monotonic() - pausedAt
      }
    },
  }
}
