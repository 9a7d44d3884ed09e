import type { Clock } from '../../core/clock.js'
import type { Database, Statement } from './database.js'
import type { Hints } from './hints.js'

export interface WorkLookOptions {
  readonly database: Database
  readonly hints: Hints
  /** Whether there is something to take up for one who takes these types. */
  readonly hasWork: (types: readonly string[]) => boolean
  readonly clock: Pick<Clock, 'after'>
}

/**
 * Finds work that nobody told of, while an instance waits: what an app submitted in a transaction of its own, or what a
 * neighbour could not say. Looks often after a change to the file and seldom when there is none. Most of the work that a
 * look meets was told to someone who is about to take it; so one instance is woken when work was there at several looks on
 * end: two at first, and twice as many after each time, until a look meets none.
 */
export class WorkLook {
  readonly #options: WorkLookOptions
  readonly #version: Statement
  #lastVersion = -1
  #pauseMs = shortestMs
  /** Looks on end that met work. */
  #met = 0
  #metToWake = fewestToWake
  #cancel: (() => void) | undefined
  #isStopped = false

  constructor(options: WorkLookOptions) {
    this.#options = options
    this.#version = options.database.prepare('PRAGMA data_version')
  }

  /** Somebody waits: looks go on until nobody does. */
  start(): void {
    if (this.#cancel !== undefined || this.#isStopped) return
    this.#pauseMs = shortestMs
    this.#arm()
  }

  stop(): void {
    this.#isStopped = true
    this.#cancel?.()
  }

  /** Wakes an instance now, if there is work for one that waits. */
  wakeOne(): boolean {
    const instance = this.#instanceWithWork()
    return instance !== undefined && this.#options.hints.wake(instance, '')
  }

  #arm(): void {
    this.#cancel = this.#options.clock.after(this.#pauseMs, () => {
      this.#cancel = undefined
      if (this.#options.hints.waiting.size === 0) return
      this.#lookSafely()
      this.#arm()
    })
  }

  /** A file that cannot be read now is looked into again later; whoever writes to it says what is wrong. */
  #lookSafely(): void {
    try {
      this.#look()
    } catch {
      this.#pauseMs = longestMs
    }
  }

  #look(): void {
    const hasChanged = this.#hasChanged()
    if (this.#instanceWithWork() === undefined) {
      this.#met = 0
      this.#metToWake = fewestToWake
      this.#pauseMs = hasChanged ? shortestMs : Math.min(this.#pauseMs * growth, longestMs)
      return
    }
    this.#pauseMs = shortestMs
    if (++this.#met < this.#metToWake) return
    this.#met = 0
    this.#metToWake = Math.min(this.#metToWake * 2, mostToWake)
    this.wakeOne()
  }

  /** Whether another connection has committed since the last look. */
  #hasChanged(): boolean {
    const version = Number(this.#version.get()?.data_version)
    const hasChanged = version !== this.#lastVersion
    this.#lastVersion = version
    return hasChanged
  }

  #instanceWithWork(): string | undefined {
    const { hints, hasWork } = this.#options
    for (const [instance, types] of hints.waiting) if (hasWork(types)) return instance
    return undefined
  }
}

// -------------------------------------------------------------------------------------------------------------------

/** A look costs some 10 us. */
const shortestMs = 20
const longestMs = 250
const growth = 1.5
const fewestToWake = 2
/** So that nothing is left for longer than about a second. */
const mostToWake = 64
