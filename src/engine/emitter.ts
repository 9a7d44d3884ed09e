import { EventEmitter } from 'eventemitter3'
import type { EventName, Events, Listener } from '../core/events.js'
import type { Logger } from '../core/logger.js'

type Guarded = (value: unknown) => void

/** Typed events whose listeners can never hurt: one that throws or rejects is logged, and all others are still called. */
export class Emitter {
  readonly #emitter = new EventEmitter<Record<EventName, Guarded>>()
  readonly #guards = new Map<EventName, WeakMap<object, Guarded>>()
  readonly #logger: Logger
  readonly #onChange: () => void

  /** `onChange` is called when a listener has come or gone. */
  constructor(logger: Logger, onChange: () => void = () => undefined) {
    this.#logger = logger
    this.#onChange = onChange
  }

  /** Adds a listener; the answer removes it. */
  on<E extends EventName>(event: E, listener: Listener<E>): () => void {
    this.#emitter.on(event, this.#guard(event, listener))
    this.#onChange()
    return () => this.off(event, listener)
  }

  /** Adds a listener for the next event only; the answer removes it. */
  once<E extends EventName>(event: E, listener: Listener<E>): () => void {
    this.#emitter.once(event, this.#guard(event, listener))
    this.#onChange()
    return () => this.off(event, listener)
  }

  /** Removes a listener, however it was added. */
  off<E extends EventName>(event: E, listener: Listener<E>): void {
    this.#emitter.off(event, this.#guard(event, listener))
    this.#onChange()
  }

  /** Whether anybody listens: events that nobody hears are not even made. */
  hears(event: EventName): boolean {
    return this.#emitter.listenerCount(event) > 0
  }

  emit<E extends EventName>(event: E, value: Events[E]): void {
    this.#emitter.emit(event, value)
  }

  /** The same for the same listener, so that it can be found again. */
  #guard<E extends EventName>(event: E, listener: Listener<E>): Guarded {
    const guards = this.#guards.get(event) ?? new WeakMap<object, Guarded>()
    this.#guards.set(event, guards)
    const known = guards.get(listener)
    if (known) return known
    const guard: Guarded = (value) => this.#call(event, () => listener(value as Events[E]))
    guards.set(listener, guard)
    return guard
  }

  #call(event: EventName, run: () => unknown): void {
    const report = (error: unknown): void => this.#logger.error('a listener threw', { event, error })
    try {
      const answer = run()
      if (answer instanceof Promise) answer.catch(report)
    } catch (error) {
      report(error)
    }
  }
}
