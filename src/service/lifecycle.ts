import { abortable } from '../core/abort.js'
import { asObject, integerIn, onlyKeys } from '../core/check.js'
import { RiptideError } from '../core/errors.js'
import { systemRandom } from '../core/random.js'
import { Engine } from '../engine/service.js'
import { dependencyResults } from './dependency-results.js'
import type { Drafter } from './drafter.js'
import type { Hub } from './hub.js'

const defaultGraceMs = 30_000
/** How long adapters may take to close before the stop goes on without them. */
const closeMs = 400

/** How long the result of a run may take to be written: it may be large, and the storage far away. */
const keepWithinMs = 60_000

/**
 * Starts and stops a service. Both may be called twice, at once or in the wrong order: they take turns, a stop interrupts a
 * start that hangs, and a start that fails undoes itself. Each start is a new instance, with nothing left of the one before.
 */
export class Lifecycle {
  readonly #hub: Hub
  readonly #drafter: Drafter
  #goal: 'none' | 'up' | 'down' = 'none'
  #turn: Promise<void> = Promise.resolve()
  #current: Promise<void> = Promise.resolve()
  #abortStart = new AbortController()
  /** Of the stop that is wanted: the least that anyone asked for. */
  #graceMs = defaultGraceMs

  constructor(hub: Hub, drafter: Drafter) {
    this.#hub = hub
    this.#drafter = drafter
  }

  start(): Promise<void> {
    if (this.#goal === 'up') return this.#current
    this.#goal = 'up'
    const abort = new AbortController()
    this.#abortStart = abort
    return this.#next(() => this.#bringUp(abort.signal))
  }

  async stop(options: { readonly graceMs?: number }): Promise<void> {
    const graceMs = graceOf(options)
    if (graceMs !== undefined) this.#hub.engine?.hurry(graceMs)
    if (this.#goal === 'down') {
      this.#graceMs = Math.min(this.#graceMs, graceMs ?? this.#graceMs)
      return this.#current
    }
    this.#goal = 'down'
    this.#graceMs = graceMs ?? defaultGraceMs
    this.#abortStart.abort(new RiptideError('ABORTED', 'the service was stopped while it started'))
    return this.#next(() => this.#bringDown())
  }

  /** One at a time, in the order of the calls; whoever calls again for the same goal gets the same promise. */
  #next(step: () => Promise<void>): Promise<void> {
    const current = this.#turn.then(step)
    this.#current = current
    this.#turn = current.catch(() => undefined)
    return current
  }

  async #bringUp(signal: AbortSignal): Promise<void> {
    const hub = this.#hub
    hub.reopen()
    try {
      await abortable(hub.queue(), signal)
      hub.engine = this.#newEngine()
      await abortable(hub.engine.start(), signal)
    } catch (error) {
      await this.#tearDown(0)
      if (!signal.aborted) {
        this.#goal = 'none'
        hub.reopen()
      }
      throw error
    }
    hub.isRunning = true
    hub.emitter.emit('service:started', { instance: hub.engine.instance, at: hub.options.clock.now() })
  }

  async #bringDown(): Promise<void> {
    const hub = this.#hub
    const wasRunning = hub.engine?.instance
    hub.isRunning = false
    await this.#tearDown(this.#graceMs)
    if (wasRunning !== undefined) {
      hub.emitter.emit('service:stopped', { instance: wasRunning, at: hub.options.clock.now() })
    }
  }

  async #tearDown(graceMs: number): Promise<void> {
    const hub = this.#hub
    await hub.engine?.stop(graceMs)
    hub.engine = undefined
    await this.#withinCloseTime(hub.close())
    hub.giveUp()
  }

  /** A store that cannot be reached must not hold up a stop; what its closing still fails with is logged. */
  #withinCloseTime(closing: Promise<void>): Promise<void> {
    const { clock, logger } = this.#hub.options
    const logged = closing.catch((error: unknown) => logger.warn('closing an adapter failed', { error }))
    return new Promise((resolve) => {
      const cancel = clock.after(closeMs, resolve)
      void logged.then(() => {
        cancel()
        resolve()
      })
    })
  }

  #newEngine(): Engine {
    const { options, emitter, registry, results, storeTime } = this.#hub
    return new Engine({
      ...options,
      instance: this.#hub.newId(),
      adapter: options.queue,
      random: systemRandom,
      emitter,
      storeTime,
      types: registry.types,
      definitionOf: (type) => registry.find(type)?.definition,
      keepResult: (json, claim) => this.#hub.ask(() => results.keep(json, claim), keepWithinMs),
      dependencyResults: (ids) => dependencyResults(this.#hub, ids),
      jobOfSlot: (definition) => this.#drafter.slotJob(definition),
      onError: (error) => this.#hub.onError(error),
    })
  }
}

function graceOf(options: unknown): number | undefined {
  const fields = asObject(options, { path: '', code: 'ARGUMENT_INVALID' })
  onlyKeys(fields, ['graceMs'], { path: '' })
  const { graceMs } = fields
  return graceMs === undefined ? undefined : integerIn(graceMs, 0, 86_400_000, { path: '/graceMs' })
}
