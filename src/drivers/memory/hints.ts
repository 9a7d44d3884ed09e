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
  /** Those of them that the limits of the whole queue kept from more. */
  readonly #limited = new Set<string>()
  readonly #gained: JobKind[] = []
  /** The type of a job that ended, when others are still to be told of that. */
  #due: JobKind | null = null
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

  /** This instance could take more than it got; `isLimited` when the limits of the whole queue kept it from that. */
  waits(instance: string, types: readonly string[], isLimited: boolean): void {
    if (!this.#listeners.has(instance)) return
    this.#waiting.set(instance, types)
    if (isLimited) this.#limited.add(instance)
  }

  stopsWaiting(instance: string): void {
    this.#waiting.delete(instance)
    if (this.#limited.size > 0) this.#limited.delete(instance)
  }

  /** A run is over: those whom the limits of the whole queue held up shall look, for one may take what another cannot. */
  slotFreed(): void {
    if (this.#limited.size === 0) return
    for (const instance of [...this.#limited]) this.#send(instance)
  }

  /** Whoever waits, for that type or any, shall look. */
  resumed(type: string | null): void {
    for (const [instance, types] of this.#waiting)
      if (type === null || types.includes(type)) this.#send(instance)
  }

  /** Edges are to be followed: someone who waits, best for that type, shall make a step. */
  stepDue(kind: JobKind): void {
    this.#due = kind
  }

  /** All edges were followed, or whoever made this step makes the next. */
  stepMade(): void {
    this.#due = null
  }

  /** A job of this type became ready, or will be the next to become so: a waiting instance shall look. */
  readied(kind: JobKind): void {
    if (kind.gained++ === 0) this.#gained.push(kind)
  }

  /** So many jobs of this type may be claimed that could not be. */
  opened(kind: JobKind, jobs: number): void {
    if (kind.gained === 0) this.#gained.push(kind)
    kind.gained += jobs
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
    if (this.#due !== null) this.#wakeForStep(this.#due)
    this.#due = null
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
      this.#send(instance)
    }
  }

  #wakeForStep(kind: JobKind): void {
    let any: string | undefined
    for (const [instance, types] of this.#waiting) {
      if (types.includes(kind.name)) return this.#send(instance)
      any ??= instance
    }
    if (any !== undefined) this.#send(any)
  }

  #send(instance: string): void {
    this.stopsWaiting(instance)
    this.#post({ instance }, { kind: 'work' })
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
