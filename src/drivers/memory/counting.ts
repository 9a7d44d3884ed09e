import type { QueueCounts } from '../../core/queue-adapter.js'
import type { JobStatus } from '../../core/states.js'
import { noCounts } from '../../core/queue-record.js'
import type { JobKind } from './job-kind.js'
import type { JobTable } from './job-table.js'

type Counts = ReturnType<typeof noCounts>

/** Jobs by state and type, from counters. */
export function countJobs(table: JobTable, now: number): QueueCounts {
  const all = noCounts()
  const byType = new Map<string, Counts>()
  for (const kind of table.kinds) if (addCounts(all, kind) > 0) byType.set(kind.name, { ...kind.counts })
  let oldestReadyAt = table.ready.oldestReadyAt(table.kinds) ?? Infinity
  // Ready by the time although no cycle has been there to promote them.
  for (const entry of table.due.dueBy(now)) {
    if (entry.place !== 'delayed') continue
    for (const counts of [all, byType.get(entry.kind.name)]) if (counts) moveOne(counts)
    oldestReadyAt = Math.min(oldestReadyAt, entry.dueAt)
  }
  const [critical, high, normal, low] = table.ready.skips
  return {
    ...all,
    byType: Object.fromEntries(byType),
    skips: { critical, high, normal, low },
    oldestReadyAt: oldestReadyAt === Infinity ? null : oldestReadyAt,
  }
}

/** How many are in a state and of a type; null stands for any. */
export function countOf(table: JobTable, status: JobStatus | null, type: string | null): number {
  const kinds = type === null ? table.kinds : table.kinds.among([type])
  let total = 0
  for (const { counts } of kinds) {
    for (const place of Object.keys(counts) as (keyof typeof counts)[]) {
      if (status === null || (place === 'delayed' ? 'pending' : place) === status) total += counts[place]
    }
  }
  return total
}

// -------------------------------------------------------------------------------------------------------------------

function moveOne(counts: Counts): void {
  counts.delayed--
  counts.pending++
}

function addCounts(all: Counts, { counts }: JobKind): number {
  let sum = 0
  for (const place of Object.keys(counts) as (keyof typeof counts)[]) {
    all[place] += counts[place]
    sum += counts[place]
  }
  return sum
}
