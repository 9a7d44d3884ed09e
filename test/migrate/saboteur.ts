import { RiptideError } from '../../src/index.js'
import type { QueueAdapter, StorageAdapter } from '../../src/index.js'

/** A process that dies at one of its calls to the stores: before that takes effect, or after, and nobody hears the answer. */
export class Saboteur {
  #calls = 0
  readonly #dieAt: number
  readonly #when: 'before' | 'after'
  readonly #verb: string | undefined
  #isDead = false

  /** Only calls of `verb` count, or all. */
  constructor(dieAt: number, when: 'before' | 'after', verb?: string) {
    this.#dieAt = dieAt
    this.#when = when
    this.#verb = verb
  }

  get hasDied(): boolean {
    return this.#isDead
  }

  /** The same queue, as that process has it. */
  queue(queue: QueueAdapter): QueueAdapter {
    return this.#watched(queue, { storage: this.#watched<StorageAdapter>(queue.storage, {}) })
  }

  #watched<T extends object>(target: T, own: object): T {
    return new Proxy(target, {
      get: (_, key) => {
        if (key in own) return Reflect.get(own, key) as unknown
        const value: unknown = Reflect.get(target, key, target)
        if (typeof value !== 'function' || key === 'open' || key === 'close') return bound(value, target)
        return (...args: unknown[]) => this.#call(String(key), () => bound(value, target)(...args))
      },
    })
  }

  async #call(verb: string, send: () => Promise<unknown>): Promise<unknown> {
    if (this.#isDead) throw died()
    if (this.#verb === undefined || this.#verb === verb) this.#isDead = ++this.#calls === this.#dieAt
    if (this.#isDead && this.#when === 'before') throw died()
    const answer = await send()
    if (this.#isDead) throw died()
    return answer
  }
}

// -------------------------------------------------------------------------------------------------------------------

type Method = (...args: unknown[]) => Promise<unknown>

function bound(value: unknown, target: object): Method {
  return typeof value === 'function' ? (value.bind(target) as Method) : (value as Method)
}

/** Nothing that a call sends again. */
function died(): RiptideError {
  return new RiptideError('SHUTDOWN', 'the process is dead')
}
