import type { NewJob } from '../../core/queue-adapter.js'
import type { Entry } from './entry.js'
import { setTerms } from './entry-terms.js'
import { extraOf } from './extra.js'
import type { JobTable } from './job-table.js'
import { waitsFor } from './ties.js'

/** Whether a submission may give a job other content: one that has not ended and does not run. */
export function isReplaceable({ place }: Entry): boolean {
  return place === 'pending' || place === 'delayed' || place === 'retrying' || place === 'blocked'
}

/** It waits for the job before it on its schedule: other content would take it out of the line. */
export function isInLine({ place, link }: Entry): boolean {
  return place === 'blocked' && link !== null && link.blocker !== null
}

/** Gives a job the content of another submission; it stands nowhere until it is told where. */
export function replaceContent(table: JobTable, entry: Entry, job: NewJob): void {
  table.lift(entry)
  table.letGo(entry)
  table.ready.keyed.part(entry)
  table.resize(entry, Buffer.byteLength(job.payload) - entry.bytes)
  entry.refill(job, table.kinds.of(job.type))
  setTerms(entry, job.terms)
  const extra = extraOf(entry)
  extra.edition++
  // What steps of the other content had for results is no result of this one's.
  extra.steps = null
  table.ready.keyed.join(entry, true)
}

/** The dependency by which a job would come to wait for itself; null when there is none. */
export function findsItself(table: JobTable, entry: Entry, ids: readonly string[]): string | null {
  const leadsBack = (id: string): boolean => {
    const from = table.get(id)
    return from !== undefined && waitsFor(from, entry)
  }
  return ids.find(leadsBack) ?? null
}
