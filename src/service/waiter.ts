import { type Deferred, deferred } from '../core/abort.js'
import type { Clock } from '../core/clock.js'
import { RiptideError } from '../core/errors.js'
import type { Result } from '../core/job.js'
import type { EndedJob } from '../core/queue-adapter.js'

export interface WaitOptions {
  /** Give up after so many ms: TIMEOUT. @default no limit */
  readonly timeoutMs?: number
  /** Give up when it aborts: ABORTED. */
  readonly signal?: AbortSignal
}

/** How a wait looks, and what it makes of what it sees. */
export interface Look {
  /** The result, null while the job has not ended, `missing` when there is no such job. */
  readonly read: () => Promise<Result | null | 'missing'>
  /** What to answer for a job that is not there, from the hint of its end if one came; throws when there is no answer. */
  readonly whenMissing: (ended: EndedJob | undefined) => Result
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
  readonly #onChange: () => void
  readonly #waits = new Map<string, Set<Wait>>()

  /** `onChange` is called when someone begins to wait, or ends. */
  constructor(clock: Clock, onChange: () => void = () => undefined) {
    this.#clock = clock
    this.#onChange = onChange
  }

  /** Nobody waits. */
  get isIdle(): boolean {
    return this.#waits.size === 0
  }

  /** A hint: these jobs have ended. */
  wake(jobs: readonly EndedJob[]): void {
    if (this.#waits.size === 0) return
    for (const job of jobs) for (const wait of this.#waits.get(job.id) ?? []) wait.hear(job)
  }

  /** Hints may have been missed: everyone looks. */
  wakeAll(): void {
    for (const wait of this.#all()) wait.look()
  }

  /** Rejects whoever still waits. */
  close(error: RiptideError): void {
    for (const wait of this.#all()) wait.fail(error)
  }

  /** Resolves with what the look gives once that is not null. */
  async wait(id: string, options: WaitOptions, look: Look): Promise<Result> {
    const wait = new Wait(this.#clock, look)
    const waits = this.#waits.get(id) ?? new Set()
    this.#waits.set(id, waits.add(wait))
    this.#onChange()
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
      this.#onChange()
    }
  }

  #all(): readonly Wait[] {
    return [...this.#waits.values()].flatMap((waits) => [...waits])
  }
}

/** One wait: looks when it is told to, and by itself after a pause that grows. */
class Wait {
  readonly #clock: Clock
  readonly #look: Look
  readonly #settled: Deferred<Result> = deferred()
  #cancelLook: (() => void) | undefined
  #pauseMs = firstLookMs
  #looking = false
  #again = false
  #over = false
  /** The hint of its end. */
  #ended: EndedJob | undefined
  /** It was there at the last look. */
  #stood = false

  constructor(clock: Clock, look: Look) {
    this.#clock = clock
    this.#look = look
  }

  get result(): Promise<Result> {
    return this.#settled.promise
  }

  /** A hint that the job has ended. */
  hear(ended: EndedJob): void {
    this.#ended = ended
    this.look()
  }

  look(): void {
    this.#again = this.#looking
    if (this.#looking || this.#over) return
    this.#looking = true
    this.#cancelLook?.()
    void this.#look.read().then(
      (seen) => this.#seen(seen),
      (error: unknown) => this.fail(error),
    )
  }

  fail(error: unknown): void {
    if (this.#over) return
    this.#end()
    this.#settled.reject(error)
  }

  #seen(seen: Result | null | 'missing'): void {
    this.#looking = false
    if (this.#over) return
    // One that stood and is gone may have been removed as it ended: the hint of that may be slower than the look.
    const isGone = seen === 'missing' && this.#ended === undefined && this.#stood
    this.#stood = seen === null
    if (seen === 'missing' && !isGone) return this.#missing()
    if (seen !== null && seen !== 'missing') return this.#resolve(seen)
    if (this.#again) return this.look()
    this.#cancelLook = this.#clock.after(this.#pauseMs, () => this.look())
    this.#pauseMs = Math.min(this.#pauseMs * 2, longestLookMs)
  }

  #missing(): void {
    try {
      this.#resolve(this.#look.whenMissing(this.#ended))
    } catch (error) {
      this.fail(error)
    }
  }

  #resolve(result: Result): void {
    this.#end()
    this.#settled.resolve(result)
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
