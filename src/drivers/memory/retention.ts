import type { PruneAnswer, PruneRequest, Retention } from '../../core/queue-adapter.js'
import type { EndedList } from './ended-list.js'
import type { Entry } from './entry.js'
import type { FinalPlace, JobTable } from './job-table.js'

const places: readonly FinalPlace[] = ['completed', 'dead_letter', 'cancelled']

/** Removes final jobs beyond what is kept, first ended first, then results whose time is over: at most `limit` of them. */
export function prune(table: JobTable, request: PruneRequest, now: number): PruneAnswer {
  const orphanedResults: string[] = []
  const note = (key: string | null): void => void (key !== null && orphanedResults.push(key))
  let removedJobs = 0
  let expiredResults = 0
  const isFull = (): boolean => removedJobs + expiredResults >= request.limit
  const nextJob = (): Entry | undefined => firstBeyond(table, request, now)
  for (let entry = nextJob(); entry !== undefined && !isFull(); entry = nextJob(), removedJobs++) {
    note(table.dropResult(entry))
    table.forget(entry)
  }
  for (
    let entry = firstOver(table, now);
    entry !== undefined && !isFull();
    entry = firstOver(table, now), expiredResults++
  ) {
    note(table.dropResult(entry))
  }
  const more = nextJob() !== undefined || firstOver(table, now) !== undefined
  return { removedJobs, expiredResults, orphanedResults, more }
}

// -------------------------------------------------------------------------------------------------------------------

function firstBeyond(table: JobTable, request: PruneRequest, now: number): Entry | undefined {
  for (const place of places) {
    const list = table.ended[place]
    if (list.first !== null && isBeyond(list, list.first, request[place], now)) return list.first
  }
  return undefined
}

function isBeyond(list: EndedList, first: Entry, kept: Retention, now: number): boolean {
  if (list.count > kept.count || list.bytes > kept.bytes) return true
  return first.completedAt !== null && now - first.completedAt >= kept.ageMs
}

function firstOver(table: JobTable, now: number): Entry | undefined {
  const entry = table.results.top()
  return entry !== undefined && entry.dueAt <= now ? entry : undefined
}
