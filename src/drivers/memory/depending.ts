import type { JobError } from '../../core/job-error.js'
import type { Dependency } from '../../core/job-terms.js'
import { type Entry, hasEnded, statusOf } from './entry.js'
import type { JobTable } from './job-table.js'
import { type Tie, firstFailed, waitsFor } from './ties.js'

/** Gives a job that depends on others its place: ended by its rule, blocked, or as any other job from `dueAt` on. */
export function depend(
  table: JobTable,
  entry: Entry,
  dependsOn: readonly Dependency[],
  dueAt: number,
  now: number,
): void {
  entry.readyAt = Math.max(dueAt, now)
  const failed = firstFailed(dependsOn, (id) => table.get(id))
  if (failed !== null) return endByRule(table, entry, failed.parent, failed.rule, now)
  tieTo(table, entry, dependsOn, (parent) => holdsUp(parent, entry))
  placeByTies(table, entry, now)
}

/** A new life: it waits for those that live, and those that stand are kept for it. */
export function dependAgain(
  table: JobTable,
  entry: Entry,
  dependsOn: readonly Dependency[],
  now: number,
): void {
  entry.readyAt = now
  tieTo(table, entry, dependsOn, (parent) => holdsUp(parent, entry))
  placeByTies(table, entry, now)
}

/** Ties a job to those of its dependencies that are here. */
export function tieTo(
  table: JobTable,
  entry: Entry,
  dependsOn: readonly Dependency[],
  isOpen: (parent: Entry) => boolean,
): void {
  const parents = dependsOn.flatMap(({ id, onFailure }) => {
    const parent = table.get(id)
    return parent === undefined ? [] : [{ parent, rule: onFailure, isOpen: isOpen(parent) }]
  })
  table.ties.bind(entry, parents)
  for (const { parent } of parents) {
    if (!hasEnded(parent)) continue
    table.shelf.timeResult(parent)
    table.mayRemove(parent)
  }
}

/** Blocked while a tie is open; else ready, or delayed until `readyAt`. */
export function placeByTies(table: JobTable, entry: Entry, now: number): void {
  if ((entry.extra?.wait?.open ?? 0) > 0) table.blockByTies(entry)
  else table.waitUntil(entry, entry.readyAt, now)
}

/** Tells a job that one it depends on has ended. */
export function followTie(table: JobTable, tie: Tie, now: number): void {
  const { wait, parent, rule } = tie
  if (!tie.isOpen || !wait.isCurrent || parent === null || !hasEnded(parent)) return
  if (parent.place !== 'completed' && rule !== 'ignore')
    return endByRule(table, wait.child, parent, rule, now)
  tie.isOpen = false
  if (--wait.open === 0) table.waitUntil(wait.child, wait.child.readyAt, now)
}

/** Ends a job because one that it depends on did not complete. */
export function endByRule(
  table: JobTable,
  entry: Entry,
  parent: Entry,
  rule: 'fail' | 'cancel',
  now: number,
): void {
  const message = `job ${parent.id}, which this one depends on, ended as ${statusOf(parent)}`
  const { totals } = entry.kind
  if (rule === 'cancel') {
    entry.cancelReason = message
    totals.cancelled++
    return table.end(entry, 'cancelled', now)
  }
  const error: JobError = { code: 'DEPENDENCY_FAILED', name: 'RiptideError', message }
  entry.error = JSON.stringify(error)
  totals.deadLetter++
  table.end(entry, 'dead_letter', now)
}

// -------------------------------------------------------------------------------------------------------------------

/** A job waits for one that lives, unless that one waits for it: then both would for ever. */
function holdsUp(parent: Entry, entry: Entry): boolean {
  return !hasEnded(parent) && !waitsFor(parent, entry)
}
