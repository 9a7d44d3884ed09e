import type { Clock } from '../core/clock.js'
import { RetryAfterError } from '../core/errors.js'
import { type Patience, endlessPatience, longestInSlotMs } from './fetch/patience.js'
import type { Journal } from './journal.js'
import { hostOf } from './politeness/host-of.js'

/** The next run reads again what was kept: that shall be a small part of the wait. */
const timesRestoring = 20

export interface HostWaitsDeps {
  readonly clock: Clock
  readonly journal: Journal
  /** How long it took to read what earlier runs had kept, in ms. */
  readonly restoreMs: number
}

/**
 * The hosts that have asked all to stay away, as far as a job has met them. It goes on with its other urls meanwhile; when there are
 * none left it gives its worker's slot back until the first of these hosts is open again.
 */
export class HostWaits {
  readonly #deps: HostWaitsDeps
  /** Until when each is closed, by the monotonic clock. */
  readonly #closed = new Map<string, number>()

  constructor(deps: HostWaitsDeps) {
    this.#deps = deps
  }

  /** How long a url waits before it is sent away: without end where a later run would have to begin anew. */
  get patience(): Patience {
    const { journal, restoreMs } = this.#deps
    if (!journal.keeps) return endlessPatience
    return { ms: Math.max(longestInSlotMs, timesRestoring * restoreMs), of: 'closure' }
  }

  /** A url of its host was sent away: no other need be. */
  add({ retryAfterMs, facts }: RetryAfterError): void {
    this.#closed.set(String(facts.host), this.#deps.clock.monotonic() + retryAfterMs)
  }

  /** The host of this url is among them. */
  isClosed(url: string): boolean {
    const until = this.#closed.size === 0 || !URL.canParse(url) ? undefined : this.#closed.get(hostOf(url))
    return until !== undefined && until > this.#deps.clock.monotonic()
  }

  /** Nothing else is left to do. Throws what gives the slot back; returns when it is better kept, and all are tried again. */
  comeBack(): void {
    const ms = Math.min(...this.#closed.values()) - this.#deps.clock.monotonic()
    const isFar = this.#closed.size > 0 && ms > this.patience.ms
    this.#closed.clear()
    if (!isFar) return
    const text = `all that is left to fetch is on hosts that want no request for ${Math.ceil(ms / 1000)} s`
    throw new RetryAfterError(text, ms, { countsAsAttempt: false })
  }
}
