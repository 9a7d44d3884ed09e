import type { Claim, CycleRequest } from '../../core/queue-adapter.js'
import type { Entry } from './entry.js'
import type { JobTable } from './job-table.js'

/** Gives a job to each lane that wants one, while there are any of its types; at most `limit`. */
export function claimReady(
  table: JobTable,
  request: CycleRequest,
  now: number,
  limit: number,
): readonly Claim[] {
  const { wanted, instance, leaseMs, budgets } = request
  const claims: Claim[] = []
  if (wanted.length === 0) return claims
  const kinds = table.kindsOf(request.types)
  for (const lane of wanted) {
    const entry = claims.length < limit ? table.ready.take(kinds, budgets) : undefined
    if (entry === undefined) break
    table.start(entry, instance, lane, now, leaseMs)
    entry.kind.waited(Math.max(0, now - entry.readyAt))
    claims.push(claimOf(entry, now))
  }
  return claims
}

function claimOf(entry: Entry, now: number): Claim {
  return {
    id: entry.id,
    type: entry.kind.name,
    priority: entry.priority,
    payload: entry.payload,
    options: entry.options,
    fence: entry.fenceText,
    generation: entry.generation,
    failures: entry.failures,
    maxAttempts: entry.maxAttempts,
    lane: entry.lane,
    createdAt: entry.createdAt,
    readyAt: entry.readyAt,
    startedAt: now,
    dedupeKey: entry.dedupeKey,
    scheduleId: entry.scheduleId,
  }
}
