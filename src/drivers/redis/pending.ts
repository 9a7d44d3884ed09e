import type { Clock } from '../../core/clock.js'
import type { RiptideError } from '../../core/errors.js'
import { Roster } from '../../core/roster.js'
import { late } from './redis-errors.js'

/** Every command that waits for its answer: none of them waits longer than the time limit, or than the connection is open. */
export class Pending {
  readonly #clock: Pick<Clock, 'after'>
  readonly #ms: number
  readonly #failing = new Roster<(error: RiptideError) => void>()

  constructor(clock: Pick<Clock, 'after'>, ms: number) {
    this.#clock = clock
    this.#ms = ms
  }

  /** Settles as `work` does; rejects with STORE_TIMEOUT when its time is over, and calls `onLate`. */
  limit<T>(work: Promise<T>, what: string, onLate?: () => void): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const leave = (): void => {
        cancel()
        leaveFailing()
      }
      const fail = (error: unknown): void => {
        leave()
        reject(error instanceof Error ? error : late(what, this.#ms))
      }
      const cancel = this.#clock.after(this.#ms, () => {
        fail(late(what, this.#ms))
        onLate?.()
      })
      const leaveFailing = this.#failing.add(fail)
      work.then((value) => {
        leave()
        resolve(value)
      }, fail)
    })
  }

  /** Rejects all that wait. */
  failAll(error: RiptideError): void {
    for (const fail of this.#failing.members()) fail(error)
  }
}
