import type { LeaseReport, RenewReply, RenewRequest } from '../../core/queue-adapter.js'
import type { Entry } from './entry.js'
import type { JobTable } from './job-table.js'
import { isHeldBy } from './settle-outcomes.js'

const linesKept = 100

/** Keeps the leases that are still this instance's, and stores what their runs have to say; answers the others. */
export function renewLeases(table: JobTable, request: RenewRequest, now: number): RenewReply {
  const lost: RenewReply['lost'][number][] = []
  for (const report of request.leases) {
    const { id, fence } = report
    const entry = table.get(id)
    if (entry !== undefined && isHeldBy(entry, request.instance.id, fence)) {
      table.leases.move(entry, now + request.leaseMs)
      note(entry, report)
    } else lost.push({ id, fence, reason: entry?.place === 'cancelled' ? 'cancelled' : 'lost' })
  }
  return { now, lost }
}

function note(entry: Entry, { progress, lines, linesFrom }: LeaseReport): void {
  if (progress !== null) entry.progress = progress
  const fresh = lines.slice(Math.max(0, entry.linesOfRun - linesFrom))
  if (fresh.length === 0) return
  entry.lines = [...entry.lines, ...fresh].slice(-linesKept)
  entry.linesOfRun = linesFrom + lines.length
}
