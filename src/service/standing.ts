import { noTerms } from '../core/job-terms.js'
import type { NewJob, SubmitAnswer } from '../core/queue-adapter.js'
import { GroupLane } from '../engine/group-lane.js'
import type { Hub } from './hub.js'
import { jobBytes } from './submit-steps.js'

/** A job with an id of its own, as far as it tells that job from another with the same id. */
export type Identified = Pick<NewJob, 'id' | 'digest'>

/**
 * Looks whether jobs stand already, with the content that they are submitted with, and adds none. A store tells no digest; so it is
 * sent a job with this one's id and digest that depends on one which cannot be there: it answers for the job that stands, and
 * where none does, that the other is missing.
 */
export class StandingJobs {
  readonly #hub: Hub
  readonly #lane: GroupLane<NewJob, SubmitAnswer>

  constructor(hub: Hub) {
    this.#hub = hub
    const { clock, queue } = hub.options
    this.#lane = new GroupLane({
      clock,
      limits: queue.limits,
      sizeOf: jobBytes,
      send: (jobs) => hub.ask((store) => store.submit(jobs)),
    })
  }

  /** A job to send in place of one that stands: it is answered as that one is, or as a conflict. Undefined where none stands. */
  async standInFor(job: Identified): Promise<NewJob | undefined> {
    const standIn = this.#standIn(job)
    const [answer] = await this.#lane.push([standIn])
    return isThere(answer) ? standIn : undefined
  }

  /** The first of them whose id belongs to a job with other content. */
  async firstAlien<Job extends Identified>(jobs: readonly Job[]): Promise<Job | undefined> {
    const answers = await this.#lane.push(jobs.map((job) => this.#standIn(job)))
    return jobs.find((_, i) => answers[i]?.kind === 'conflict')
  }

  #standIn({ id, digest }: Identified): NewJob {
    const missing = this.#hub.newId()
    return {
      ...{ id, digest, token: missing },
      ...{ type: 'riptide.look', payload: '', options: '', priority: 'normal', maxAttempts: 1 },
      ...{ delayMs: null, runAt: null, dedupeKey: null },
      terms: { ...noTerms, dependsOn: [{ id: missing, onFailure: 'fail' }] },
    }
  }
}

// -------------------------------------------------------------------------------------------------------------------

function isThere(answer: SubmitAnswer | undefined): boolean {
  return answer?.kind === 'standing' || answer?.kind === 'conflict'
}
