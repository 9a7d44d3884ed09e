import { RiptideError, isRiptideError } from '../core/errors.js'
import { idOf } from '../core/random.js'
import { type NeutralResponse, emptyResponse, jsonResponse } from './exchange.js'
import type { Call } from './routes.js'
import { knownOnly, scheduleIn, submissionIn } from './wire-in.js'
import { listIn } from './wire-list.js'
import * as out from './wire-out.js'
import { inWireTerms } from './wire-words.js'

/** POST /workers/jobs */
export async function submitJob({ service, body, idempotencyKey, now }: Call): Promise<NeutralResponse> {
  const { wireType, spec, options } = submissionIn(body)
  const id = idempotencyKey === undefined ? {} : { id: idOf('idempotency-key', idempotencyKey) }
  const submitted = await inTerms(wireType, () => service.submitJob(spec, { ...options, ...id })).catch(
    keyReused,
  )
  const message = submitted.created ? 'the job was submitted' : 'this job had been submitted before'
  return jsonResponse(200, out.submittedOut(submitted.id, now(), message))
}

/** GET /workers/jobs */
export async function listJobs({ service, query }: Call): Promise<NeutralResponse> {
  const { offset, ...asked } = listIn(query)
  // A cursor says where to go on by itself, and a service refuses both.
  const options = asked.cursor === undefined ? { ...asked, offset } : asked
  return jsonResponse(200, out.listOut(await service.listJobs(options), { ...asked, offset }))
}

/** GET /workers/jobs/:job_id */
export async function getJob({ service, id }: Call): Promise<NeutralResponse> {
  const job = await service.getJob(id)
  if (!job) throw noJob(id)
  return jsonResponse(200, out.jobOut(job))
}

/** GET /workers/jobs/:job_id/result */
export async function getJobResult({ service, id }: Call): Promise<NeutralResponse> {
  const job = await service.getJob(id)
  if (!job) throw noJob(id)
  const result = await service.getJobResult(id)
  if (!result)
    throw new RiptideError('NOT_FINISHED', `the job ${id} has not finished yet`, { retryable: true })
  return jsonResponse(200, out.resultOut(result, job.type))
}

/** DELETE /workers/jobs/:job_id */
export async function cancelJob({ service, id, body }: Call): Promise<NeutralResponse> {
  knownOnly(body, [])
  return jsonResponse(200, out.jobOut(await service.cancelJob(id)))
}

/** POST /workers/jobs/:job_id/retry */
export async function retryJob({ service, id, body }: Call): Promise<NeutralResponse> {
  knownOnly(body, [])
  return jsonResponse(200, out.jobOut(await service.retryJob(id)))
}

/** GET /workers/stats/queue */
export async function getQueueStats({ service }: Call): Promise<NeutralResponse> {
  return jsonResponse(200, out.queueStatsOut(await service.getQueueStats()))
}

/** GET /workers/stats/workers */
export async function getWorkerStats({ service }: Call): Promise<NeutralResponse> {
  const stats = await service.getWorkerStats()
  if (stats.isRunning || stats.healthyWorkers > 0) return jsonResponse(200, out.workerStatsOut(stats))
  throw new RiptideError('WORKERS_NOT_RUNNING', 'this service is not started, and no other worker is alive')
}

/** POST /workers/schedule */
export async function addSchedule({ service, body }: Call): Promise<NeutralResponse> {
  const { wireType, schedule } = scheduleIn(body)
  return jsonResponse(200, out.scheduleOut(await inTerms(wireType, () => service.addScheduledJob(schedule))))
}

/** GET /workers/schedule */
export async function listSchedules({ service }: Call): Promise<NeutralResponse> {
  return jsonResponse(200, (await service.listScheduledJobs()).map(out.scheduleOut))
}

/** DELETE /workers/schedule/:job_id */
export async function removeSchedule({ service, id, body }: Call): Promise<NeutralResponse> {
  knownOnly(body, [])
  await service.removeScheduledJob(id)
  return emptyResponse(204)
}

/** GET /workers/metrics */
export async function getMetrics({ service }: Call): Promise<NeutralResponse> {
  return jsonResponse(200, out.metricsOut(await service.getMetrics()))
}

/** GET /workers/health: the same body either way, with 503 for whoever only looks at the status. */
export async function getHealth({ service }: Call): Promise<NeutralResponse> {
  const health = await service.healthCheck()
  return jsonResponse(health.healthy ? 200 : 503, out.healthOut(health))
}

/** GET /workers/openapi.json */
export function getOpenApi({ document, prefix }: Call): NeutralResponse {
  return jsonResponse(200, document(prefix))
}

// -------------------------------------------------------------------------------------------------------------------

async function inTerms<T>(wireType: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run()
  } catch (thrown) {
    throw inWireTerms(thrown, wireType)
  }
}

/** The id of a job can only clash with one that another body made with the same key: no caller names ids over HTTP. */
function keyReused(thrown: unknown): never {
  if (!isRiptideError(thrown) || thrown.code !== 'JOB_ID_CONFLICT') throw thrown
  throw new RiptideError('IDEMPOTENCY_KEY_REUSED', 'this idempotency-key came before with another body', {
    cause: thrown,
  })
}

function noJob(id: string): RiptideError {
  return new RiptideError('JOB_NOT_FOUND', `there is no job ${id}`)
}
