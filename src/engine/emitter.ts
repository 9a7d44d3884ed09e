import { EventEmitter } from 'eventemitter3'
import type { EventName, Events, Listener } from '../core/events.js'
import type { Logger } from '../core/logger.js'

type Signatures = { [E in EventName]: (event: Events[E]) => void }

/** Typed events whose listeners can never hurt: one that throws or rejects is logged, and all others are still called. */
export class Emitter {
  readonly #emitter = new EventEmitter<Signatures>()
  readonly #logger: Logger

  constructor(logger: Logger) {
    this.#logger = logger
  }

  /** Adds a listener; the answer removes it. */
  on<E extends EventName>(event: E, listener: Listener<E>): () => void {
    return this.#add(event, listener, false)
  }

  /** Adds a listener for the next event only; the answer removes it. */
  once<E extends EventName>(event: E, listener: Listener<E>): () => void {
    return this.#add(event, listener, true)
  }

  /** Whether anybody listens: events that nobody hears are not even made. */
  hears(event: EventName): boolean {
    return this.#emitter.listenerCount(event) > 0
  }

  emit<E extends EventName>(event: E, value: Events[E]): void {
    ;(this.#emitter as EventEmitter<Record<EventName, (value: unknown) => void>>).emit(event, value)
  }

  #add<E extends EventName>(event: E, listener: Listener<E>, once: boolean): () => void {
    const untyped = this.#emitter as EventEmitter<Record<EventName, (value: unknown) => void>>
    const guarded = (value: unknown): void => {
      if (once) off()
      this.#call(event, listener, value as Events[E])
    }
    const off = (): void => void untyped.off(event, guarded)
    untyped.on(event, guarded)
    return off
  }

  #call<E extends EventName>(event: E, listener: Listener<E>, value: Events[E]): void {
    const report = (error: unknown): void => this.#logger.error('a listener threw', { event, error })
    try {
      const answer: unknown = listener(value)
      if (answer instanceof Promise) answer.catch(report)
    } catch (error) {
      report(error)
    }
  }
}
