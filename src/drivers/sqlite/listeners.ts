import type { Logger } from '../../core/logger.js'
import type { Hint, SubscribeOptions } from '../../core/queue-adapter.js'
import type { Addressee, Audience, Post } from './hints.js'

type Listener = (hint: Hint) => void

/** Who listens to one adapter, and what each of them is told. A listener that throws hurts nobody. */
export class Listeners {
  readonly #byInstance = new Map<string, Set<Listener>>()
  readonly #toEnds = new Set<Listener>()
  readonly #toMoves = new Set<Listener>()
  /** Called whenever someone else is to be told something. */
  onChange: () => void = nothing

  get audience(): Audience {
    return {
      instances: [...this.#byInstance.keys()],
      ends: this.#toEnds.size > 0,
      moves: this.#toMoves.size > 0,
    }
  }

  subscribe(
    instance: string | null,
    listener: Listener,
    { moves = false }: SubscribeOptions = {},
  ): () => void {
    // A function of its own for each call: the same listener given twice is two subscriptions.
    const own: Listener = (hint) => listener(hint)
    if (instance === null) this.#toEnds.add(own)
    else this.#byInstance.set(instance, (this.#byInstance.get(instance) ?? new Set()).add(own))
    if (instance === null && moves) this.#toMoves.add(own)
    this.onChange()
    return () => this.#leave(instance, own)
  }

  deliver(posts: readonly Post[], logger: Logger): void {
    for (const { to, hint } of posts) {
      for (const listener of this.#listenersTo(to)) tell(listener, hint, logger)
    }
  }

  #leave(instance: string | null, own: Listener): void {
    const all = instance === null ? this.#toEnds : this.#byInstance.get(instance)
    if (all?.delete(own) !== true) return
    this.#toMoves.delete(own)
    if (instance !== null && all.size === 0) this.#byInstance.delete(instance)
    this.onChange()
  }

  #listenersTo(to: Addressee): readonly Listener[] {
    if (to === 'ends') return [...this.#toEnds]
    if (to === 'moves') return [...this.#toMoves]
    if (typeof to === 'object') return [...(this.#byInstance.get(to.instance) ?? [])]
    const instances = [...this.#byInstance.values()].flatMap((set) => [...set])
    return to === 'instances' ? instances : [...instances, ...this.#toEnds]
  }
}

/** All who are told something by one host. */
export function audienceOf(all: readonly Listeners[]): Audience {
  const audiences = all.map((one) => one.audience)
  return {
    instances: [...new Set(audiences.flatMap(({ instances }) => instances))],
    ends: audiences.some(({ ends }) => ends),
    moves: audiences.some(({ moves }) => moves),
  }
}

// -------------------------------------------------------------------------------------------------------------------

const nothing = (): void => undefined

function tell(listener: Listener, hint: Hint, logger: Logger): void {
  try {
    listener(hint)
  } catch (thrown) {
    logger.warn('a listener to the queue threw', { hint: hint.kind, error: String(thrown) })
  }
}
