import { type Clock, systemClock } from '../../core/clock.js'
import type { RiptideError } from '../../core/errors.js'
import { type Logger, silentLogger } from '../../core/logger.js'
import type { OpenOptions } from '../../core/queue-adapter.js'
import { type Random, systemRandom } from '../../core/random.js'
import { duplicateOf, isClient, isCluster } from './redis-client.js'
import { unavailable } from './redis-errors.js'
import type { LinkOptions } from './redis-options.js'
import type { Script } from './script.js'
import { Session } from './session.js'
import { Subscriber } from './subscriber.js'

/**
 * The connection of one adapter to its Redis: a client for commands, and one that listens, connected when the first
 * listener comes. Every promise settles within the time limit, and every rejection is a RiptideError.
 */
export interface Link {
  readonly isCluster: boolean
  /** Connects, and refuses a server that would lose jobs. Counted: opened by several, closed by each once. */
  open(options: Pick<OpenOptions, 'logger'>): Promise<void>
  close(): Promise<void>
  /** Runs a script with KEYS[1] = key. Whatever it rejects with, the same step may be sent again. */
  run(script: Script, key: string, args: readonly (string | number)[]): Promise<unknown>
  /** Listens to a channel, across reconnects; answers how to stop. What is said while the connection is away is lost. */
  listen(channel: string, onText: (text: string) => void): () => void
  /**
   * Calls the listener when messages may have been lost: a connection was away and is back, or the channel of a new
   * `listen` is heard from now on. Answers how to stop.
   */
  onReconnect(listener: () => void): () => void
}

export interface LinkTools {
  readonly clock: Clock
  readonly random: Random
}

/** A link, not connected yet. Its timers are always real ones: a server does not wait for the clock of a test. */
export function createLink(
  options: LinkOptions,
  tools: LinkTools = { clock: systemClock, random: systemRandom },
): Link {
  return new RedisLink(options, tools)
}

// -------------------------------------------------------------------------------------------------------------------

class RedisLink implements Link {
  readonly isCluster: boolean
  readonly #options: LinkOptions
  readonly #tools: LinkTools
  readonly #subscriber: Subscriber
  readonly #backListeners = new Set<() => void>()
  #logger: Logger = silentLogger
  #opened = 0
  #session: Session | undefined
  #lastTrouble: string | undefined

  constructor(options: LinkOptions, tools: LinkTools) {
    this.#options = options
    this.#tools = tools
    this.isCluster = isClient(options.server) && isCluster(options.server)
    this.#subscriber = new Subscriber({
      ...tools,
      commandTimeoutMs: options.commandTimeoutMs,
      onLive: () => {
        this.#lastTrouble = undefined
        this.#tellBack()
      },
      onTrouble: (error) => this.#logTrouble(error),
    })
  }

  async open({ logger }: Pick<OpenOptions, 'logger'>): Promise<void> {
    this.#logger = logger
    const session = (this.#session ??= this.#newSession())
    try {
      const client = await session.open()
      if (this.#session !== session) throw unavailable('the connection was closed while it was opened')
      this.#opened++
      this.#subscriber.start(() => duplicateOf(client, this.#options.connectTimeoutMs, this.#tools.random))
    } catch (thrown) {
      session.close()
      if (this.#session === session) this.#session = undefined
      throw thrown
    }
  }

  /** Closed before it is open, it does not open. */
  close(): Promise<void> {
    this.#opened = Math.max(0, this.#opened - 1)
    if (this.#opened === 0) {
      this.#subscriber.stop()
      this.#session?.close()
      this.#session = undefined
    }
    return Promise.resolve()
  }

  run(script: Script, key: string, args: readonly (string | number)[]): Promise<unknown> {
    return this.#session?.run(script, key, args) ?? Promise.reject(unavailable('the connection is not open'))
  }

  listen(channel: string, onText: (text: string) => void): () => void {
    return this.#subscriber.listen(channel, onText)
  }

  onReconnect(listener: () => void): () => void {
    const own = (): void => listener()
    this.#backListeners.add(own)
    return () => void this.#backListeners.delete(own)
  }

  #newSession(): Session {
    const logger = (): Logger => this.#logger
    return new Session({ link: this.#options, logger, onBack: () => this.#tellBack(), ...this.#tools })
  }

  #tellBack(): void {
    for (const listener of [...this.#backListeners]) listener()
  }

  /** Once for the same trouble: it comes again with every attempt. */
  #logTrouble(error: RiptideError): void {
    if (error.message === this.#lastTrouble) return
    this.#lastTrouble = error.message
    const level = error.retryable ? 'warn' : 'error'
    this.#logger[level]('listening to Redis failed; until it works again, news come late', {
      code: error.code,
      error: error.message,
    })
  }
}
