import type { JobStatus } from '../../core/states.js'
import { countOf } from './counting.js'
import type { Entry } from './entry.js'
import type { JobTable } from './job-table.js'

/** The job before which the last page ended: it may have been removed since. */
export interface PagePlace {
  readonly sequence: number
  readonly id: string
}

/** Jobs among which all of a state are, newest first, from behind a place on. */
export function candidates(
  table: JobTable,
  status: JobStatus | null,
  after: PagePlace | null,
): Iterable<Entry> {
  const few = status === null ? null : fewJobsIn(table, status)
  if (few === null) return table.created.from(startOf(table, after))
  return after === null ? few : few.filter((entry) => entry.sequence < after.sequence)
}

// -------------------------------------------------------------------------------------------------------------------

/**
 * The jobs in a state that has its own index, when they are a small part of all: what runs or has ended is mostly old, and
 * with a million jobs waiting the walk from the newest to them would stop the process for a tenth of a second.
 */
function fewJobsIn(table: JobTable, status: JobStatus): readonly Entry[] | null {
  const count = countOf(table, status, null)
  if (count > table.size / 8) return null
  const found: Entry[] = []
  for (const entry of indexOf(table, status)) if (entry.place === status) found.push(entry)
  // Not all are there: blocked jobs, and ended ones behind which someone is still to be told.
  if (found.length !== count) return null
  return found.sort((a, b) => b.sequence - a.sequence)
}

function indexOf(table: JobTable, status: JobStatus): Iterable<Entry> {
  if (status === 'processing') return table.leases.values()
  if (status === 'retrying') return table.due.values()
  return status === 'pending' || status === 'blocked' ? [] : table.shelf.values(status)
}

function startOf(table: JobTable, after: PagePlace | null): Entry | null {
  if (after === null) return table.created.newest
  const last = table.get(after.id)
  if (last?.sequence === after.sequence) return last.older
  let entry = table.created.newest
  while (entry !== null && entry.sequence >= after.sequence) entry = entry.older
  return entry
}
