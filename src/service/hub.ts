import { RiptideError } from '../core/errors.js'
import type { Hint, QueueAdapter } from '../core/queue-adapter.js'
import { newId, systemRandom } from '../core/random.js'
import { Emitter } from '../engine/emitter.js'
import type { Engine } from '../engine/service.js'
import { untilAnswered } from '../engine/store-call.js'
import { StoreTime } from '../engine/store-time.js'
import type { ResolvedOptions } from '../options.js'
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
  #opening: Promise<void> | undefined
  #unsubscribe: (() => void) | undefined

  constructor(options: ResolvedOptions, builtIn: (hub: Hub) => BuiltIn) {
    this.options = options
    this.emitter = new Emitter(options.logger)
    this.results = new Results({ ...options, foreign: options.foreignStorage })
    this.storeTime = new StoreTime(options.clock)
    this.waiter = new Waiter(options.clock)
    this.builtIn = builtIn(this)
    this.registry = new Registry(options.jobs, this.builtIn.definitions, options.workers.jobTimeoutMs)
  }

  /** The adapter can be used without waiting for it. */
  get isOpen(): boolean {
    return this.#isOpen && !this.#stopped
  }

  /** The adapter, opened on first use; STATE_INVALID once the service has stopped. */
  async queue(): Promise<QueueAdapter> {
    if (this.#stopped)
      throw new RiptideError('STATE_INVALID', 'the service is stopped; start() it again to use it')
    this.#opening ??= this.#open()
    await this.#opening
    return this.options.queue
  }

  /** One call to the store, sent again while it fails in passing, for ten seconds at most. */
  async ask<T>(send: (queue: QueueAdapter) => Promise<T>): Promise<T> {
    const queue = await this.queue()
    const { clock } = this.options
    return untilAnswered(() => send(queue), { clock, random: systemRandom, withinMs: patienceMs })
  }

  /** What has to stop is stopped; from now on the adapters are closed until someone opens them. */
  async close(): Promise<void> {
    this.#stopped = true
    this.waiter.close(
      new RiptideError('STATE_INVALID', 'the service was stopped while this waited; the job goes on'),
    )
    this.#unsubscribe?.()
    this.#unsubscribe = undefined
    this.#isOpen = false
    const opening = this.#opening
    this.#opening = undefined
    if (opening === undefined) return
    await opening.catch(() => undefined)
    const { queue, storage, foreignStorage } = this.options
    await Promise.all([this.builtIn.close(), queue.close(), foreignStorage ? storage.close?.() : undefined])
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

  async #open(): Promise<void> {
    const { queue, storage, foreignStorage, logger, clockForStores } = this.options
    try {
      await queue.open({ logger, clock: clockForStores })
      if (foreignStorage) await storage.open?.({ logger, clock: clockForStores })
      this.#unsubscribe = queue.subscribe(this.newId(), (hint) => this.#onHint(hint))
      this.#isOpen = true
    } catch (error) {
      this.#opening = undefined
      throw error
    }
  }

  #onHint(hint: Hint): void {
    if (hint.kind === 'ended') this.waiter.wake(hint.ids)
    else if (hint.kind === 'reconnected') this.waiter.wakeAll()
  }
}
