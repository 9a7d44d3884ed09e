import type { Dependency } from '../../core/job-terms.js'
import type { MovingJob, NewJob } from '../../core/queue-adapter.js'
import { endByRule, placeByTies, tieTo } from './depending.js'
import { type Entry, hasEnded } from './entry.js'
import type { JobTable } from './job-table.js'
import { keepResult } from './results.js'
import { restoreSteps } from './steps.js'
import { firstFailed } from './ties.js'

/** Makes a job that stood in another store, and gives it its place here. Its id and its dedupe key are free. */
export function settleIn(table: JobTable, job: MovingJob, sequence: number | null, now: number): void {
  const { createdAt, scheduleId } = job.record
  const entry = table.receive(newJobOf(job), createdAt, scheduleId, sequence)
  recall(entry, job)
  const { place } = job
  if (place === 'completed' || place === 'dead_letter' || place === 'cancelled') {
    table.restore(entry, place)
    restoreResult(table, entry, job, now)
  } else {
    table.beginLife(entry, true)
    restoreSteps(entry, job.steps ?? [])
    line(table, entry, job, now)
  }
}

// -------------------------------------------------------------------------------------------------------------------

function newJobOf({ record, token, digest }: MovingJob): NewJob {
  const { id, type, priority, maxAttempts, dedupeKey, payload, options, terms } = record
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
    terms: terms ?? undefined,
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
function line(table: JobTable, entry: Entry, job: MovingJob, now: number): void {
  const { record, place, isInFront } = job
  const dependsOn = record.terms?.dependsOn ?? []
  if (dependsOn.length > 0 && tie(table, entry, job, dependsOn, now) === 'ended') return
  if (place === 'delayed' || place === 'retrying') return table.postpone(entry, place, record.readyAt)
  if (place === 'pending' && isInFront) return table.giveBack(entry, record.readyAt)
  if (place === 'pending') return table.makeReady(entry, record.readyAt)
  if (record.blockedBy === null) return placeByTies(table, entry, now)
  const blocker = table.get(record.blockedBy)
  if (blocker === undefined || hasEnded(blocker)) table.makeReady(entry, now)
  else table.block(entry, blocker)
}

/** Ties a job to those of its dependencies that are here. Those that held it up do so while they live. */
function tie(
  table: JobTable,
  entry: Entry,
  { record, place }: MovingJob,
  dependsOn: readonly Dependency[],
  now: number,
): 'tied' | 'ended' {
  const held = new Set(place === 'blocked' ? record.waitsFor : [])
  const failed = firstFailed(
    dependsOn.filter(({ id }) => held.has(id)),
    (id) => table.get(id),
  )
  if (failed !== null) {
    endByRule(table, entry, failed.parent, failed.rule, now)
    return 'ended'
  }
  tieTo(table, entry, dependsOn, (parent) => held.has(parent.id) && !hasEnded(parent))
  return 'tied'
}

/** One whose time is over may be wanted still, by jobs that come after it. */
function restoreResult(table: JobTable, entry: Entry, { record, resultUntil }: MovingJob, now: number): void {
  if (record.result === null || resultUntil === null) return
  if (resultUntil > now || 'inline' in record.result) keepResult(table, entry, record.result, resultUntil)
}
