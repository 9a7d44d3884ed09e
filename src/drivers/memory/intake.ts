import type { NewJob, SubmitAnswer } from '../../core/queue-adapter.js'
import type { Holder } from './dedupe-keys.js'
import { depend } from './depending.js'
import { type Entry, statusOf } from './entry.js'
import type { JobTable } from './job-table.js'
import { RecentAnswers } from './recent-answers.js'
import { findsItself, isInLine, isReplaceable, replaceContent } from './replacing.js'

/** How much a queue may hold. */
export interface Room {
  readonly maxJobs: number
  readonly maxBytes: number
}

/** So many submissions that gave a job other content are known again. */
const replacementsKept = 1_024

/** Lets jobs in: once for each id, one holder for each dedupe key, and no more than there is room for. */
export class Intake {
  readonly #table: JobTable
  readonly #room: Room
  readonly #replacements = new RecentAnswers<SubmitAnswer>(replacementsKept)

  constructor(table: JobTable, room: Room) {
    this.#table = table
    this.#room = room
  }

  submit(job: NewJob, now: number): SubmitAnswer {
    const known = this.#table.get(job.id)
    if (known !== undefined) return answerForKnown(known, job)
    return (job.dedupeKey === null ? null : this.#answerForKey(job, now)) ?? this.#create(job, now)
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

  /** Ready now, or when its time comes, or when those it depends on have ended. */
  place(entry: Entry, job: NewJob, now: number): void {
    const dueAt = dueAtOf(job, now)
    const dependsOn = job.terms?.dependsOn
    if (dependsOn === undefined || dependsOn.length === 0) this.#table.waitUntil(entry, dueAt, now)
    else depend(this.#table, entry, dependsOn, dueAt, now)
  }

  #create(job: NewJob, now: number): SubmitAnswer {
    const missing = job.terms === undefined ? undefined : this.#missing(job)
    if (missing !== undefined) return { kind: 'orphan', missing }
    const limit = this.limitReached(job)
    if (limit !== null) return { kind: 'full', limit }
    const entry = this.#table.add(job, now, job.terms?.scheduleId ?? null)
    this.place(entry, job, now)
    if (entry.extra === null) return { kind: 'created', id: job.id, status: 'pending' }
    entry.extra.cameAs = statusOf(entry)
    return { kind: 'created', id: job.id, status: entry.extra.cameAs }
  }

  /** Null when the key is free for this job. */
  #answerForKey(job: NewJob, now: number): SubmitAnswer | null {
    const given = this.#replacements.find(job.id, job.token)
    if (given !== undefined) return given
    const holder = this.#table.dedupe.holder(job.dedupeKey, now)
    if (holder === undefined) return null
    const mode = job.terms?.dedupe?.mode
    const replaces = mode === 'replace' || mode === 'debounce'
    if (!replaces || holder.live === null || isInLine(holder.live)) return this.#answerOf(holder)
    return isReplaceable(holder.live) ? this.#replace(holder.live, job, now) : null
  }

  #answerOf({ id, live }: Holder): SubmitAnswer {
    const entry = live ?? this.#table.get(id)
    return { kind: 'standing', id, status: entry === undefined ? 'completed' : statusOf(entry) }
  }

  #replace(holder: Entry, job: NewJob, now: number): SubmitAnswer {
    const missing = this.#missing(job)
    if (missing !== undefined) return { kind: 'orphan', missing }
    const id = findsItself(this.#table, holder, idsOf(job))
    if (id !== null) return { kind: 'circle', id }
    const limit = this.limitReachedBy(0, Buffer.byteLength(job.payload) - holder.bytes)
    if (limit !== null) return { kind: 'full', limit }
    replaceContent(this.#table, holder, job)
    this.place(holder, job, now)
    const answer = { kind: 'standing', id: holder.id, status: statusOf(holder), replaced: true } as const
    this.#replacements.note(job.id, job.token, answer)
    return answer
  }

  #missing(job: NewJob): string | undefined {
    return idsOf(job).find((id) => this.#table.get(id) === undefined)
  }
}

// -------------------------------------------------------------------------------------------------------------------

function idsOf({ terms }: NewJob): readonly string[] {
  return terms === undefined ? [] : terms.dependsOn.map(({ id }) => id)
}

function dueAtOf({ dedupeKey, terms, delayMs, runAt }: NewJob, now: number): number {
  if (dedupeKey !== null && terms?.dedupe?.mode === 'debounce') return now + (terms.dedupe.windowMs ?? 0)
  return runAt ?? now + (delayMs ?? 0)
}

/** Sent again with its own token it is answered as the first time, whatever has become of the job since. */
function answerForKnown(known: Entry, job: NewJob): SubmitAnswer {
  if (known.digest !== job.digest) return { kind: 'conflict', id: job.id }
  if (known.token === job.token)
    return { kind: 'created', id: job.id, status: known.extra?.cameAs ?? 'pending' }
  return { kind: 'standing', id: job.id, status: statusOf(known) }
}
