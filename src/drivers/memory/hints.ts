import { type Logger, silentLogger } from '../../core/logger.js'
import type { EndedJob, Hint, LeaseRef, MovedJob, SubscribeOptions } from '../../core/queue-adapter.js'
import type { JobKind } from './job-kind.js'

type Listener = (hint: Hint) => void
type Lost = LeaseRef & { readonly reason: 'cancelled' | 'lost' }

interface Post {
  /** An instance, all instances, or those who asked for the ends of jobs, or for all moves. */
  readonly to: { readonly instance: string } | 'instances' | 'ends' | 'moves'
  readonly hint: Hint
}

/** Collects what a step has to tell, and tells it after the step, in a microtask: a listener never sees half a step. */
export class Hints {
  logger: Logger = silentLogger
  readonly #listeners = new Map<string | null, Set<Listener>>()
  /** Instances whose last cycle left slots unfilled, with the types they take. */
  readonly #waiting = new Map<string, readonly string[]>()
  readonly #gained: JobKind[] = []
  readonly #moveListeners = new Set<Listener>()
  #ended: EndedJob[] = []
  #moved: MovedJob[] = []
  #posts: Post[] = []

  subscribe(
    instance: string | null,
    listener: Listener,
    { moves = false }: SubscribeOptions = {},
  ): () => void {
    // A function of its own for each call: the same listener given twice is two subscriptions.
    const own: Listener = (hint) => listener(hint)
    const all = this.#listeners.get(instance) ?? new Set()
    this.#listeners.set(instance, all.add(own))
    if (moves) this.#moveListeners.add(own)
    return () => {
      all.delete(own)
      this.#moveListeners.delete(own)
      if (all.size === 0 && this.#listeners.get(instance) === all) this.#listeners.delete(instance)
    }
  }

  /** This instance could take more than it got. */
  waits(instance: string, types: readonly string[]): void {
    if (this.#listeners.has(instance)) this.#waiting.set(instance, types)
  }

  stopsWaiting(instance: string): void {
    this.#waiting.delete(instance)
  }

  /** A job of this type became ready, or will be the next to become so: a waiting instance shall look. */
  readied(kind: JobKind): void {
    if (kind.gained++ === 0) this.#gained.push(kind)
  }

  ended(id: string, type: string, status: EndedJob['status']): void {
    if (this.#listeners.has(null)) this.#ended.push({ id, type, status })
  }

  moved(id: string, type: string, status: MovedJob['status']): void {
    if (this.#moveListeners.size > 0) this.#moved.push({ id, type, status })
  }

  interrupted(instance: string, lease: Lost): void {
    this.#post({ instance }, { kind: 'interrupt', leases: [lease] })
  }

  schedulesChanged(): void {
    this.#post('instances', { kind: 'schedules' })
  }

  /** The step is over: wakes as many waiting instances as there is work for, and sends what was collected. */
  endStep(): void {
    for (const kind of this.#gained) {
      if (this.#waiting.size > 0) this.#wake(kind)
      kind.gained = 0
    }
    this.#gained.length = 0
    if (this.#moved.length > 0) this.#post('moves', { kind: 'moved', jobs: this.#moved })
    this.#moved = []
    if (this.#ended.length > 0) this.#post('ends', { kind: 'ended', jobs: this.#ended })
    this.#ended = []
  }

  #wake(kind: JobKind): void {
    let left = kind.gained
    for (const [instance, types] of this.#waiting) {
      if (left <= 0) return
      if (!types.includes(kind.name)) continue
      left--
      this.#waiting.delete(instance)
      this.#post({ instance }, { kind: 'work' })
    }
  }

  #post(to: Post['to'], hint: Hint): void {
    if (this.#listeners.size === 0) return
    this.#posts.push({ to, hint })
    if (this.#posts.length === 1) queueMicrotask(() => this.#deliver())
  }

  #deliver(): void {
    const posts = this.#posts
    this.#posts = []
    for (const { to, hint } of posts) {
      for (const listener of this.#listenersTo(to)) this.#tell(listener, hint)
    }
  }

  #listenersTo(to: Post['to']): readonly Listener[] {
    if (to === 'moves') return [...this.#moveListeners]
    if (to === 'ends') return [...(this.#listeners.get(null) ?? [])]
    if (to !== 'instances') return [...(this.#listeners.get(to.instance) ?? [])]
    return [...this.#listeners].flatMap(([instance, set]) => (instance === null ? [] : [...set]))
  }

  #tell(listener: Listener, hint: Hint): void {
    try {
      listener(hint)
    } catch (thrown) {
      this.logger.warn('a listener to the queue threw', { hint: hint.kind, error: String(thrown) })
    }
  }
}
