import type { JobError } from '../../core/job-error.js'
import type { LeaseRef, Reclaimed } from '../../core/queue-adapter.js'
import type { Entry } from './entry.js'
import type { JobTable } from './job-table.js'
import { heirOf } from './lineups.js'

const mostEdges = 64
const mostPromoted = 256
const mostReclaimed = 256

const crash: JobError = {
  code: 'CRASHED',
  name: 'RiptideError',
  message: 'the worker that ran this job was lost: its lease expired',
}
const crashText = JSON.stringify(crash)

/** Tells the jobs behind ended ones: they are free, or blocked by whatever blocked the one that was cancelled. */
export function followEdges(table: JobTable, now: number): void {
  const onEdge = (ended: Entry, behind: Entry): void => {
    if (behind.place !== 'blocked' || behind.link?.blocker !== ended) return
    const heir = heirOf(ended)
    if (heir === null) table.makeReady(behind, now)
    else table.block(behind, heir)
  }
  table.outbox.follow(mostEdges, onEdge, (ended) => table.mayRemove(ended))
}

/** Makes ready what has come due, first due first. */
export function promoteDue(table: JobTable, now: number): void {
  for (let n = 0; n < mostPromoted; n++) {
    const entry = table.due.top()
    if (entry === undefined || entry.dueAt > now) return
    table.makeReady(entry, entry.dueAt)
  }
}

/** Takes back runs whose lease has expired: each is a failed attempt. `onLost` hears whose they were. */
export function reclaimExpired(
  table: JobTable,
  now: number,
  onLost: (instance: string, lease: LeaseRef) => void,
): readonly Reclaimed[] {
  const reclaimed: Reclaimed[] = []
  for (let n = 0; n < mostReclaimed; n++) {
    const entry = table.leases.top()
    if (entry === undefined || entry.dueAt > now) break
    if (entry.instance !== null) onLost(entry.instance, { id: entry.id, fence: entry.fenceText })
    reclaimed.push(reclaim(table, entry, now))
  }
  return reclaimed
}

/** Whether something is due that this step had to leave to the next one. */
export function isMoreDue(table: JobTable, now: number): boolean {
  return !table.outbox.isEmpty || (nextDueAt(table) ?? Infinity) <= now
}

/** When something falls due next: a delayed job or a lease. */
export function nextDueAt(table: JobTable): number | null {
  const due = table.due.top()
  const lease = table.leases.top()
  if (due === undefined) return lease?.dueAt ?? null
  return lease === undefined ? due.dueAt : Math.min(due.dueAt, lease.dueAt)
}

// -------------------------------------------------------------------------------------------------------------------

function reclaim(table: JobTable, entry: Entry, now: number): Reclaimed {
  const { totals } = entry.kind
  table.fences.revoke(entry)
  entry.failures++
  entry.error = crashText
  totals.crashed++
  totals.failed++
  const status = entry.failures >= entry.maxAttempts ? 'dead_letter' : 'pending'
  if (status === 'pending') {
    totals.retried++
    table.makeReady(entry, now)
  } else {
    totals.deadLetter++
    table.end(entry, 'dead_letter', now)
  }
  return { id: entry.id, type: entry.kind.name, status, failures: entry.failures }
}
