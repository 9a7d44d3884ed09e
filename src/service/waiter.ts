import { type Deferred, deferred } from '../core/abort.js'
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
  readonly #waits = new Map<string, Set<Wait>>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** A hint: these jobs have ended. */
  wake(ids: readonly string[]): void {
    if (this.#waits.size === 0) return
    for (const id of ids) for (const wait of this.#waits.get(id) ?? []) wait.look()
  }

  /** The connection was away: everyone looks. */
  wakeAll(): void {
    for (const wait of this.#all()) wait.look()
  }

  /** Rejects whoever still waits. */
  close(error: RiptideError): void {
    for (const wait of this.#all()) wait.fail(error)
  }

  /** Resolves with what `read` gives once that is not null. */
  async wait(id: string, options: WaitOptions, read: () => Promise<Result | null>): Promise<Result> {
    const wait = new Wait(this.#clock, read)
    const waits = this.#waits.get(id) ?? new Set()
    this.#waits.set(id, waits.add(wait))
    const { timeoutMs, signal } = options
    const onAbort = (): void => wait.fail(aborted(signal))
    const cancel =
      timeoutMs === undefined
        ? undefined
        : this.#clock.after(timeoutMs, () => wait.fail(timedOut(id, timeoutMs)))
    signal?.addEventListener('abort', onAbort, { once: true })
    if (signal?.aborted) onAbort()
    wait.look()
    try {
      return await wait.result
    } finally {
      cancel?.()
      signal?.removeEventListener('abort', onAbort)
      waits.delete(wait)
      if (waits.size === 0 && this.#waits.get(id) === waits) this.#waits.delete(id)
    }
  }

  #all(): readonly Wait[] {
    return [...this.#waits.values()].flatMap((waits) => [...waits])
  }
}

/** One wait: looks when it is told to, and by itself after a pause that grows. */
class Wait {
  readonly #clock: Clock
  readonly #read: () => Promise<Result | null>
  readonly #settled: Deferred<Result> = deferred()
  #cancelLook: (() => void) | undefined
  #pauseMs = firstLookMs
  #looking = false
  #again = false
  #over = false

  constructor(clock: Clock, read: () => Promise<Result | null>) {
    this.#clock = clock
    this.#read = read
  }

  get result(): Promise<Result> {
    return this.#settled.promise
  }

  look(): void {
    this.#again = this.#looking
    if (this.#looking || this.#over) return
    this.#looking = true
    this.#cancelLook?.()
    void this.#read().then(
      (result) => this.#seen(result),
      (error: unknown) => this.fail(error),
    )
  }

  fail(error: unknown): void {
    if (this.#over) return
    this.#end()
    this.#settled.reject(error)
  }

  #seen(result: Result | null): void {
    this.#looking = false
    if (this.#over) return
    if (result !== null) {
      this.#end()
      return this.#settled.resolve(result)
    }
    if (this.#again) return this.look()
    this.#cancelLook = this.#clock.after(this.#pauseMs, () => this.look())
    this.#pauseMs = Math.min(this.#pauseMs * 2, longestLookMs)
  }

  #end(): void {
    this.#over = true
    this.#cancelLook?.()
  }
}

function timedOut(id: string, timeoutMs: number): RiptideError {
  return new RiptideError('TIMEOUT', `job "${id}" has not ended within ${timeoutMs} ms; it goes on`)
}

function aborted(signal: AbortSignal | undefined): RiptideError {
  return new RiptideError('ABORTED', 'the wait was aborted by its signal; the job goes on', {
    cause: signal?.reason,
  })
}
