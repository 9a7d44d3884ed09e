import type { Clock } from '../core/clock.js'
import { RetryAfterError } from '../core/errors.js'
import type { Journal } from './journal.js'
import { type Patience, endlessPatience } from './fetch/patience.js'

/** To give a worker's slot back and take another costs two commits of the store: a shorter wait is waited for in the slot. */
const shortestMs = 5_000
/** And the next run reads again what was kept: that shall be a small part of the wait. */
const timesRestoring = 20

export interface HostWaitsDeps {
  readonly clock: Clock
  readonly journal: Journal
  /** How long it took to read what earlier runs had kept, in ms. */
  readonly restoreMs: number
}

/**
 * The urls of a job that wait for hosts which let nobody in. The job goes on with its other urls meanwhile; when there are none
 * left it gives its worker's slot back until the first of these hosts is open again.
 */
export class HostWaits {
  readonly #deps: HostWaitsDeps
  #openAt: number | undefined

  constructor(deps: HostWaitsDeps) {
    this.#deps = deps
  }

  /** How long a url waits before it is sent away: without end where a later run would have to begin anew. */
  get patience(): Patience {
    const { journal, restoreMs } = this.#deps
    if (!journal.keeps) return endlessPatience
    return { ms: Math.max(shortestMs, timesRestoring * restoreMs), of: 'rest' }
  }

  /** One more url was sent away. */
  add({ retryAfterMs }: RetryAfterError): void {
    const openAt = this.#deps.clock.monotonic() + retryAfterMs
    this.#openAt = Math.min(this.#openAt ?? openAt, openAt)
  }

  /** Nothing else is left to do. Throws what gives the slot back; returns when it is better kept, and all are tried again. */
  comeBack(): void {
    const ms = (this.#openAt ?? 0) - this.#deps.clock.monotonic()
    this.#openAt = undefined
    if (ms <= this.patience.ms) return
    const text = `all that is left to fetch is on hosts that want no request for ${Math.ceil(ms / 1000)} s`
    throw new RetryAfterError(text, ms, { countsAsAttempt: false })
  }
}
