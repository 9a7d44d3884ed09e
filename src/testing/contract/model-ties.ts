import type { Dependency } from '../../core/job-terms.js'
import type { NewJob } from '../../core/queue-adapter.js'
import type { FinalStatus } from '../../core/states.js'
import { type ModelJob, isLive } from './model-job.js'

const endOf = { fail: 'dead_letter', cancel: 'cancelled' } as const

/** What a job does that some of its dependencies are not there for, or ended badly; else for which it waits. */
export type Outlook =
  | { readonly kind: 'orphan'; readonly missing: string }
  | { readonly kind: 'ended'; readonly status: FinalStatus }
  | { readonly kind: 'tied'; readonly open: readonly Dependency[] }

/** Who depends on whom. */
export class ModelTies {
  readonly #jobs: Map<string, ModelJob>
  /** Whose ends are to be told. */
  readonly #outbox: ModelJob[] = []

  constructor(jobs: Map<string, ModelJob>) {
    this.#jobs = jobs
  }

  outlook({ id, terms }: Pick<NewJob, 'id' | 'terms'>): Outlook {
    const all = (terms?.dependsOn ?? []).map((one) => ({ ...one, parent: this.#jobs.get(one.id) }))
    const missing = all.find((one) => one.parent === undefined || one.id === id)
    if (missing) return { kind: 'orphan', missing: missing.id }
    const bad = all.find(({ parent, onFailure }) => onFailure !== 'ignore' && hasFailed(parent))
    if (bad && bad.onFailure !== 'ignore') return { kind: 'ended', status: endOf[bad.onFailure] }
    const open = all
      .filter(({ parent }) => isLive(parent))
      .map(({ id: of, onFailure }) => ({ id: of, onFailure }))
    return { kind: 'tied', open }
  }

  /** Ties it to all of its dependencies that are there. */
  tie(job: ModelJob): void {
    for (const { id } of job.terms?.dependsOn ?? []) {
      const parent = this.#jobs.get(id)
      parent?.tiedBy.add(job.id)
      if (parent && !isLive(parent)) parent.wasTied = true
    }
  }

  untie(job: ModelJob): void {
    for (const { id } of job.terms?.dependsOn ?? []) this.#jobs.get(id)?.tiedBy.delete(job.id)
  }

  /** For a new life: those that have ended hold it up no more. */
  openAgain(job: ModelJob): readonly Dependency[] {
    return (job.terms?.dependsOn ?? []).filter(({ id }) => isLive(this.#jobs.get(id)))
  }

  ended(job: ModelJob): void {
    job.wasTied ||= job.tiedBy.size > 0 || (job.terms?.dependsOn ?? []).length > 0
    job.open = []
    this.#outbox.push(job)
  }

  /** Whether its end is still to be told. */
  isDue(job: ModelJob): boolean {
    return this.#outbox.includes(job)
  }

  /** Tells of all ends. `free` is done to those that nothing holds up any more, `end` to those that a rule ends. */
  follow(free: (job: ModelJob) => void, end: (job: ModelJob, status: FinalStatus) => void): void {
    for (let ended = this.#outbox.shift(); ended !== undefined; ended = this.#outbox.shift()) {
      if (isLive(ended)) continue
      for (const child of [...this.#jobs.values()]) {
        const edge = child.status === 'blocked' ? child.open.find(({ id }) => id === ended.id) : undefined
        if (edge === undefined) continue
        child.open = child.open.filter((one) => one !== edge)
        if (edge.onFailure !== 'ignore' && hasFailed(ended)) end(child, endOf[edge.onFailure])
        else if (child.open.length === 0) free(child)
      }
      this.untie(ended)
    }
    this.removeUnkept(() => true)
  }

  /** Removes those that are not to be kept, are tied to nobody, and pass the test. */
  removeUnkept(test: (job: ModelJob) => boolean): void {
    for (const job of this.#jobs.values())
      if (job.isUnkept && !isLive(job) && job.tiedBy.size === 0 && test(job)) this.#jobs.delete(job.id)
  }
}

// -------------------------------------------------------------------------------------------------------------------

function hasFailed(job: ModelJob | undefined): boolean {
  return job?.status === 'dead_letter' || job?.status === 'cancelled'
}
