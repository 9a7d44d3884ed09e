import type { JobError } from '../../core/job-error.js'
import type { LeaseRef, Reclaimed } from '../../core/queue-adapter.js'
import { followTie } from './depending.js'
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

/** Follows edges of ended jobs: to those in line behind them, to those that depend on them, to those that they depended on. */
export function followEdges(table: JobTable, now: number): void {
  table.outbox.follow(
    mostEdges,
    (ended, edge) => {
      if (edge.kind === 'behind') followLine(table, ended, edge.behind, now)
      else if (edge.kind === 'dependent') followTie(table, edge.tie, now)
      else table.release(edge.tie)
    },
    (ended) => table.mayRemove(ended),
  )
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

/** When something falls due next: a delayed job, a lease, or a start that a rate holds up. */
export function nextDueAt(table: JobTable): number | null {
  const due = table.due.top()?.dueAt ?? Infinity
  const lease = table.leases.top()?.dueAt ?? Infinity
  const opening = table.ready.keyed.book.nextOpening() ?? Infinity
  const earliest = Math.min(due, lease, opening)
  return earliest === Infinity ? null : earliest
}

// -------------------------------------------------------------------------------------------------------------------

/** A job behind an ended one is free, or blocked by whatever blocked the one that was cancelled. */
function followLine(table: JobTable, ended: Entry, behind: Entry, now: number): void {
  if (behind.place !== 'blocked' || behind.link?.blocker !== ended) return
  const heir = heirOf(ended)
  if (heir === null) table.makeReady(behind, now)
  else table.block(behind, heir)
}

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
