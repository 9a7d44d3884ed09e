import { type Deferred, before, deferred } from '../../core/abort.js'
import type { Clock } from '../../core/clock.js'
import { type RiptideError, isRiptideError } from '../../core/errors.js'
import type { Random } from '../../core/random.js'
import { type RedisClient, isCluster, isReady, secretsOf } from './redis-client.js'
import { isConnectionLost, late, redisError, unavailable } from './redis-errors.js'

export interface CommandClientOptions {
  readonly client: RedisClient
  /** Looks at the server behind a new connection; rejects when nothing may be sent there. */
  readonly check: () => Promise<void>
  /** The connection was away and is back. */
  readonly onBack: () => void
  /** How long a server may take to greet a new connection; then that is given up. */
  readonly greetingMs: number
  readonly clock: Clock
  readonly random: Random
}

/**
 * The client for commands, and whether it may be used now. It is `away` while a connection is being made and looked at, so
 * that a short interruption is only a delay; `up` when commands go out; and `down`, with the reason, after an attempt
 * failed: then commands are rejected at once while ioredis goes on trying. Each connection has a number, so that what
 * concerns an old one does not hurt the new one.
 */
export class CommandClient {
  readonly client: RedisClient
  readonly #options: CommandClientOptions
  readonly #first = deferred<undefined>()
  readonly #stopped = new AbortController()
  readonly #listeners: readonly (readonly [string, (...args: never[]) => void])[]
  #state: State = away()
  #connection = 0
  #wasUp = false
  #lastError: RiptideError | undefined
  #cancelGreeting: (() => void) | undefined

  constructor(options: CommandClientOptions) {
    this.client = options.client
    this.#options = options
    this.#first.promise.catch(nothing)
    const onError = (error: unknown): void => {
      this.#lastError = this.asError(error)
    }
    this.#listeners = [
      ['connect', () => this.#awaitGreeting()],
      ['ready', () => this.#onReady()],
      ['close', () => this.#onClose()],
      ['end', () => this.#onEnd()],
      ['error', onError],
      ['node error', onError],
    ]
  }

  /** Resolves when the first connection is up; rejects at once for what will not pass, else when the time is over. */
  async open(ms: number): Promise<void> {
    for (const [event, listener] of this.#listeners) this.client.on(event, listener)
    if (this.client.status === 'connect') this.#awaitGreeting()
    if (isReady(this.client)) this.#onReady()
    else if (this.client.status === 'wait') this.client.connect().catch(nothing)
    const error = (): RiptideError => this.#lastError ?? late('the first connection', ms)
    await before(this.#first.promise, { clock: this.#options.clock, ms, late: error })
  }

  /** Nothing more is heard of the client. */
  stop(error: RiptideError): void {
    for (const [event, listener] of this.#listeners) this.client.off(event, listener)
    this.#connection++
    this.#cancelGreeting?.()
    this.#fail(error)
    this.#first.reject(error)
    this.#stopped.abort()
    // What a client says while it closes must not be taken for an error that nobody listens to.
    this.client.off('error', nothing)
    this.client.on('error', nothing)
  }

  get isUp(): boolean {
    return this.#state.kind === 'up'
  }

  /** The number of this connection, for `drop`. */
  get connection(): number {
    return this.#connection
  }

  /** Resolves when commands can go out; rejects with the reason why they cannot. */
  reach(): Promise<undefined> {
    if (this.#state.kind === 'up') return Promise.resolve(undefined)
    return this.#state.kind === 'away' ? this.#state.back.promise : Promise.reject(this.#state.error)
  }

  /** Gives up a connection that does not answer or leads to the wrong server; the client makes a new one. */
  drop(connection: number): void {
    if (connection !== this.#connection || this.#stopped.signal.aborted) return
    if (isCluster(this.client)) for (const node of this.client.nodes('master')) this.#dropIfSilent(node)
    else this.client.disconnect(true)
  }

  /** One of our errors. Where ioredis says only that the connection is gone, it says why. */
  asError(thrown: unknown): RiptideError {
    if (isRiptideError(thrown)) return thrown
    if (isConnectionLost(thrown)) return this.#lastError ?? unavailable('the connection was lost')
    return redisError(thrown, secretsOf(this.client))
  }

  /** A server that takes connections and says nothing would be waited for by ioredis without end. */
  #awaitGreeting(): void {
    const { clock, greetingMs } = this.#options
    this.#cancelGreeting?.()
    if (isCluster(this.client)) return
    this.#cancelGreeting = clock.after(greetingMs, () => {
      this.#lastError = late('a new connection', greetingMs)
      this.client.disconnect(true)
    })
  }

  #onReady(): void {
    this.#cancelGreeting?.()
    this.#connection++
    if (this.#state.kind !== 'away') this.#state = away()
    void this.#admit(this.#connection)
  }

  #onClose(): void {
    this.#cancelGreeting?.()
    this.#connection++
    if (this.#state.kind === 'up') this.#state = away()
    else this.#fail(this.#lastError ?? unavailable('the connection was closed'))
  }

  #onEnd(): void {
    this.#connection++
    const why = this.#lastError ? `; ${this.#lastError.message}` : ''
    this.#fail(unavailable(`the client is closed and does not connect again${why}`))
  }

  /** Looks at the server until it is fit, or another connection takes this one's place. */
  async #admit(connection: number): Promise<void> {
    const { clock, random } = this.#options
    const { signal } = this.#stopped
    for (;;) {
      try {
        await this.#options.check()
        if (connection === this.#connection) this.#rise()
        return
      } catch (thrown) {
        if (connection !== this.#connection) return
        const error = this.asError(thrown)
        this.#fail(error)
        const pause = error.retryable ? shortPauseMs : longPauseMs
        await clock.sleep(pause / 2 + (random() * pause) / 2, signal).catch(nothing)
        if (connection !== this.#connection) return
        // A new connection may lead elsewhere: names are resolved anew.
        if (error.facts.role !== undefined) return this.drop(connection)
      }
    }
  }

  #rise(): void {
    const before = this.#state
    this.#state = { kind: 'up' }
    this.#lastError = undefined
    if (before.kind === 'away') before.back.resolve(undefined)
    this.#first.resolve(undefined)
    if (this.#wasUp) this.#options.onBack()
    this.#wasUp = true
  }

  #fail(error: RiptideError): void {
    const before = this.#state
    this.#state = { kind: 'down', error }
    this.#lastError = error
    if (before.kind === 'away') before.back.reject(error)
    if (!error.retryable) this.#first.reject(error)
  }

  /** Others' commands to healthy nodes go on. */
  #dropIfSilent(node: RedisClient): void {
    if (node.status === 'wait' || node.status === 'end') return
    const deadline = { clock: this.#options.clock, ms: pingMs, late: () => late('PING', pingMs) }
    before(node.ping(), { ...deadline, signal: this.#stopped.signal }).catch(() => {
      if (!this.#stopped.signal.aborted) node.disconnect(true)
    })
  }
}

// -------------------------------------------------------------------------------------------------------------------

type State =
  | { readonly kind: 'away'; readonly back: Deferred<undefined> }
  | { readonly kind: 'up' }
  | { readonly kind: 'down'; readonly error: RiptideError }

const shortPauseMs = 200
const longPauseMs = 2000
const pingMs = 1000

const nothing = (): void => undefined

function away(): State {
  const back = deferred<undefined>()
  back.promise.catch(nothing)
  return { kind: 'away', back }
}
