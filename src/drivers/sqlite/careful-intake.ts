import type { NewJob, SubmitAnswer } from '../../core/queue-adapter.js'
import type { JobStatus } from '../../core/states.js'
import type { DedupeKeys, KeyHolder } from './dedupe-keys.js'
import { type JobFacts, isRunning } from './job-facts.js'
import type { Lineups } from './lineups.js'
import type { Moves } from './moves.js'
import { hasEnded, statusOf } from './places.js'
import type { Replacements } from './replacements.js'
import { toStoredOrNull } from './stored-text.js'
import type { LinePlace, TermedIntake } from './termed-intake.js'

/** What is known of an id that is submitted. */
export interface Standing {
  readonly digest: string
  readonly token: string
  readonly status: JobStatus
  /** What its submission was answered with. */
  readonly madeAs: JobStatus
}

/** Sent again with its own token it is answered as the first time, whatever has become of the job since. */
export function answerForKnown(known: Standing, job: NewJob): SubmitAnswer {
  const { id } = job
  if (known.digest !== job.digest) return { kind: 'conflict', id }
  if (known.token !== job.token) return { kind: 'standing', id, status: known.status }
  return { kind: 'created', id, status: known.madeAs }
}

interface Parts {
  readonly dedupe: DedupeKeys
  readonly replacements: Replacements
  readonly moves: Moves
  readonly termed: TermedIntake
  readonly lineups: Lineups
}

/** One submission: what stands of its ids, and how jobs without terms, whose ids and keys are free, are put in. */
export interface Batch {
  readonly standing: Map<string, Standing>
  readonly place: (jobs: readonly NewJob[]) => void
  readonly now: number
}

/** Lets jobs in one after the other, as a later one may depend on an earlier one, or replace it. */
export class CarefulIntake {
  readonly #parts: Parts

  constructor(parts: Parts) {
    this.#parts = parts
  }

  submit(jobs: readonly NewJob[], { standing, place, now }: Batch): readonly SubmitAnswer[] {
    const plain: NewJob[] = []
    const answers = jobs.map((job): SubmitAnswer => {
      const known = standing.get(job.id)
      if (known !== undefined) return answerForKnown(known, job)
      const answer = isPlain(job) ? created(job) : this.#submitOne(job, plain, { place, now })
      if (isPlain(job)) plain.push(job)
      if (answer.kind === 'created') {
        const { digest, token } = job
        standing.set(job.id, { digest, token, status: answer.status, madeAs: answer.status })
      }
      return answer
    })
    place(plain)
    return answers
  }

  /** The job of a slot; false where it cannot be. */
  add(job: NewJob, now: number, line: LinePlace): boolean {
    return this.#parts.termed.add(job, now, line).kind === 'in'
  }

  #submitOne(job: NewJob, before: NewJob[], { place, now }: Omit<Batch, 'standing'>): SubmitAnswer {
    place(before.splice(0))
    const given = isReplacing(job) ? this.#parts.replacements.answerTo(job) : null
    if (given !== null) return given
    const holder = this.#parts.dedupe.holderOf(toStoredOrNull(job.dedupeKey), now)
    if (holder === null) return this.#create(job, { place, now })
    if (!isReplacing(job) || holder.job === undefined || hasEnded(holder.job.state)) return standingAs(holder)
    if (isRunning(holder.job)) {
      const answer = this.#create(job, { place, now })
      if (answer.kind === 'created') this.#parts.moves.loseKey(holder.job)
      return answer
    }
    // In the line of its schedule other content would take the place of its own.
    if (this.#parts.lineups.isBlocked(holder.job.n)) return standingAs(holder)
    return this.#replace(holder.job, holder.id, job, now)
  }

  #create(job: NewJob, { place, now }: Omit<Batch, 'standing'>): SubmitAnswer {
    if (job.terms === undefined) {
      place([job])
      return created(job)
    }
    const entry = this.#parts.termed.add(job, now)
    return entry.kind === 'in' ? { kind: 'created', id: job.id, status: entry.status } : entry
  }

  #replace(standing: JobFacts, id: string, job: NewJob, now: number): SubmitAnswer {
    const entry = this.#parts.termed.replace(standing, job, now)
    if (entry.kind !== 'in') return entry
    const answer = { kind: 'standing', id, status: entry.status, replaced: true } as const
    this.#parts.replacements.note(job, answer)
    return answer
  }
}

// -------------------------------------------------------------------------------------------------------------------

type StandingAnswer = Extract<SubmitAnswer, { kind: 'standing' }>

function isPlain({ terms, dedupeKey }: NewJob): boolean {
  return terms === undefined && dedupeKey === null
}

function isReplacing({ terms, dedupeKey }: NewJob): boolean {
  const mode = terms?.dedupe?.mode
  return dedupeKey !== null && (mode === 'replace' || mode === 'debounce')
}

function created({ id }: NewJob): SubmitAnswer {
  return { kind: 'created', id, status: 'pending' }
}

function standingAs({ id, job }: KeyHolder): StandingAnswer {
  return {
    kind: 'standing',
    id,
    status: job === undefined ? 'completed' : statusOf(job.state, isRunning(job)),
  }
}
