import type { JobRecord } from '../../core/queue-adapter.js'
import type { StoredResult } from '../../core/settlement.js'
import { isResultHeld } from './ended-shelf.js'
import { type Entry, statusOf } from './entry.js'
import { waitsForOf } from './ties.js'

/** A job as the contract gives it: a value of its own, which no later step changes. */
export function recordOf(entry: Entry, now: number): JobRecord {
  const terms = entry.extra?.terms ?? null
  return recordWith(entry, now, {
    payload: entry.payload,
    lines: [...entry.lines],
    terms,
    waitsFor: waitsForOf(entry),
  })
}

/** The same without what a list leaves out. */
export function briefRecordOf(entry: Entry, now: number): JobRecord {
  return recordWith(entry, now, { payload: '', lines: [], terms: null, waitsFor: [] })
}

/** `<instance>/<lane>` of the last claim. */
export function workerOf(entry: Entry): string | null {
  return entry.instance === null ? null : `${entry.instance}/${entry.lane}`
}

// -------------------------------------------------------------------------------------------------------------------

type Rest = Pick<JobRecord, 'payload' | 'lines' | 'terms' | 'waitsFor'>

function recordWith(entry: Entry, now: number, { payload, lines, terms, waitsFor }: Rest): JobRecord {
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
    terms,
    waitsFor,
    result: standingResult(entry, now),
  }
}

/** A result is over on the ms, whether or not the pruner has been there. */
function standingResult(entry: Entry, now: number): StoredResult | null {
  if (entry.result === null || (entry.dueAt <= now && !isResultHeld(entry))) return null
  return 'inline' in entry.result ? { inline: entry.result.inline } : { key: entry.result.key }
}
