import type { NewJob, SubmitAnswer } from '../../core/queue-adapter.js'
import { type Entry, statusOf } from './entry.js'
import type { JobTable } from './job-table.js'

/** How much a queue may hold. */
export interface Room {
  readonly maxJobs: number
  readonly maxBytes: number
}

/** Lets jobs in: once for each id, one live job for each dedupe key, and no more than there is room for. */
export class Intake {
  readonly #table: JobTable
  readonly #room: Room

  constructor(table: JobTable, room: Room) {
    this.#table = table
    this.#room = room
  }

  submit(job: NewJob, now: number): SubmitAnswer {
    const known = this.#table.get(job.id)
    if (known !== undefined) return answerForKnown(known, job)
    const holder = this.#table.keyHolder(job.dedupeKey)
    if (holder !== undefined) return { kind: 'standing', id: holder.id, status: statusOf(holder) }
    const limit = this.limitReached(job)
    if (limit !== null) return { kind: 'full', limit }
    this.place(this.#table.add(job, now, null), job, now)
    return { kind: 'created', id: job.id, status: 'pending' }
  }

  /** The limit that this job would break; null while there is room. */
  limitReached(job: NewJob): string | null {
    return this.limitReachedBy(1, Buffer.byteLength(job.payload))
  }

  /** The limit that so many jobs with so many bytes would break. */
  limitReachedBy(jobs: number, bytes: number): string | null {
    const { maxJobs, maxBytes } = this.#room
    if (jobs > 0 && this.#table.size + jobs > maxJobs) return `maxJobs (${maxJobs})`
    return bytes > 0 && this.#table.bytes + bytes > maxBytes ? `maxBytes (${maxBytes})` : null
  }

  /** Ready now, or when its time comes. */
  place(entry: Entry, job: NewJob, now: number): void {
    const dueAt = job.runAt ?? now + (job.delayMs ?? 0)
    if (dueAt > now) this.#table.postpone(entry, 'delayed', dueAt)
    else this.#table.makeReady(entry, now)
  }
}

/** Sent again with its own token it is answered as the first time, whatever has become of the job since. */
function answerForKnown(known: Entry, job: NewJob): SubmitAnswer {
  if (known.digest !== job.digest) return { kind: 'conflict', id: job.id }
  if (known.token === job.token) return { kind: 'created', id: job.id, status: 'pending' }
  return { kind: 'standing', id: job.id, status: statusOf(known) }
}
