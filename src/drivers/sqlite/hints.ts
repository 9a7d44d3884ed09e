import type { EndedJob, Hint, MovedJob } from '../../core/queue-adapter.js'
import type { News, TakenLease } from './news.js'
import { StepNews } from './step-news.js'

/** An instance, all instances, those who asked for the ends of jobs, those who asked for all moves, or everyone. */
export type Addressee = { readonly instance: string } | 'instances' | 'ends' | 'moves' | 'all'

/** A hint and whom it is for. */
export interface Post {
  readonly to: Addressee
  readonly hint: Hint
}

/** Who listens here: what was subscribed and not stopped. */
export interface Audience {
  readonly instances: readonly string[]
  /** Somebody subscribed with null. */
  readonly ends: boolean
  /** Somebody subscribed with null and asked for moves. */
  readonly moves: boolean
}

/** Instances that could take more than they got, with the types they take, the one that waits longest first. */
export type Waiting = ReadonlyMap<string, readonly string[]>

/** The other processes at the same file, as news goes to them. */
export interface Neighbourhood {
  readonly wantsEnds: boolean
  readonly wantsMoves: boolean
  /** Wakes so many of the instances there that wait for the type, or as many as there are. */
  wake(type: string, count: number): void
  ended(jobs: readonly EndedJob[]): void
  moved(jobs: readonly MovedJob[]): void
  interrupted(instance: string, leases: readonly TakenLease[]): void
  schedulesChanged(): void
  /** Who waits here from now on. */
  waiting(waiting: Waiting): void
  audience(audience: Audience): void
}

export interface HintsOptions {
  /** Called in a microtask after the commit: a listener never sees half a step. */
  readonly deliver: (posts: readonly Post[]) => void
}

/**
 * Collects what the steps of a transaction have to tell, and tells it after the commit: to who listens here, then to the
 * neighbours. `begin`, then for each step `beginStep` (with a SAVEPOINT) and, if it failed, `dropStep`, then `commit` or
 * `rollback`. Wakes only as many of the waiting instances as there is work for, those of this process first.
 */
export class Hints implements News {
  readonly #deliver: HintsOptions['deliver']
  readonly #waiting = new Map<string, readonly string[]>()
  readonly #instances = new Set<string>()
  #audience: Audience = { instances: [], ends: false, moves: false }
  #neighbourhood: Neighbourhood = nobody
  #steps: StepNews[] = []
  #step = new StepNews()
  #posts: Post[] = []
  /** The jobs of the last post, when that is one of ends: those of the next step join them. */
  #lastEnded: EndedJob[] | null = null

  constructor({ deliver }: HintsOptions) {
    this.#deliver = deliver
  }

  get wantsEnds(): boolean {
    return this.#audience.ends || this.#neighbourhood.wantsEnds
  }

  get wantsMoves(): boolean {
    return this.#audience.moves || this.#neighbourhood.wantsMoves
  }

  get audience(): Audience {
    return this.#audience
  }

  get waiting(): Waiting {
    return this.#waiting
  }

  /** The whole of it, whenever a subscription begins or stops. */
  setAudience(audience: Audience): void {
    this.#audience = audience
    this.#instances.clear()
    for (const instance of audience.instances) this.#instances.add(instance)
    for (const instance of this.#waiting.keys())
      if (!this.#instances.has(instance)) this.#waiting.delete(instance)
    this.#neighbourhood.audience(audience)
    this.#neighbourhood.waiting(this.#waiting)
  }

  /** From now on the neighbours are told too; without them when there are none any more. */
  join(neighbourhood: Neighbourhood | null): void {
    this.#neighbourhood = neighbourhood ?? nobody
  }

  begin(): void {
    this.rollback()
  }

  /** What was collected before stands, whatever becomes of this step. */
  beginStep(): void {
    this.#steps.push(this.#step)
    this.#step = new StepNews()
  }

  dropStep(): void {
    this.#step = new StepNews()
  }

  commit(): void {
    const steps = [...this.#steps, this.#step]
    this.rollback()
    for (const step of steps) this.#tell(step)
    this.#neighbourhood.waiting(this.#waiting)
  }

  rollback(): void {
    this.#steps = []
    this.#step = new StepNews()
  }

  /** A count below zero takes back what was claimed in the same step. */
  readied(type: string, count = 1): void {
    this.#step.gain(type, count)
  }

  stepDue(type: string): void {
    this.#step.due = type
  }

  ended(job: EndedJob): void {
    if (this.wantsEnds) this.#step.ended.push(job)
  }

  moved(job: MovedJob): void {
    if (this.wantsMoves) this.#step.moved.push(job)
  }

  interrupted(instance: string, lease: TakenLease): void {
    this.#step.take(instance, lease)
  }

  schedulesChanged(): void {
    this.#step.schedulesChanged = true
  }

  waits(instance: string, types: readonly string[]): void {
    this.#step.wait(instance, types)
  }

  stopsWaiting(instance: string): void {
    this.#step.stop(instance)
  }

  /** Wakes an instance that waits here, or another that waits for the type in its place; false when nobody does. */
  wake(instance: string, type: string): boolean {
    const isWoken = this.#waiting.has(instance) ? this.#wakeNow(instance) : this.#wakeAny(type, 1) === 0
    this.#neighbourhood.waiting(this.#waiting)
    return isWoken
  }

  /** Tells those of the addressees who listen here. */
  post(to: Addressee, hint: Hint): void {
    if (!this.#isHeardBy(to)) return
    if (hint.kind === 'ended' && this.#lastEnded !== null) return void this.#lastEnded.push(...hint.jobs)
    this.#lastEnded = hint.kind === 'ended' ? [...hint.jobs] : null
    this.#posts.push({ to, hint: this.#lastEnded === null ? hint : { kind: 'ended', jobs: this.#lastEnded } })
    if (this.#posts.length === 1) queueMicrotask(() => this.#flush())
  }

  /** In the order of the contract's first reader: who was woken by a step may wait again at its end. */
  #tell(step: StepNews): void {
    for (const instance of step.stops) this.#waiting.delete(instance)
    for (const [instance, leases] of step.taken) this.#interrupt(instance, leases)
    if (step.schedulesChanged) {
      this.post('instances', { kind: 'schedules' })
      this.#neighbourhood.schedulesChanged()
    }
    for (const [type, count] of step.gained) {
      const left = this.#wakeAny(type, count)
      if (left > 0) this.#neighbourhood.wake(type, left)
    }
    if (step.due !== null) this.#wakeForStep(step.due)
    if (step.moved.length > 0) {
      this.post('moves', { kind: 'moved', jobs: step.moved })
      this.#neighbourhood.moved(step.moved)
    }
    if (step.ended.length > 0) {
      this.post('ends', { kind: 'ended', jobs: step.ended })
      this.#neighbourhood.ended(step.ended)
    }
    for (const [instance, types] of step.waits)
      if (this.#instances.has(instance)) this.#waiting.set(instance, types)
  }

  #interrupt(instance: string, leases: readonly TakenLease[]): void {
    if (this.#instances.has(instance)) this.post({ instance }, { kind: 'interrupt', leases })
    else this.#neighbourhood.interrupted(instance, leases)
  }

  /** How many of `count` found nobody. */
  #wakeAny(type: string, count: number): number {
    let left = count
    for (const [instance, types] of this.#waiting) {
      if (left <= 0) break
      if (types.includes(type) && this.#wakeNow(instance)) left--
    }
    return left
  }

  /** Any who waits will do. */
  #wakeForStep(type: string): void {
    if (this.#wakeAny(type, 1) === 0) return
    const [any] = this.#waiting.keys()
    if (any === undefined) this.#neighbourhood.wake(type, 1)
    else this.#wakeNow(any)
  }

  #wakeNow(instance: string): true {
    this.#waiting.delete(instance)
    this.post({ instance }, { kind: 'work' })
    return true
  }

  #isHeardBy(to: Addressee): boolean {
    const { instances, ends, moves } = this.#audience
    if (to === 'moves') return moves
    if (to === 'ends') return ends
    if (to === 'instances') return instances.length > 0
    return to === 'all' ? ends || instances.length > 0 : this.#instances.has(to.instance)
  }

  #flush(): void {
    const posts = this.#posts
    this.#posts = []
    this.#lastEnded = null
    this.#deliver(posts)
  }
}

// -------------------------------------------------------------------------------------------------------------------

const nothing = (): void => undefined

const nobody: Neighbourhood = {
  wantsEnds: false,
  wantsMoves: false,
  wake: nothing,
  ended: nothing,
  moved: nothing,
  interrupted: nothing,
  schedulesChanged: nothing,
  waiting: nothing,
  audience: nothing,
}
