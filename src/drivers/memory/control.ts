import type {
  CancelRequest,
  ControlAnswer,
  ControlRequest,
  DiscardAnswer,
  LeaseRef,
  ReprioritiseRequest,
} from '../../core/queue-adapter.js'
import { dependAgain } from './depending.js'
import { type Entry, hasEnded, statusOf } from './entry.js'
import { hasDependents, isAwaited } from './extra.js'
import type { JobTable } from './job-table.js'
import { unblock } from './lineups.js'
import { recordOf } from './record.js'
import { isReplaceable } from './replacing.js'
import { dropResult } from './results.js'

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
    const holder = table.dedupe.liveHolder(entry.dedupeKey, now)
    if (holder !== undefined) return { kind: 'conflict', status: statusOf(holder) }
    revive(table, entry, now)
    return { kind: 'done', job: recordOf(entry, now), from }
  })
}

/** Puts a job that waits into another class, at its end. */
export function reprioritiseJob(table: JobTable, request: ReprioritiseRequest, now: number): ControlAnswer {
  return control(table, request, (entry) => {
    const from = statusOf(entry)
    if (!isReplaceable(entry)) return { kind: 'conflict', status: from }
    if (entry.priority !== request.priority) table.reclass(entry, request.priority)
    return { kind: 'done', job: recordOf(entry, now), from }
  })
}

/** Removes a job that has ended, unless others wait for its end or depend on it. */
export function discardJob(table: JobTable, { id }: ControlRequest): DiscardAnswer {
  const entry = table.get(id)
  if (entry === undefined) return { kind: 'missing' }
  if (!hasEnded(entry)) return { kind: 'conflict', status: statusOf(entry) }
  if (hasDependents(entry) || isAwaited(entry)) return { kind: 'held' }
  dropResult(table, entry)
  table.forget(entry)
  return { kind: 'done' }
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

function revive(table: JobTable, entry: Entry, now: number): void {
  table.lift(entry)
  unblock(entry)
  clearLife(entry)
  table.beginLife(entry, false)
  const dependsOn = entry.extra?.terms?.dependsOn ?? []
  if (dependsOn.length > 0) dependAgain(table, entry, dependsOn, now)
  else table.makeReady(entry, now)
}

function clearLife(entry: Entry): void {
  entry.generation++
  entry.failures = 0
  entry.instance = null
  entry.startedAt = null
  entry.completedAt = null
  entry.runMs = null
  entry.error = null
  entry.cancelReason = null
  entry.progress = null
  entry.lines = []
}
