import { RiptideError, describe } from '../core/errors.js'
import type { Submitted } from '../core/job.js'
import type { SubmitAnswer } from '../core/queue-adapter.js'

/** The store's answer to a submission as its caller gets it; throws for a job that was not taken. */
export function submittedOf(answer: SubmitAnswer | undefined): Submitted {
  if (!answer)
    throw new RiptideError('ADAPTER_INVALID', 'the queue adapter gave fewer answers than it was sent jobs')
  if (answer.kind === 'conflict') throw conflict(answer.id)
  if (answer.kind === 'full') throw full(answer.limit)
  if (answer.kind === 'orphan') throw orphan(answer.missing)
  if (answer.kind === 'circle') throw circle(answer.id)
  const { kind, id, status } = answer
  const submitted = { id, created: kind === 'created', status }
  return kind === 'standing' && answer.replaced === true ? { ...submitted, replaced: true } : submitted
}

/** The refusal of a job whose id belongs to another one. */
export function conflict(id: string): RiptideError {
  return new RiptideError(
    'JOB_ID_CONFLICT',
    `another job has the id ${describe(id)} already, with other content`,
    { path: '/id' },
  )
}

/** The refusal of `submitIn` on a queue that shares no transaction. */
export function notShared(kind: string): RiptideError {
  const text = `a ${kind} queue has no transaction that an app could share; submitIn is for sqliteQueue`
  return new RiptideError('NOT_SUPPORTED', text)
}

// -------------------------------------------------------------------------------------------------------------------

function full(limit: string): RiptideError {
  return new RiptideError('STORE_FULL', `the queue is full (${limit}); the job was not added`, {
    retryable: true,
    facts: { limit },
  })
}

function circle(id: string): RiptideError {
  const text = `/dependsOn names ${describe(id)}, which waits for the job that this one would replace; nothing was changed`
  return new RiptideError('DEPENDENCY_CYCLE', text, { path: '/dependsOn', facts: { cycle: [id] } })
}

function orphan(missing: string): RiptideError {
  const text = `/dependsOn names ${describe(missing)}, and there is no such job; the job was not added`
  return new RiptideError('DEPENDENCY_NOT_FOUND', text, { path: '/dependsOn', facts: { missing } })
}
