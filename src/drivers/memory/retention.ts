import type { PruneAnswer, PruneRequest, Retention } from '../../core/queue-adapter.js'
import { finalStates } from '../../core/states.js'
import type { EndedList } from './ended-list.js'
import type { Entry } from './entry.js'
import type { JobTable } from './job-table.js'
import { dropResult } from './results.js'

/** Removes final jobs beyond what is kept, first ended first, then results and dedupe keys whose time is over: at most `limit` of
 * them. */
export function prune(table: JobTable, request: PruneRequest, now: number): PruneAnswer {
  const orphanedResults: string[] = []
  const note = (key: string | null): void => void (key !== null && orphanedResults.push(key))
  let removedJobs = 0
  let expiredResults = 0
  const isFull = (): boolean => removedJobs + expiredResults >= request.limit
  const nextJob = (): Entry | undefined => firstBeyond(table, request, now)
  for (let entry = nextJob(); entry !== undefined && !isFull(); entry = nextJob(), removedJobs++) {
    note(dropResult(table, entry))
    table.forget(entry)
  }
  for (
    let entry = firstOver(table, now);
    entry !== undefined && !isFull();
    entry = firstOver(table, now), expiredResults++
  ) {
    note(dropResult(table, entry))
  }
  const areMoreKeys = table.dedupe.prune(now, request.limit)
  const more = nextJob() !== undefined || firstOver(table, now) !== undefined || areMoreKeys
  return { removedJobs, expiredResults, orphanedResults, more }
}

// -------------------------------------------------------------------------------------------------------------------

function firstBeyond(table: JobTable, request: PruneRequest, now: number): Entry | undefined {
  for (const place of finalStates) {
    const list = table.shelf.removable[place]
    if (list.first !== null && isBeyond(list, list.first, request[place], now)) return list.first
  }
  return undefined
}

function isBeyond(list: EndedList, first: Entry, kept: Retention, now: number): boolean {
  if (list.count > kept.count || list.bytes > kept.bytes) return true
  return first.completedAt !== null && now - first.completedAt >= kept.ageMs
}

function firstOver(table: JobTable, now: number): Entry | undefined {
  const entry = table.shelf.results.top()
  return entry !== undefined && entry.dueAt <= now ? entry : undefined
}
