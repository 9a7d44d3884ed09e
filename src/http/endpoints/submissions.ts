import { RiptideError, isRiptideError } from '../../core/errors.js'
import { sortedJson } from '../../core/json.js'
import { digestOf, idOf } from '../../core/random.js'
import type { KeyedRequest } from '../../core/job.js'
import { type NeutralResponse, jsonResponse } from '../exchange.js'
import { problemMembers } from '../problem.js'
import type { Call } from '../route.js'
import { flowIn, flowOut } from '../wire-flow.js'
import { batchIn, submissionIn } from '../wire-in.js'
import { batchOut, submissionOut } from '../wire-out.js'
import {
  type PointerOut,
  batchPointer,
  flowPointer,
  inWireTerms,
  submissionPointer,
  templateJobPointer,
} from '../wire-pointers.js'
import { templateJobIn } from '../wire-template.js'
import { inTerms } from './terms.js'

/** POST /workers/jobs */
export async function submitJob({ service, body, idempotencyKey, now }: Call): Promise<NeutralResponse> {
  const { wireType, spec, options } = submissionIn(body)
  const whole = { ...options, ...idFor(idempotencyKey, options.id, '/job_id') }
  const request = requestOf(idempotencyKey, 'jobs', body)
  const submitted = await told(idempotencyKey, submissionPointer(wireType), () =>
    service.submitJob(spec, whole, ...request),
  )
  return jsonResponse(200, submissionOut(submitted, now()))
}

/** POST /workers/jobs/batch */
export async function submitJobs({ service, body, idempotencyKey, now }: Call): Promise<NeutralResponse> {
  const { wireTypes, entries } = batchIn(body)
  const identified = entries.map(({ job, options }, i) => {
    const ownId = idFor(idempotencyKey, options.id, `/jobs/${i}/job_id`, String(i))
    return { job, options: { ...options, ...ownId } }
  })
  const request = requestOf(idempotencyKey, 'batch', body)
  const answers = await told(idempotencyKey, batchPointer(wireTypes), () =>
    service.submitJobs(identified, {}, ...request),
  )
  const problemOf = (i: number, error: RiptideError): object => {
    // What the store says of an entry does not tell which one it is.
    const pointerOut: PointerOut = (parts) => batchPointer(wireTypes)([String(i), ...parts])
    return problemMembers(inWireTerms(reusedOr(error, idempotencyKey), pointerOut))
  }
  return jsonResponse(200, batchOut(answers, problemOf, now()))
}

/** POST /workers/flows */
export async function submitFlow({ service, body, idempotencyKey, now }: Call): Promise<NeutralResponse> {
  const { wireTypes, flow } = flowIn(body)
  const whole = { ...flow, ...idFor(idempotencyKey, flow.id, '/flow_id') }
  const request = requestOf(idempotencyKey, 'flows', body)
  const submitted = await told(idempotencyKey, flowPointer(wireTypes), () =>
    service.submitFlow(whole, ...request),
  )
  return jsonResponse(200, flowOut(submitted, now()))
}

/** POST /workers/templates/:name/jobs */
export async function submitTemplate(call: Call): Promise<NeutralResponse> {
  const { service, id: name, body, idempotencyKey, now } = call
  const { spec, options } = templateJobIn(name, body)
  const whole = { ...options, ...idFor(idempotencyKey, options.id, '/job_id') }
  const request = requestOf(idempotencyKey, `templates/${name}`, body)
  const submitted = await told(idempotencyKey, templateJobPointer, () =>
    service.submitJob(spec, whole, ...request),
  )
  return jsonResponse(200, submissionOut(submitted, now()))
}

// -------------------------------------------------------------------------------------------------------------------

/** The id that a key stands for; none without a key. `part` tells apart what one request makes. */
function idFor(
  key: string | undefined,
  given: string | undefined,
  path: string,
  part?: string,
): { id?: string } {
  if (key === undefined) return {}
  if (given !== undefined) {
    const text = `give the header idempotency-key or ${path}, not both`
    throw new RiptideError('FIELDS_CONFLICT', text, { path })
  }
  return { id: idOf('idempotency-key', part === undefined ? key : `${key} ${part}`) }
}

/** What a key stands for: this body, on this route. Nothing without a key. */
function requestOf(key: string | undefined, route: string, body: Call['body']): [] | [KeyedRequest] {
  if (key === undefined) return []
  return [{ id: idOf('idempotency-key', key), digest: digestOf(sortedJson([route, body])) }]
}

async function told<T>(key: string | undefined, pointerOut: PointerOut, run: () => Promise<T>): Promise<T> {
  return inTerms(pointerOut, run).catch((thrown: unknown) => {
    throw reusedOr(thrown, key)
  })
}

/** With a key, the id of a job can only clash with one that another body made with the same key. */
function reusedOr(thrown: unknown, key: string | undefined): unknown {
  if (key === undefined || !isRiptideError(thrown) || thrown.code !== 'JOB_ID_CONFLICT') return thrown
  const text = 'this idempotency-key came before with another body'
  return new RiptideError('IDEMPOTENCY_KEY_REUSED', text, { cause: thrown })
}
