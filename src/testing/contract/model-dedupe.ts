import { type ModelJob, isLive } from './model-job.js'

interface Holding {
  readonly job: ModelJob
  /** Held until then, whatever becomes of the job. */
  readonly until: number
  /** Held as long as the job lives. */
  readonly whileLive: boolean
}

/** Who has which dedupe key. */
export class ModelDedupe {
  readonly #holdings = new Map<string, Holding>()

  holder(key: string | null, now: number): ModelJob | undefined {
    const holding = key === null ? undefined : this.#holdings.get(key)
    if (!holding) return undefined
    return now < holding.until || (holding.whileLive && isLive(holding.job)) ? holding.job : undefined
  }

  /** A job was made, and has its key from now on. */
  take(job: ModelJob, now: number): void {
    if (job.dedupeKey === null) return
    const { mode = 'keep', windowMs = null } = job.terms?.dedupe ?? {}
    const until = windowMs === null || mode === 'debounce' ? 0 : now + windowMs
    this.#holdings.set(job.dedupeKey, { job, until, whileLive: mode !== 'throttle' })
  }

  /** A new life has it again. */
  retake(job: ModelJob): void {
    if (job.dedupeKey === null || job.terms?.dedupe?.mode === 'throttle') return
    const standing = this.#holdings.get(job.dedupeKey)
    const until = standing?.job === job ? standing.until : 0
    this.#holdings.set(job.dedupeKey, { job, until, whileLive: true })
  }
}
