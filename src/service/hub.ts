import { before } from '../core/abort.js'
import { RiptideError } from '../core/errors.js'
import type { EndedJob, Hint, MovedJob, QueueAdapter } from '../core/queue-adapter.js'
import { newId, systemRandom } from '../core/random.js'
import { Stopper } from '../core/stopper.js'
import { Emitter } from '../engine/emitter.js'
import type { Engine } from '../engine/service.js'
import { keepsNone } from '../engine/pruner.js'
import { asStoreError, untilAnswered } from '../engine/store-call.js'
import { StoreTime } from '../engine/store-time.js'
import type { ResolvedOptions } from '../options.js'
import { type Connection, connect } from './connection.js'
import { EndsListener } from './ends-listener.js'
import { type BuiltIn, Registry } from './registry.js'
import { Results } from './results.js'
import { Waiter } from './waiter.js'

const openAgainMs = 5_000
/** How long one call of a user waits for a store that does not answer. */
const patienceMs = 10_000
/** So long the adapters stay open for what closes before them. */
const giveBackMs = 200

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
  #isOpening = false
  #cancelOpening: (() => void) | undefined
  #connection: Promise<Connection> | undefined
  readonly #ends: EndsListener
  /** Ends all that is asked of the store now. */
  #asking = new Stopper()

  constructor(options: ResolvedOptions, builtIn: (hub: Hub) => BuiltIn) {
    this.options = options
    this.emitter = new Emitter(options.logger, () => this.#listenersChanged())
    const keepsCompleted = !keepsNone(options.retention.completed)
    this.results = new Results({ ...options, foreign: options.foreignStorage, keepsCompleted })
    this.storeTime = new StoreTime(options.clock)
    this.waiter = new Waiter(options.clock, () => this.#ends.check())
    this.#ends = new EndsListener({
      clock: options.clock,
      need: () => this.#needOfFleet(),
      onHint: (hint) => this.#onHint(hint),
    })
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
    const { queue } = this.options
    return this.#patiently(() => (this.#isOpen ? send(queue) : this.queue().then(send)), withinMs)
  }

  /** A call that looks at much: sent again when it fails, not when it is slow. */
  look<T>(send: (queue: QueueAdapter) => Promise<T>): Promise<T> {
    const { queue } = this.options
    return this.#patiently(() => (this.#isOpen ? send(queue) : this.queue().then(send)), patienceMs, false)
  }

  /** What has to stop is stopped; from now on the adapters are closed until someone opens them. */
  async close(): Promise<void> {
    this.#stopped = true
    this.#isOpen = false
    this.#ends.close()
    this.#cancelOpening?.()
    this.#isOpening = false
    this.waiter.close(
      new RiptideError('STATE_INVALID', 'the service was stopped while this waited; the job goes on'),
    )
    const connection = this.#connection
    this.#connection = undefined
    if (connection === undefined) return
    const closing = this.builtIn.close()
    // What a crawler has of its hosts it gives back in the storage; one that is away must not hold up the rest.
    const late = (): Error => new RiptideError('TIMEOUT', 'the built-in jobs took long to close')
    const { clock } = this.options
    const given = before(closing, { clock, ms: giveBackMs, late }).catch(() => undefined)
    const disconnected = Promise.all([connection, given]).then(
      ([open]) => open.close(),
      () => undefined,
    )
    await Promise.all([closing, disconnected])
  }

  /** Whatever is still asked of the store is given up. */
  giveUp(): void {
    const reason = new RiptideError('STATE_INVALID', 'the service was stopped before the store answered')
    this.#asking.stop(reason)
    this.#asking = new Stopper()
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

  #patiently<T>(call: () => Promise<T>, withinMs: number, resendsSlow = true): Promise<T> {
    const { clock } = this.options
    const stopper = this.#asking
    return untilAnswered(call, { clock, random: systemRandom, withinMs, resendsSlow, stopper })
  }

  /** An opening that ends after it was given up must not change what came after it. */
  #open(): Promise<Connection> {
    const opening = connect(this.options).then(
      async (connection) => {
        await this.#observeTime()
        if (this.#connection === opening) {
          this.#isOpen = true
          this.#ends.open(this.options.queue)
        }
        return connection
      },
      (thrown: unknown) => {
        if (this.#connection === opening) this.#connection = undefined
        throw asStoreError(thrown)
      },
    )
    return opening
  }

  /** Once is enough for a process that only submits; one that works hears the store's time with every reply. */
  async #observeTime(): Promise<void> {
    try {
      this.storeTime.observe(await this.#patiently(() => this.options.queue.time(), patienceMs))
    } catch (thrown) {
      // The store is open all the same: whoever uses it next learns what is wrong with it.
      if (!this.#stopped) this.onError(asStoreError(thrown))
    }
  }

  #onHint(hint: Hint): void {
    if (hint.kind === 'ended') {
      this.waiter.wake(hint.jobs)
      this.#tellFleet('fleet:ended', hint.jobs)
      this.#ends.check()
    } else if (hint.kind === 'moved') this.#tellFleet('fleet:moved', hint.jobs)
    else if (hint.kind === 'gap' || hint.kind === 'reconnected') {
      this.waiter.wakeAll()
      this.emitter.emit('fleet:gap', { at: this.options.clock.now() })
      this.#ends.check()
    }
  }

  /** To hear of the fleet the store must be open. */
  #listenersChanged(): void {
    this.#openForFleet()
    this.#ends.check()
  }

  /** One opening at a time; one that failed in passing is tried again for as long as somebody listens. */
  #openForFleet(): void {
    if (this.#isOpening || this.#stopped || this.#isOpen || !this.#isFleetHeard()) return
    this.#isOpening = true
    this.queue().then(
      () => (this.#isOpening = false),
      (thrown: unknown) => this.#notOpened(asStoreError(thrown)),
    )
  }

  #notOpened(error: RiptideError): void {
    if (this.#stopped) return void (this.#isOpening = false)
    this.onError(error)
    if (!error.retryable) return void (this.#isOpening = false)
    this.#cancelOpening = this.options.clock.after(openAgainMs, () => {
      this.#isOpening = false
      this.#openForFleet()
    })
  }

  #needOfFleet(): 'nothing' | 'ends' | 'moves' {
    if (this.emitter.hears('fleet:moved')) return 'moves'
    return this.waiter.isIdle && !this.#isFleetHeard() ? 'nothing' : 'ends'
  }

  #isFleetHeard(): boolean {
    return (['fleet:ended', 'fleet:moved', 'fleet:gap'] as const).some((event) => this.emitter.hears(event))
  }

  #tellFleet(event: 'fleet:ended' | 'fleet:moved', jobs: readonly (EndedJob | MovedJob)[]): void {
    if (!this.emitter.hears(event)) return
    const at = this.options.clock.now()
    for (const { id, type, status } of jobs) this.emitter.emit(event, { jobId: id, type, status, at })
  }
}

function isStopped(): RiptideError {
  return new RiptideError('STATE_INVALID', 'the service is stopped; start() it again to use it')
}
