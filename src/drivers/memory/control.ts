import type { CancelRequest, ControlAnswer, ControlRequest, LeaseRef } from '../../core/queue-adapter.js'
import { type Entry, hasEnded, statusOf } from './entry.js'
import type { JobTable } from './job-table.js'
import { recordOf } from './record.js'

/** Requests older than the last so many of one job are not known again. */
const answersKept = 8

/** Ends a job that has not ended. `onTaken` hears whose run that was, when it ran. */
export function cancelJob(
  table: JobTable,
  request: CancelRequest,
  now: number,
  onTaken: (instance: string, lease: LeaseRef) => void,
): ControlAnswer {
  return control(table, request, (entry) => {
    if (hasEnded(entry)) return { kind: 'conflict', status: statusOf(entry) }
    const from = statusOf(entry)
    if (entry.place === 'processing' && entry.instance !== null) {
      onTaken(entry.instance, { id: entry.id, fence: entry.fenceText })
      table.fences.revoke(entry)
    }
    entry.cancelReason = request.reason
    entry.kind.totals.cancelled++
    table.end(entry, 'cancelled', now)
    return { kind: 'done', job: recordOf(entry, now), from }
  })
}

/** Begins a new life of a job that is a dead letter or cancelled, unless another live job has its dedupe key. */
export function retryJob(table: JobTable, request: ControlRequest, now: number): ControlAnswer {
  return control(table, request, (entry) => {
    const from = statusOf(entry)
    if (from !== 'dead_letter' && from !== 'cancelled') return { kind: 'conflict', status: from }
    const holder = table.keyHolder(entry.dedupeKey)
    if (holder !== undefined) return { kind: 'conflict', status: statusOf(holder) }
    clearLife(entry)
    table.revive(entry, now)
    return { kind: 'done', job: recordOf(entry, now), from }
  })
}

// -------------------------------------------------------------------------------------------------------------------

/** A refusal changed nothing, so only what was done is remembered. */
function control(
  table: JobTable,
  request: ControlRequest,
  act: (entry: Entry) => ControlAnswer,
): ControlAnswer {
  const entry = table.get(request.id)
  if (entry === undefined) return { kind: 'missing' }
  const given = entry.answers.find((one) => one.token === request.token)
  if (given !== undefined) return given.answer
  const answer = act(entry)
  if (answer.kind === 'done')
    entry.answers = [...entry.answers.slice(1 - answersKept), { token: request.token, answer }]
  return answer
}

function clearLife(entry: Entry): void {
  entry.instance = null
  entry.startedAt = null
  entry.completedAt = null
  entry.runMs = null
  entry.error = null
  entry.cancelReason = null
  entry.progress = null
  entry.lines = []
}
