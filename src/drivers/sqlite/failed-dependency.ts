import type { JobError } from '../../core/job-error.js'
import type { Dependency, FailureRule } from '../../core/job-terms.js'
import { type FinalStatus, hasEnded, place, statusOf } from './places.js'

/** What becomes of a job when one that it depends on has ended without having completed. */
export interface FailureEnd {
  readonly status: Exclude<FinalStatus, 'completed'>
  readonly reason: string | null
  /** JSON of a JobError. */
  readonly error: string | null
}

/** Null: it goes on. `state` is the place of the job `id`, which has ended. */
export function endBy(rule: string, id: string, state: number): FailureEnd | null {
  if (state === place.completed || rule === ('ignore' satisfies FailureRule)) return null
  const message = `job ${id}, which this one depends on, ended as ${statusOf(state, false)}`
  if (rule === ('cancel' satisfies FailureRule)) return { status: 'cancelled', reason: message, error: null }
  const error: JobError = { code: 'DEPENDENCY_FAILED', name: 'RiptideError', message }
  return { status: 'dead_letter', reason: null, error: JSON.stringify(error) }
}

/** A job that another depends on, as it stands. */
export interface Parent {
  readonly n: number
  readonly id: string
  readonly state: number
}

/** One that a job depends on, and where it stands among them. */
export interface Link {
  readonly place: number
  readonly parent: Parent
  readonly rule: FailureRule
  readonly isOpen: boolean
}

export type Outlook =
  | { readonly kind: 'orphan'; readonly missing: string }
  /** It ends at once. */
  | { readonly kind: 'failed'; readonly links: readonly Link[]; readonly end: FailureEnd }
  | { readonly kind: 'tied'; readonly links: readonly Link[]; readonly isBlocked: boolean }

/** Those of the dependencies that are there: `found` has what there is of each, by its place. */
export function linksOf(
  dependsOn: readonly Dependency[],
  found: ReadonlyMap<number, Parent>,
): readonly Link[] {
  return dependsOn.flatMap(({ onFailure: rule }, at) => {
    const parent = found.get(at)
    return parent === undefined ? [] : [{ place: at, parent, rule, isOpen: !hasEnded(parent.state) }]
  })
}

/** How a job that is submitted stands with those that it depends on. */
export function outlookOf(dependsOn: readonly Dependency[], found: ReadonlyMap<number, Parent>): Outlook {
  const missing = dependsOn.find((_, at) => !found.has(at))
  if (missing !== undefined) return { kind: 'orphan', missing: missing.id }
  const links = linksOf(dependsOn, found)
  const end = failureOf(links)
  if (end !== null) return { kind: 'failed', links, end }
  return { kind: 'tied', links, isBlocked: links.some(({ isOpen }) => isOpen) }
}

/** What becomes of a job with these links: the first one that failed decides; null where it goes on. */
export function failureOf(links: readonly Link[]): FailureEnd | null {
  for (const { parent, rule, isOpen } of links) {
    const end = isOpen ? null : endBy(rule, parent.id, parent.state)
    if (end !== null) return end
  }
  return null
}
