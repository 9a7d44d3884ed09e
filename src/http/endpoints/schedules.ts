import { type NeutralResponse, emptyResponse, jsonResponse } from '../exchange.js'
import type { Call } from '../route.js'
import { knownOnly } from '../wire-fields.js'
import { scheduleIn } from '../wire-in.js'
import { scheduleOut, submissionOut } from '../wire-out.js'
import { fieldPointer, templatePointer } from '../wire-pointers.js'
import { previewIn, previewOut, previewQueryIn, previewWords, scheduleChangeIn } from '../wire-schedule.js'
import { inTerms } from './terms.js'

/** POST /workers/schedule */
export async function addSchedule({ service, body }: Call): Promise<NeutralResponse> {
  const { wireType, schedule } = scheduleIn(body)
  const added = await inTerms(templatePointer(wireType), () => service.addScheduledJob(schedule))
  return jsonResponse(200, scheduleOut(added))
}

/** GET /workers/schedule */
export async function listSchedules({ service }: Call): Promise<NeutralResponse> {
  return jsonResponse(200, (await service.listScheduledJobs()).map(scheduleOut))
}

/** PATCH /workers/schedule/:job_id */
export async function changeSchedule({ service, id, body }: Call): Promise<NeutralResponse> {
  const enabled = scheduleChangeIn(body)
  return jsonResponse(200, scheduleOut(await service.setScheduledJobEnabled(id, enabled)))
}

/** DELETE /workers/schedule/:job_id */
export async function removeSchedule({ service, id, body }: Call): Promise<NeutralResponse> {
  knownOnly(body, [])
  await service.removeScheduledJob(id)
  return emptyResponse(204)
}

/** POST /workers/schedule/:job_id/run */
export async function runSchedule({ service, id, body, now }: Call): Promise<NeutralResponse> {
  knownOnly(body, [])
  return jsonResponse(200, submissionOut(await service.runScheduledJob(id), now()))
}

/** GET /workers/schedule/:job_id/preview */
export async function previewSchedule({ service, id, query }: Call): Promise<NeutralResponse> {
  return jsonResponse(200, previewOut(await service.previewSchedule(id, previewQueryIn(query))))
}

/** POST /workers/schedule/preview: changes nothing. */
export async function previewCron({ service, body }: Call): Promise<NeutralResponse> {
  const { schedule, options } = previewIn(body)
  const slots = await inTerms(fieldPointer(previewWords), () => service.previewSchedule(schedule, options))
  return jsonResponse(200, previewOut(slots))
}
