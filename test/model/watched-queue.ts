import type { QueueAdapter } from '../../src/core/queue-adapter.js'

/** A queue of which it is known how many of its calls have no answer yet, and whose instances wake without delay. */
export class WatchedQueue {
  readonly adapter: QueueAdapter
  #open = 0

  constructor(queue: QueueAdapter) {
    const limits = { ...queue.limits, wakeJitterMs: 0 }
    this.adapter = new Proxy(queue, {
      get: (target, name) => {
        if (name === 'limits') return limits
        const value: unknown = Reflect.get(target, name, target)
        return typeof value === 'function'
          ? (...args: unknown[]) => this.#watch(value.apply(target, args))
          : value
      },
    })
  }

  /** Resolves when every call has its answer. */
  async answered(): Promise<void> {
    do await new Promise((resolve) => setImmediate(resolve))
    while (this.#open > 0)
  }

  #watch(answer: unknown): unknown {
    if (!(answer instanceof Promise)) return answer
    this.#open++
    const isOver = (): void => void this.#open--
    answer.then(isOver, isOver)
    return answer
  }
}
