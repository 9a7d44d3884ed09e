import { wrong } from '../../core/check.js'
import { RiptideError } from '../../core/errors.js'
import { finalStates } from '../../core/states.js'
import { type NeutralResponse, emptyResponse, jsonResponse } from '../exchange.js'
import type { Call } from '../route.js'
import { pagesIn, pagesOut } from '../wire-pages.js'
import { bulkIn, bulkOut, explanationOut, filterWords, priorityChangeIn } from '../wire-control.js'
import { knownOnly } from '../wire-fields.js'
import { type ListQuery, deadLettersIn, listIn } from '../wire-list.js'
import { jobOut, listOut, resultOut } from '../wire-out.js'
import { fieldPointer } from '../wire-pointers.js'
import { flagIn, queryIn } from '../wire-query.js'
import { inTerms } from './terms.js'

/** GET /workers/jobs */
export async function listJobs({ service, query }: Call): Promise<NeutralResponse> {
  return listed(service, listIn(query))
}

/** GET /workers/dead-letters */
export async function listDeadLetters({ service, query }: Call): Promise<NeutralResponse> {
  return listed(service, deadLettersIn(query))
}

/** GET /workers/jobs/:job_id */
export async function getJob({ service, id }: Call): Promise<NeutralResponse> {
  const job = await service.getJob(id)
  if (!job) throw noJob(id)
  return jsonResponse(200, jobOut(job))
}

/** GET /workers/jobs/:job_id/result */
export async function getJobResult({ service, id }: Call): Promise<NeutralResponse> {
  const job = await service.getJob(id)
  if (!job) throw noJob(id)
  const result = await service.getJobResult(id)
  if (!result)
    throw new RiptideError('NOT_FINISHED', `the job ${id} has not finished yet`, { retryable: true })
  return jsonResponse(200, resultOut(result, job.type))
}

/** GET /workers/jobs/:job_id/pages */
export async function getJobPages({ service, id, query }: Call): Promise<NeutralResponse> {
  return jsonResponse(200, pagesOut(await service.getJobPages(id, pagesIn(query))))
}

/** GET /workers/jobs/:job_id/explain */
export async function explainJob({ service, id }: Call): Promise<NeutralResponse> {
  return jsonResponse(200, explanationOut(await service.explainJob(id)))
}

/** DELETE /workers/jobs/:job_id: cancels a job that has not ended, with a `reason`; with `discard=true`, removes one that has. */
export async function cancelJob({ service, id, query, body }: Call): Promise<NeutralResponse> {
  knownOnly(body, [])
  const { discard, reason } = queryIn(query, ['discard', 'reason'])
  if (!flagIn(discard, '/discard')) {
    const options = reason === undefined ? {} : { reason }
    return jsonResponse(200, jobOut(await service.cancelJob(id, options)))
  }
  if (reason !== undefined)
    throw wrong('FIELDS_CONFLICT', { path: '/reason' }, 'has no meaning together with discard', reason)
  await service.discardJob(id)
  return emptyResponse(204)
}

/** POST /workers/jobs/:job_id/retry */
export async function retryJob({ service, id, body }: Call): Promise<NeutralResponse> {
  knownOnly(body, [])
  return jsonResponse(200, jobOut(await service.retryJob(id)))
}

/** POST /workers/jobs/:job_id/priority */
export async function reprioritiseJob({ service, id, body }: Call): Promise<NeutralResponse> {
  return jsonResponse(200, jobOut(await service.reprioritiseJob(id, priorityChangeIn(body))))
}

/** POST /workers/dead-letters/retry */
export async function retryJobs({ service, body }: Call): Promise<NeutralResponse> {
  const { filter, options } = bulkIn(body, ['dead_letter', 'cancelled'])
  const outcome = await inTerms(fieldPointer(filterWords), () => service.retryJobs(filter, options))
  return jsonResponse(200, bulkOut(outcome))
}

/** POST /workers/dead-letters/discard */
export async function discardJobs({ service, body }: Call): Promise<NeutralResponse> {
  const { filter, options } = bulkIn(body, finalStates)
  const outcome = await inTerms(fieldPointer(filterWords), () => service.discardJobs(filter, options))
  return jsonResponse(200, bulkOut(outcome))
}

// -------------------------------------------------------------------------------------------------------------------

async function listed(service: Call['service'], query: ListQuery): Promise<NeutralResponse> {
  const { offset, ...asked } = query
  // A cursor says where to go on by itself, and a service refuses both.
  const options = asked.cursor === undefined ? { ...asked, offset } : asked
  return jsonResponse(200, listOut(await service.listJobs(options), query))
}

function noJob(id: string): RiptideError {
  return new RiptideError('JOB_NOT_FOUND', `there is no job ${id}`)
}
