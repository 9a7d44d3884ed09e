import type { MovingJob, NewJob } from '../../core/queue-adapter.js'
import { type Entry, hasEnded } from './entry.js'
import type { JobTable } from './job-table.js'

/** Makes a job that stood in another store, and gives it its place here. Its id and its dedupe key are free. */
export function settleIn(table: JobTable, job: MovingJob, sequence: number | null, now: number): void {
  const { createdAt, scheduleId } = job.record
  const entry = table.receive(newJobOf(job), createdAt, scheduleId, sequence)
  recall(entry, job)
  const { place } = job
  if (place === 'completed' || place === 'dead_letter' || place === 'cancelled') {
    table.restore(entry, place)
    keepResult(table, entry, job, now)
  } else {
    table.beginLife(entry)
    line(table, entry, job, now)
  }
}

// -------------------------------------------------------------------------------------------------------------------

function newJobOf({ record, token, digest }: MovingJob): NewJob {
  const { id, type, priority, maxAttempts, dedupeKey, payload, options } = record
  return {
    id,
    token,
    digest,
    type,
    priority,
    maxAttempts,
    delayMs: null,
    runAt: null,
    dedupeKey,
    payload,
    options,
  }
}

/** What has become of it so far. */
function recall(entry: Entry, { record }: MovingJob): void {
  entry.generation = record.generation
  entry.failures = record.failures
  entry.fence = Number(record.fence)
  entry.fenceText = record.fence
  entry.readyAt = record.readyAt
  entry.startedAt = record.startedAt
  entry.completedAt = record.completedAt
  entry.runMs = record.runMs
  entry.error = record.error
  entry.cancelReason = record.cancelReason
  entry.progress = record.progress
  entry.lines = [...record.lines]
  if (record.worker === null) return
  const slash = record.worker.lastIndexOf('/')
  entry.instance = record.worker.slice(0, slash)
  entry.lane = Number(record.worker.slice(slash + 1))
}

/** Puts one that has not ended into the index of its state. */
function line(table: JobTable, entry: Entry, { record, place, isInFront }: MovingJob, now: number): void {
  if (place === 'delayed' || place === 'retrying') return table.postpone(entry, place, record.readyAt)
  if (place === 'pending' && isInFront) return table.giveBack(entry, record.readyAt)
  if (place === 'pending') return table.makeReady(entry, record.readyAt)
  const blocker = record.blockedBy === null ? undefined : table.get(record.blockedBy)
  if (blocker === undefined || hasEnded(blocker)) table.makeReady(entry, now)
  else table.block(entry, blocker)
}

function keepResult(table: JobTable, entry: Entry, { record, resultUntil }: MovingJob, now: number): void {
  if (record.result === null || resultUntil === null || resultUntil <= now) return
  table.keepResult(entry, record.result, resultUntil)
}
