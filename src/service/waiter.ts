import type { Clock } from '../core/clock.js'
import { RiptideError } from '../core/errors.js'
import type { Result } from '../core/job.js'

export interface WaitOptions {
  /** Give up after so many ms: TIMEOUT. @default no limit */
  readonly timeoutMs?: number
  /** Give up when it aborts: ABORTED. */
  readonly signal?: AbortSignal
}

/** Between two looks when no hint comes: short at first, since most jobs are short. */
const firstLookMs = 250
const longestLookMs = 2_000

/**
 * Waits for jobs to end. A hint says when to look; the state is read before the wait, after it, and now and then in
 * between, so that a hint that was lost costs two seconds and never the answer.
 */
export class Waiter {
  readonly #clock: Clock
  readonly #waiting = new Map<string, Set<() => void>>()
  readonly #closed = new Set<(error: RiptideError) => void>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** A hint: these jobs have ended. */
  wake(ids: readonly string[]): void {
    if (this.#waiting.size === 0) return
    for (const id of ids) for (const look of this.#waiting.get(id) ?? []) look()
  }

  /** The connection was away: everyone looks. */
  wakeAll(): void {
    for (const looks of [...this.#waiting.values()]) for (const look of [...looks]) look()
  }

  /** Rejects whoever still waits. */
  close(error: RiptideError): void {
    for (const reject of [...this.#closed]) reject(error)
  }

  /** Resolves with what `read` gives once that is not null. */
  wait(id: string, options: WaitOptions, read: () => Promise<Result | null>): Promise<Result> {
    const { timeoutMs, signal } = options
    return new Promise<Result>((resolve, reject) => {
      let pause = firstLookMs
      let cancelLook: (() => void) | undefined
      let looking = false
      let again = false
      let done = false
      const end = (settle: () => void): void => {
        if (done) return
        done = true
        cancelLook?.()
        cancelTimeout?.()
        signal?.removeEventListener('abort', onAbort)
        this.#forget(id, look, fail)
        settle()
      }
      const fail = (error: unknown): void => end(() => reject(error as Error))
      const onAbort = (): void => fail(signal ? asAborted(signal) : undefined)
      const look = (): void => {
        again = looking
        if (looking || done) return
        looking = true
        cancelLook?.()
        void read().then((result) => {
          looking = false
          if (result) return end(() => resolve(result))
          if (again) return look()
          cancelLook = done ? undefined : this.#clock.after(pause, look)
          pause = Math.min(pause * 2, longestLookMs)
        }, fail)
      }
      const cancelTimeout =
        timeoutMs === undefined ? undefined : this.#clock.after(timeoutMs, () => fail(timedOut(id, timeoutMs)))
      signal?.addEventListener('abort', onAbort, { once: true })
      this.#remember(id, look, fail)
      if (signal?.aborted) onAbort()
      else look()
    })
  }

  #remember(id: string, look: () => void, fail: (error: RiptideError) => void): void {
    const looks = this.#waiting.get(id) ?? new Set()
    this.#waiting.set(id, looks.add(look))
    this.#closed.add(fail)
  }

  #forget(id: string, look: () => void, fail: (error: RiptideError) => void): void {
    const looks = this.#waiting.get(id)
    looks?.delete(look)
    if (looks?.size === 0) this.#waiting.delete(id)
    this.#closed.delete(fail)
  }
}

function timedOut(id: string, timeoutMs: number): RiptideError {
  return new RiptideError('TIMEOUT', `job "${id}" has not ended within ${timeoutMs} ms; it goes on`)
}

function asAborted(signal: AbortSignal): RiptideError {
  return new RiptideError('ABORTED', 'the wait was aborted by its signal; the job goes on', { cause: signal.reason })
}
