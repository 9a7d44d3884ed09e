import type { CycleRequest, LeaseRef, OutcomeReport } from '../../core/queue-adapter.js'
import type { StoredResult } from '../../core/settlement.js'
import type { Entry } from './entry.js'
import { hasDependents } from './extra.js'
import type { JobTable } from './job-table.js'
import { keepResult } from './results.js'

/** Applies the outcomes of runs that are still this instance's; answers the others. */
export function settleOutcomes(table: JobTable, request: CycleRequest, now: number): readonly LeaseRef[] {
  const stale: LeaseRef[] = []
  for (const report of request.outcomes) {
    const entry = table.get(report.id)
    if (entry !== undefined && isHeldBy(entry, request.instance, report.fence))
      apply(table, entry, report, now)
    else stale.push({ id: report.id, fence: report.fence })
  }
  return stale
}

/** Whether this instance has the job, by this very claim. */
export function isHeldBy(entry: Entry, instance: string, fence: string): boolean {
  return entry.place === 'processing' && entry.fenceText === fence && entry.instance === instance
}

// -------------------------------------------------------------------------------------------------------------------

function apply(table: JobTable, entry: Entry, report: OutcomeReport, now: number): void {
  const { settlement, runMs } = report
  if (settlement.kind === 'release') return giveBack(table, entry, settlement.afterMs ?? 0, now)
  entry.runMs = runMs
  entry.kind.ran(runMs)
  if (settlement.kind === 'complete') {
    const { result } = settlement
    entry.kind.totals.completed++
    entry.isKept = report.keep
    table.end(entry, 'completed', now)
    if (result !== null && ((report.keep && report.resultTtlMs > 0) || isReadByOthers(entry, result)))
      keepResult(table, entry, result, now + report.resultTtlMs)
    return
  }
  entry.failures++
  entry.error = JSON.stringify(settlement.error)
  entry.kind.totals.failed++
  if (settlement.kind === 'retry') {
    entry.kind.totals.retried++
    return table.postpone(entry, 'retrying', now + settlement.afterMs)
  }
  entry.kind.totals.deadLetter++
  table.end(entry, 'dead_letter', now)
}

function giveBack(table: JobTable, entry: Entry, afterMs: number, now: number): void {
  if (afterMs > 0) table.postpone(entry, 'delayed', now + afterMs)
  else table.giveBack(entry, now)
}

/** Those that depend on a job can read its result whatever is kept of it for others. */
function isReadByOthers(entry: Entry, result: StoredResult): boolean {
  return 'inline' in result && hasDependents(entry)
}
