import { type Clock, systemClock } from '../../core/clock.js'
import { RiptideError } from '../../core/errors.js'
import type { OpenOptions } from '../../core/queue-adapter.js'
import type { OpenFile } from './app-connection.js'
import type { HostLink } from './host-link.js'
import { closeLink, openLink } from './host-links.js'
import { Listeners } from './listeners.js'
import type { Answer, Verb, Verbs } from './protocol.js'
import type { ResolvedSqliteOptions } from './sqlite-options.js'

/** What one adapter has of the host of its file: it may be opened by several services, each of which closes it once. */
export class HostClient {
  readonly listeners = new Listeners()
  readonly #options: ResolvedSqliteOptions
  #clock: Clock | undefined
  #links: HostLink[] = []
  #detach: () => void = nothing

  constructor(options: ResolvedSqliteOptions) {
    this.#options = options
  }

  async open(options: OpenOptions): Promise<void> {
    const link = await openLink(this.#options, options)
    this.#clock = options.clock ?? this.#clock
    this.#links.push(link)
    if (this.#links.length === 1) this.#detach = link.attach(this.listeners)
  }

  /** The last one to leave takes the clock of the tests along. */
  async close(): Promise<void> {
    const link = this.#links.pop()
    if (link === undefined) return
    if (this.#links.length === 0) {
      this.#clock = undefined
      this.#detach()
    }
    await closeLink(link)
  }

  call<V extends Verb>(verb: V, ...args: Parameters<Verbs[V]>): Promise<Answer<V>> {
    const link = this.#links[0]
    if (link === undefined) return Promise.reject(notOpen())
    return link.call({ verb, args, now: this.#clock?.now() ?? null })
  }

  /** What the host has open; undefined while it has nothing. */
  get file(): OpenFile | undefined {
    return this.#links[0]?.file
  }

  /** The time of the store is that of the machine. */
  now(): number {
    return (this.#clock ?? systemClock).now()
  }
}

// -------------------------------------------------------------------------------------------------------------------

const nothing = (): void => undefined

function notOpen(): RiptideError {
  return new RiptideError('STORE_UNAVAILABLE', 'SQLite: the queue is not open', { retryable: true })
}
