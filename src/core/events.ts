import type { RiptideError } from './errors.js'
import type { JobError } from './job-error.js'
import type { Progress } from './job.js'
import type { Priority } from './priority.js'
import type { EndedJob, MovedJob } from './queue-adapter.js'

/** What every event about a job says. */
export interface JobEvent {
  readonly jobId: string
  readonly type: string
  /** Ms since the epoch, by the clock of the process that emits. */
  readonly at: number
}

/** What every event about one run says. */
export interface RunEvent extends JobEvent {
  readonly workerId: string
  readonly attempt: number
}

/**
 * Each accepted move emits exactly one `job:` event, in the process that made it; only a job that is handed back, no attempt
 * spent, is told by none. A new life by `retryJob` is `job:submitted` again. What a run says of itself, `job:progress` and
 * `job:page`, is no move. The `fleet:` events tell every process of what any of them did.
 */
export interface Events {
  'job:submitted': JobEvent & { readonly priority: Priority }
  'job:started': RunEvent
  'job:progress': RunEvent & { readonly progress: Progress }
  /** A failed or lost run that will be tried again. */
  'job:retrying': JobEvent & {
    readonly retryCount: number
    readonly delayMs: number
    readonly error: JobError
  }
  /**
   * A crawl has finished with a url, and of a batch or spider its page can be read: once for each, in the order in which they were
   * finished. `status` is that of the response, `null` where none came; `code` says why there is no content, `null` where there is.
   */
  'job:page': RunEvent & {
    readonly url: string
    readonly status: number | null
    readonly code: string | null
  }
  'job:completed': RunEvent & { readonly processingTimeMs: number }
  'job:dead_letter': JobEvent & { readonly retryCount: number; readonly error: JobError }
  'job:cancelled': JobEvent & { readonly reason: string | null }
  /** A run in this process lost its job to someone else; whatever it still returns is refused. */
  'job:lease_lost': RunEvent
  /**
   * A job of the namespace reached a final state, in this process or any other. At least once for each as long as no
   * `fleet:gap` comes; in any order, and now and then twice.
   */
  'fleet:ended': JobEvent & { readonly status: EndedJob['status'] }
  /**
   * A job of the namespace came, started, or waits again, in this process or any other. Told only while someone listens to
   * this event, and as `fleet:ended` is.
   */
  'fleet:moved': JobEvent & { readonly status: MovedJob['status'] }
  /** Some `fleet:ended` or `fleet:moved` may have been missed: whoever keeps a list looks at the jobs again. */
  'fleet:gap': { readonly at: number }
  'service:started': { readonly instance: string; readonly at: number }
  'service:stopped': { readonly instance: string; readonly at: number }
  /** A failure in the background: logged, tried again, and never fatal. */
  'service:error': { readonly error: RiptideError; readonly at: number }
}

export type EventName = keyof Events
export type Listener<E extends EventName> = (event: Events[E]) => void

/** Every name that can be listened to. */
export const eventNames = [
  'job:submitted',
  'job:started',
  'job:progress',
  'job:page',
  'job:retrying',
  'job:completed',
  'job:dead_letter',
  'job:cancelled',
  'job:lease_lost',
  'fleet:ended',
  'fleet:moved',
  'fleet:gap',
  'service:started',
  'service:stopped',
  'service:error',
] as const satisfies readonly EventName[]
