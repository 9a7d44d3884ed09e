import { RiptideError, isRiptideError } from '../core/errors.js'
import type { Submitted } from '../core/job.js'
import type { NewJob, Retention, StepLimits, SubmitAnswer } from '../core/queue-adapter.js'
import { keepsNone } from '../engine/pruner.js'
import { flowFault } from './flow.js'
import type { KeptAnswers } from './keyed-requests.js'
import { stepsOf } from './submit-steps.js'

/** A job of a flow as the store gets it. */
export interface FlowJobDraft {
  readonly name: string
  readonly job: NewJob
  /** Ids of those that it depends on. */
  readonly parents: readonly string[]
}

export interface FlowSending {
  readonly limits: Pick<StepLimits, 'items' | 'bytes'>
  readonly send: (jobs: readonly NewJob[]) => Promise<readonly SubmitAnswer[]>
  readonly told: (job: NewJob | undefined, answer: SubmitAnswer | undefined) => Submitted
  /** Answers of an earlier submission of the same flow, by place: these jobs are not sent again. */
  readonly kept: KeptAnswers
}

/** Others of a flow depend on the very job that they name, so a dedupe key must not put another in its place. FIELDS_CONFLICT. */
export function checkParents(flow: readonly FlowJobDraft[]): void {
  const parents = new Set(flow.flatMap(({ parents: ids }) => ids))
  const held = flow.find(({ job }) => job.dedupeKey !== null && parents.has(job.id))
  if (held === undefined) return
  const text = '/dedupeKey cannot stand here: others of the flow depend on this very job'
  const fault = new RiptideError('FIELDS_CONFLICT', `${text}, whose template says it`, { path: '/template' })
  throw flowFault(held.name, fault)
}

/**
 * Where nothing is kept of a job that completes, it may be gone before those that depend on it come, unless they come with it.
 * FIELDS_CONFLICT.
 */
export function checkSteps(
  flow: readonly FlowJobDraft[],
  completed: Retention,
  limits: FlowSending['limits'],
): void {
  if (!keepsNone(completed)) return
  const steps = stepsOf(
    flow.map(({ job }) => job),
    limits,
  )
  const stepOf = new Map(steps.flatMap((step, i) => step.map(({ id }) => [id, i])))
  const isSplit = flow.some(({ job, parents }) => parents.some((id) => stepOf.get(id) !== stepOf.get(job.id)))
  if (!isSplit) return
  const text = `/jobs: this flow goes to the store in ${steps.length} steps, and the service keeps nothing of a job that completes (retention.completed), which could be gone before others that depend on it come; keep some, or submit a smaller flow`
  throw new RiptideError('FIELDS_CONFLICT', text, { path: '/jobs', facts: { limit: limits.items } })
}

/**
 * Step by step, each when the one before is answered: nobody comes before those that it depends on. An error tells how many of
 * the flow's jobs were added before it, in `facts.added` too.
 */
export async function sendFlow(
  flow: readonly FlowJobDraft[],
  { limits, send, told, kept }: FlowSending,
): Promise<ReadonlyMap<string, Submitted>> {
  const submitted = new Map(flow.map(({ name }, i) => [name, kept.get(i)]))
  const left = flow.filter((_, i) => !kept.has(i))
  let added = 0
  let place = 0
  const steps = stepsOf(
    left.map(({ job }) => job),
    limits,
  )
  for (const step of steps) {
    const answers = await send(step).catch((thrown: unknown) => {
      throw withAdded(thrown, `of the flow's ${flow.length} jobs ${added} or more were added`, added)
    })
    const faults: unknown[] = []
    // Those of a step that were taken are told, whatever became of the others.
    left.slice(place, place + step.length).forEach(({ name, job }, i) => {
      try {
        const answer = told(job, answers[i])
        if (answer.created) added++
        submitted.set(name, answer)
      } catch (thrown) {
        faults.push(flowFault(name, thrown))
      }
    })
    place += step.length
    if (faults.length > 0)
      throw withAdded(faults[0], `of the flow's ${flow.length} jobs ${added} were added`, added)
  }
  return submitted as ReadonlyMap<string, Submitted>
}

// -------------------------------------------------------------------------------------------------------------------

function withAdded(thrown: unknown, said: string, added: number): unknown {
  if (!isRiptideError(thrown)) return thrown
  const { code, path, cause, retryable, facts } = thrown
  return new RiptideError(code, `${thrown.message}; ${said}`, {
    ...(path === undefined ? {} : { path }),
    cause,
    retryable,
    facts: { ...facts, added },
  })
}
