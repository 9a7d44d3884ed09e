import { type Socket, connect } from 'node:net'
import type { Clock } from '../../core/clock.js'
import type { EndedJob, MovedJob } from '../../core/queue-adapter.js'
import type { Audience, Hints, Neighbourhood, Waiting } from './hints.js'
import type { Line } from './neighbour-line.js'
import { meet } from './neighbour-meeting.js'
import { Neighbour } from './neighbour.js'
import type { TakenLease } from './news.js'
import type { Registered } from './process-registry.js'
import type { Registration } from './registration.js'

export interface MeshOptions {
  readonly own: Registration
  /** The entry of the process with this number. */
  readonly find: (n: number) => Registered | undefined
  readonly hints: Hints
  readonly clock: Clock
  /** A neighbour has come or gone. */
  readonly onChange: () => void
  /** Somebody waits here. */
  readonly onWait: () => void
}

/**
 * The connections to the neighbours, one to each: who came later called. News goes to those who asked for it. When a
 * connection is lost, those who listen here are told that they may have missed something, and when it is back, to look at
 * everything again.
 */
export class NeighbourMesh implements Neighbourhood {
  readonly #options: MeshOptions
  readonly #byNumber = new Map<number, Neighbour>()
  readonly #lost = new Set<number>()
  /** How a connection is cut of which the other end has not said who it is. */
  readonly #meetings = new Set<() => void>()
  #isLeaving = false
  #onAlone = (): void => undefined

  constructor(options: MeshOptions) {
    this.#options = options
  }

  get wantsEnds(): boolean {
    for (const { wantsEnds } of this.#byNumber.values()) if (wantsEnds) return true
    return false
  }

  get wantsMoves(): boolean {
    for (const { wantsMoves } of this.#byNumber.values()) if (wantsMoves) return true
    return false
  }

  isConnected(n: number): boolean {
    return this.#byNumber.has(n)
  }

  /** Somebody calls. */
  accept(socket: Socket): void {
    this.#meet(socket, null, () => undefined)
  }

  /** Calls another; `onMissed` hears with which code that failed. */
  call(other: Registered, onMissed: (code: string | undefined) => void): void {
    if (other.socket !== null) this.#meet(connect({ path: other.socket }), other, onMissed)
  }

  /** Tells all that this process goes, and resolves when no connection is open any more. */
  async leave(): Promise<void> {
    this.#isLeaving = true
    for (const cut of this.#meetings) cut()
    for (const neighbour of this.#byNumber.values()) neighbour.leave()
    const cancel = this.#options.clock.after(patienceMs, () => {
      for (const neighbour of this.#byNumber.values()) neighbour.cut()
    })
    await new Promise<void>((resolve) => {
      this.#onAlone = resolve
      this.#tellAlone()
    })
    cancel()
  }

  /** Gives work that nobody told of to one who waits elsewhere; false when there is none for those. */
  wakeOne(hasWork: (types: readonly string[]) => boolean): boolean {
    for (const neighbour of this.#byNumber.values()) {
      for (const [instance, types] of neighbour.waiting) {
        if (!hasWork(types)) continue
        neighbour.wakeOne(instance, '')
        return true
      }
    }
    return false
  }

  /** Who got work goes to the end of the row. */
  wake(type: string, count: number): void {
    let left = count
    for (const [n, neighbour] of [...this.#byNumber]) {
      const before = left
      left = neighbour.wake(type, left)
      if (left === before) continue
      this.#byNumber.delete(n)
      this.#byNumber.set(n, neighbour)
      if (left === 0) return
    }
  }

  ended(jobs: readonly EndedJob[]): void {
    for (const neighbour of this.#byNumber.values()) neighbour.ended(jobs)
  }

  moved(jobs: readonly MovedJob[]): void {
    for (const neighbour of this.#byNumber.values()) neighbour.moved(jobs)
  }

  interrupted(instance: string, leases: readonly TakenLease[]): void {
    for (const neighbour of this.#byNumber.values()) neighbour.interrupted(instance, leases)
  }

  schedulesChanged(): void {
    for (const neighbour of this.#byNumber.values()) neighbour.schedulesChanged()
  }

  waiting(waiting: Waiting): void {
    if (waiting.size > 0) this.#options.onWait()
    for (const neighbour of this.#byNumber.values()) neighbour.tellWaiting(waiting)
  }

  audience(audience: Audience): void {
    for (const neighbour of this.#byNumber.values()) neighbour.tellAudience(audience)
  }

  #meet(socket: Socket, called: Registered | null, onMissed: (code: string | undefined) => void): void {
    if (this.#isLeaving) return void socket.destroy()
    const { own, find, clock } = this.#options
    const cut = meet(socket, {
      own,
      called,
      find,
      clock,
      onMet: (other, line) => {
        this.#meetings.delete(cut)
        return this.#met(other, line)
      },
      onParted: (neighbour) => this.#parted(neighbour, onMissed),
      onMissed: (code) => {
        this.#meetings.delete(cut)
        this.#tellAlone()
        onMissed(code)
      },
    })
    this.#meetings.add(cut)
  }

  #met({ n }: Registered, line: Line): Neighbour {
    const { hints, onChange } = this.#options
    const before = this.#byNumber.get(n)
    const neighbour = new Neighbour(n, line, hints)
    this.#byNumber.set(n, neighbour)
    before?.cut()
    const isBack = this.#lost.delete(n) || before !== undefined
    if (isBack) hints.post('all', { kind: 'reconnected' })
    onChange()
    return neighbour
  }

  /** What a neighbour had to tell when it was lost may be lost too. */
  #parted(neighbour: Neighbour, onMissed: (code: string | undefined) => void): void {
    const { hints, onChange } = this.#options
    onMissed(undefined)
    if (this.#byNumber.get(neighbour.n) !== neighbour) return
    this.#byNumber.delete(neighbour.n)
    this.#tellAlone()
    if (this.#isLeaving) return
    if (!neighbour.hasLeft) {
      this.#lost.add(neighbour.n)
      hints.post('ends', { kind: 'gap' })
    }
    onChange()
  }

  #tellAlone(): void {
    if (this.#isLeaving && this.#meetings.size + this.#byNumber.size === 0) this.#onAlone()
  }
}

// -------------------------------------------------------------------------------------------------------------------

/** For a neighbour that does not read. */
const patienceMs = 250
