import type { Clock } from '../../core/clock.js'
import { type RiptideError, isRiptideError } from '../../core/errors.js'
import type { Random } from '../../core/random.js'
import { backoffMs } from './backoff.js'
import { Pending } from './pending.js'
import { type RedisClient, sayName } from './redis-client.js'
import { redisError, unavailable } from './redis-errors.js'

type Listener = (text: string) => void

export interface SubscriberOptions {
  readonly clock: Clock
  readonly random: Random
  readonly commandTimeoutMs: number
  /** Channels are heard from now on; what was said before may be lost. */
  readonly onLive: () => void
  readonly onTrouble: (error: RiptideError) => void
}

/**
 * The client that listens. It connects when the first listener comes, is looked after by pings, because nobody else would
 * notice that it is dead, and when it is lost another one takes its place. Listeners outlive connections.
 */
export class Subscriber {
  readonly #options: SubscriberOptions
  readonly #channels = new Map<string, Set<Listener>>()
  readonly #pending: Pending
  #make: (() => RedisClient) | undefined
  #stopping = new AbortController()
  /** The client that is connected and knows all channels. */
  #live: RedisClient | undefined
  #running = false

  constructor(options: SubscriberOptions) {
    this.#options = options
    this.#pending = new Pending(options.clock, options.commandTimeoutMs)
  }

  /** From now on there is something to connect to. A second call changes nothing. */
  start(make: () => RedisClient): void {
    if (this.#make) return
    this.#make = make
    this.#stopping = new AbortController()
    this.#running = false
    this.#connectIfNeeded()
  }

  stop(): void {
    this.#make = undefined
    this.#stopping.abort()
    this.#pending.failAll(unavailable('the connection was closed'))
  }

  listen(channel: string, listener: Listener): () => void {
    const own: Listener = (text) => listener(text)
    const standing = this.#channels.get(channel)
    if (standing) standing.add(own)
    else {
      this.#channels.set(channel, new Set([own]))
      if (this.#live) this.#join(this.#live, channel)
      else this.#connectIfNeeded()
    }
    return () => this.#leave(channel, own)
  }

  #connectIfNeeded(): void {
    if (this.#running || !this.#make || this.#channels.size === 0) return
    this.#running = true
    void this.#run(this.#make, this.#stopping.signal)
  }

  /** One client after the other, until it is stopped. */
  async #run(make: () => RedisClient, signal: AbortSignal): Promise<void> {
    const { clock, random, onTrouble } = this.#options
    for (let attempt = 0; !signal.aborted; attempt++) {
      try {
        await this.#hold(make(), signal, () => (attempt = 0))
      } catch (thrown) {
        if (signal.aborted) return
        const error = isRiptideError(thrown) ? thrown : redisError(thrown)
        onTrouble(error)
        const pause = error.retryable ? backoffMs(attempt, random) : deniedPauseMs
        await clock.sleep(pause, signal).catch(nothing)
      }
    }
  }

  /** Rejects when the connection is over. */
  async #hold(client: RedisClient, signal: AbortSignal, onConnected: () => void): Promise<void> {
    let last: unknown
    client.on('error', (error: unknown) => (last = error))
    client.on('message', (channel: string, text: string) => this.#hear(channel, text))
    const ended = new Promise<never>((_, reject) => {
      client.on('end', () => reject(last ? redisError(last) : unavailable('the connection was closed')))
    })
    ended.catch(nothing)
    const watch = new AbortController()
    const onStop = (): void => client.disconnect()
    signal.addEventListener('abort', onStop)
    try {
      await this.#limit(client.connect(), 'CONNECT', client)
      sayName(client)
      const channels = [...this.#channels.keys()]
      if (channels.length > 0) await this.#limit(client.subscribe(...channels), 'SUBSCRIBE', client)
      for (const late of this.#channels.keys()) if (!channels.includes(late)) this.#join(client, late)
      this.#live = client
      onConnected()
      this.#options.onLive()
      await Promise.race([ended, this.#pingOn(client, watch.signal)])
    } finally {
      if (this.#live === client) this.#live = undefined
      signal.removeEventListener('abort', onStop)
      watch.abort()
      client.disconnect()
    }
  }

  async #pingOn(client: RedisClient, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.#options.clock.sleep(pingEveryMs, signal).catch(nothing)
      if (!signal.aborted) await this.#limit(client.ping(), 'PING', client)
    }
  }

  #join(client: RedisClient, channel: string): void {
    this.#limit(client.subscribe(channel), 'SUBSCRIBE', client).then(
      () => this.#options.onLive(),
      // Whatever it was, a new connection tells more; it subscribes to all channels.
      () => client.disconnect(),
    )
  }

  #leave(channel: string, listener: Listener): void {
    const listeners = this.#channels.get(channel)
    if (!listeners?.delete(listener) || listeners.size > 0) return
    this.#channels.delete(channel)
    if (this.#live) this.#limit(this.#live.unsubscribe(channel), 'UNSUBSCRIBE', this.#live).catch(nothing)
  }

  #hear(channel: string, text: string): void {
    for (const listener of [...(this.#channels.get(channel) ?? [])]) {
      try {
        listener(text)
      } catch (thrown) {
        // Thrown on, it would end the process from inside the socket.
        this.#options.onTrouble(unavailable(`a listener threw: ${String(thrown)}`))
      }
    }
  }

  #limit<T>(work: Promise<T>, what: string, client: RedisClient): Promise<T> {
    return this.#pending.limit(work, what, () => client.disconnect())
  }
}

// -------------------------------------------------------------------------------------------------------------------

/** A fifth of a command a second. */
const pingEveryMs = 5000
/** Rights are not given within a second. */
const deniedPauseMs = 15_000

const nothing = (): void => undefined
