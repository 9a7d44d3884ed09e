import type { CycleReply, CycleRequest } from '../../core/queue-adapter.js'
import { claimReady } from './claim-ready.js'
import { followEdges, isMoreDue, nextDueAt, promoteDue, reclaimExpired } from './due-steps.js'
import type { Hints } from './hints.js'
import { type InstanceTable, type Seat, channelOf } from './instance-table.js'
import type { JobTable } from './job-table.js'
import { settleOutcomes } from './settle-outcomes.js'

interface Parts {
  readonly table: JobTable
  readonly hints: Hints
  readonly instances: InstanceTable
}

/** The next cycle of a channel, or the answer to the last one sent again. */
export function cycle(parts: Parts, request: CycleRequest, now: number, limit: number): CycleReply {
  const seat = parts.instances.hear(request.instance, now, request.leaseMs)
  const last = channelOf(seat, request.channel)
  if (request.seq < last.seq) return { kind: 'old' }
  if (request.seq > last.seq) last.reply = newCycle(parts, seat, request, now, limit)
  last.seq = request.seq
  return last.reply
}

// -------------------------------------------------------------------------------------------------------------------

/** The steps of a cycle, in the order of the contract. */
function newCycle(
  { table, hints }: Parts,
  seat: Seat,
  request: CycleRequest,
  now: number,
  limit: number,
): CycleReply {
  hints.stopsWaiting(request.instance)
  const stale = settleOutcomes(table, request, now)
  followEdges(table, now)
  promoteDue(table, now)
  const reclaimed = reclaimExpired(table, now, (instance, lease) => {
    hints.interrupted(instance, { ...lease, reason: 'lost' })
  })
  const { claims, unfilled, isCut, isLimited, opensAt } = claimReady(table, request, now, limit)
  const nextAt = earlier(nextDueAt(table), opensAt)
  const more = isCut || isMoreDue(table, now)
  const { cancelled } = seat
  seat.cancelled = []
  // Whoever made this step makes the next, if edges are left.
  hints.stepMade()
  hints.endStep()
  if (unfilled.length > 0) hints.waits(request.instance, unfilled, isLimited)
  return { kind: 'done', now, claims, stale, reclaimed, cancelled, nextDueAt: nextAt, more }
}

function earlier(a: number | null, b: number | null): number | null {
  if (a === null || b === null) return a ?? b
  return Math.min(a, b)
}
