import type { JobRecord } from '../../core/queue-adapter.js'
import type { StoredResult } from '../../core/settlement.js'
import { type Entry, statusOf } from './entry.js'

/** A job as the contract gives it: a value of its own, which no later step changes. */
export function recordOf(entry: Entry, now: number): JobRecord {
  return recordWith(entry, now, entry.payload, [...entry.lines])
}

/** The same without payload and lines, for lists. */
export function briefRecordOf(entry: Entry, now: number): JobRecord {
  return recordWith(entry, now, '', [])
}

/** `<instance>/<lane>` of the last claim. */
export function workerOf(entry: Entry): string | null {
  return entry.instance === null ? null : `${entry.instance}/${entry.lane}`
}

// -------------------------------------------------------------------------------------------------------------------

function recordWith(entry: Entry, now: number, payload: string, lines: readonly string[]): JobRecord {
  return {
    id: entry.id,
    type: entry.kind.name,
    status: statusOf(entry),
    priority: entry.priority,
    payload,
    options: entry.options,
    generation: entry.generation,
    failures: entry.failures,
    maxAttempts: entry.maxAttempts,
    fence: entry.fenceText,
    worker: workerOf(entry),
    createdAt: entry.createdAt,
    readyAt: entry.readyAt,
    startedAt: entry.startedAt,
    completedAt: entry.completedAt,
    runMs: entry.runMs,
    error: entry.error,
    cancelReason: entry.cancelReason,
    progress: entry.progress,
    lines,
    dedupeKey: entry.dedupeKey,
    scheduleId: entry.scheduleId,
    blockedBy: entry.link?.blocker?.id ?? null,
    result: standingResult(entry, now),
  }
}

/** A result is over on the ms, whether or not the pruner has been there. */
function standingResult(entry: Entry, now: number): StoredResult | null {
  if (entry.result === null || entry.dueAt <= now) return null
  return 'inline' in entry.result ? { inline: entry.result.inline } : { key: entry.result.key }
}
