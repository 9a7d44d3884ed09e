import { RiptideError, describe } from '../core/errors.js'
import { ownText } from './run-news.js'
import type { JobContext } from '../core/handler.js'
import type { Job, Progress, Result } from '../core/job.js'

/** What the context needs of the run. */
export interface RunSurface {
  readonly job: Job
  readonly fence: string
  /** Made on first use: most handlers never look at it, and an AbortController costs more than a short job. */
  readonly signal: AbortSignal
  say(progress: Progress): void
  log(line: string): void
  step<T>(key: string, step: () => T | Promise<T>): Promise<T>
  dependencies(): Promise<Readonly<Record<string, Result>>>
}

/** The context that a handler gets. Its methods can be taken out of it (`{ progress, log }`). */
export class RunContext implements JobContext {
  readonly job: Job
  readonly attempt: number
  readonly fence: string
  readonly #run: RunSurface

  constructor(run: RunSurface) {
    this.job = run.job
    this.attempt = run.job.attempt
    this.fence = run.fence
    this.#run = run
  }

  get signal(): AbortSignal {
    return this.#run.signal
  }

  get progress(): (value: number, note?: string) => void {
    return (value, note) => this.#run.say(toProgress(value, note))
  }

  get log(): (line: string) => void {
    return (line) => this.#run.log(String(line))
  }

  get step(): <T>(key: string, run: () => T | Promise<T>) => Promise<T> {
    return (key, run) => this.#run.step(key, run)
  }

  get dependencies(): () => Promise<Readonly<Record<string, Result>>> {
    return () => this.#run.dependencies()
  }
}

// -------------------------------------------------------------------------------------------------------------------

function toProgress(value: unknown, note: unknown): Progress {
  if (typeof value !== 'number' || !(value >= 0 && value <= 1)) {
    throw new RiptideError(
      'PROGRESS_INVALID',
      `progress must be a number from 0 to 1; got ${describe(value)}`,
    )
  }
  if (note !== undefined && typeof note !== 'string') {
    throw new RiptideError(
      'PROGRESS_INVALID',
      `the note of a progress must be a string; got ${describe(note)}`,
    )
  }
  return { value, note: note === undefined ? null : ownText(note, 500) }
}
