import { RiptideError } from '../core/errors.js'
import type { Hint, QueueAdapter } from '../core/queue-adapter.js'
import { newId, systemRandom } from '../core/random.js'
import { Emitter } from '../engine/emitter.js'
import type { Engine } from '../engine/service.js'
import { asStoreError, untilAnswered } from '../engine/store-call.js'
import { StoreTime } from '../engine/store-time.js'
import type { ResolvedOptions } from '../options.js'
import { type Connection, connect } from './connection.js'
import { type BuiltIn, Registry } from './registry.js'
import { Results } from './results.js'
import { Waiter } from './waiter.js'

/** How long one call of a user waits for a store that does not answer. */
const patienceMs = 10_000

/** What the parts of one service share: its settings, its open adapters, its events. */
export class Hub {
  readonly options: ResolvedOptions
  readonly emitter: Emitter
  readonly registry: Registry
  readonly results: Results
  readonly storeTime: StoreTime
  readonly waiter: Waiter
  readonly builtIn: BuiltIn
  /** While the service is started. */
  engine: Engine | undefined
  isRunning = false
  #stopped = false
  #isOpen = false
  #connection: Promise<Connection> | undefined
  /** What is asked of the store now. One signal for all would have a listener for each, and warn of the eleventh. */
  readonly #asking = new Set<AbortController>()

  constructor(options: ResolvedOptions, builtIn: (hub: Hub) => BuiltIn) {
    this.options = options
    this.emitter = new Emitter(options.logger)
    this.results = new Results({ ...options, foreign: options.foreignStorage })
    this.storeTime = new StoreTime(options.clock)
    this.waiter = new Waiter(options.clock)
    this.builtIn = builtIn(this)
    this.registry = new Registry(options.jobs, this.builtIn.definitions, options.workers.jobTimeoutMs)
  }

  /** The adapter, opened on first use; STATE_INVALID once the service has stopped. */
  async queue(): Promise<QueueAdapter> {
    if (this.#stopped) throw isStopped()
    await (this.#connection ??= this.#open())
    if (this.#stopped) throw isStopped()
    return this.options.queue
  }

  /** One call to the store, which is opened for it; sent again while it fails in passing, for ten seconds at most. */
  async ask<T>(send: (queue: QueueAdapter) => Promise<T>, withinMs = patienceMs): Promise<T> {
    const { clock, queue } = this.options
    const call = (): Promise<T> => (this.#isOpen ? send(queue) : this.queue().then(send))
    const asking = new AbortController()
    this.#asking.add(asking)
    try {
      return await untilAnswered(call, { clock, random: systemRandom, withinMs, signal: asking.signal })
    } finally {
      this.#asking.delete(asking)
    }
  }

  /** What has to stop is stopped; from now on the adapters are closed until someone opens them. */
  async close(): Promise<void> {
    this.#stopped = true
    this.#isOpen = false
    this.waiter.close(
      new RiptideError('STATE_INVALID', 'the service was stopped while this waited; the job goes on'),
    )
    const connection = this.#connection
    this.#connection = undefined
    if (connection === undefined) return
    const disconnected = connection.then(
      (open) => open.close(),
      () => undefined,
    )
    await Promise.all([this.builtIn.close(), disconnected])
  }

  /** Whatever is still asked of the store is given up. */
  giveUp(): void {
    const reason = new RiptideError('STATE_INVALID', 'the service was stopped before the store answered')
    for (const asking of this.#asking) asking.abort(reason)
  }

  /** Undoes `close`. */
  reopen(): void {
    this.#stopped = false
  }

  newId(): string {
    return newId(this.options.clock.now())
  }

  /** A failure in the background: logged, told, and gone on from. */
  onError(error: RiptideError): void {
    const { logger, clock } = this.options
    logger.warn(error.message, { code: error.code, cause: error.cause })
    this.emitter.emit('service:error', { error, at: clock.now() })
  }

  /** An opening that ends after it was given up must not change what came after it. */
  #open(): Promise<Connection> {
    const opening = connect(this.options, this.newId(), (hint) => this.#onHint(hint)).then(
      (connection) => {
        if (this.#connection === opening) this.#isOpen = true
        return connection
      },
      (thrown: unknown) => {
        if (this.#connection === opening) this.#connection = undefined
        throw asStoreError(thrown)
      },
    )
    return opening
  }

  #onHint(hint: Hint): void {
    if (hint.kind === 'ended') this.waiter.wake(hint.ids)
    else if (hint.kind === 'reconnected') this.waiter.wakeAll()
  }
}

function isStopped(): RiptideError {
  return new RiptideError('STATE_INVALID', 'the service is stopped; start() it again to use it')
}
