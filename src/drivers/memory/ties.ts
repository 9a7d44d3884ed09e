import type { Dependency, FailureRule } from '../../core/job-terms.js'
import { type Entry, hasEnded } from './entry.js'
import { extraOf, hasDependents } from './extra.js'

/**
 * What one job waits for in one life. A tie of an earlier one, or of content that was replaced, belongs to another `Wait`, and
 * whoever comes upon it sees that it counts for nothing.
 */
export class Wait {
  readonly child: Entry
  readonly ties: Tie[] = []
  /** Ties that have not let it go yet. */
  open = 0

  constructor(child: Entry) {
    this.child = child
  }

  get isCurrent(): boolean {
    return this.child.extra?.wait === this
  }
}

/** That one job depends on another: while it is open the job is blocked, and while it stands the other is kept. */
export class Tie {
  readonly wait: Wait
  readonly parentId: string
  readonly rule: FailureRule
  /** Null while it has gone to another store. */
  parent: Entry | null
  isOpen: boolean

  constructor(wait: Wait, parent: Entry, rule: FailureRule, isOpen: boolean) {
    this.wait = wait
    this.parentId = parent.id
    this.parent = parent
    this.rule = rule
    this.isOpen = isOpen
  }
}

/** Those of its dependencies that have not let a job go yet, in the order it named them. */
export function waitsForOf(entry: Entry): readonly string[] {
  const wait = entry.extra?.wait ?? null
  if (wait === null || wait.open === 0) return []
  return wait.ties.filter((tie) => tie.isOpen).map((tie) => tie.parentId)
}

/** Makes and undoes ties. Those to jobs that have gone to another store are kept here until these come back. */
export class Ties {
  readonly #absent = new Map<string, Set<Tie>>()

  /** Ties a job to others; `isOpen` says which of them hold it up. */
  bind(
    child: Entry,
    to: readonly { readonly parent: Entry; readonly rule: FailureRule; readonly isOpen: boolean }[],
  ): Wait {
    const wait = new Wait(child)
    extraOf(child).wait = wait
    for (const { parent, rule, isOpen } of to) {
      const tie = new Tie(wait, parent, rule, isOpen)
      wait.ties.push(tie)
      if (isOpen) wait.open++
      const extra = extraOf(parent)
      extra.dependents ??= new Set()
      extra.dependents.add(tie)
    }
    return wait
  }

  /** The job at the one end has ended: the other one, if it is here, is kept for it no longer. */
  release(tie: Tie): Entry | null {
    if (tie.parent !== null) tie.parent.extra?.dependents?.delete(tie)
    else {
      const left = this.#absent.get(tie.parentId)
      left?.delete(tie)
      if (left?.size === 0) this.#absent.delete(tie.parentId)
    }
    return tie.parent
  }

  /** A job went to another store. Who waits for it goes on doing so: it may come back. */
  depart(parent: Entry): void {
    const ties = parent.extra?.dependents ?? null
    if (ties === null || ties.size === 0) return
    for (const tie of ties) tie.parent = null
    this.#absent.set(parent.id, ties)
  }

  /** A job came that may be one of those. */
  arrive(parent: Entry): void {
    const ties = this.#absent.size === 0 ? undefined : this.#absent.get(parent.id)
    if (ties === undefined) return
    this.#absent.delete(parent.id)
    extraOf(parent).dependents = ties
    for (const tie of ties) tie.parent = parent
  }
}

/** The first dependency, in their order, that has ended in a way by which a job cannot go on. */
export function firstFailed(
  dependsOn: readonly Dependency[],
  find: (id: string) => Entry | undefined,
): { readonly parent: Entry; readonly rule: 'fail' | 'cancel' } | null {
  for (const { id, onFailure } of dependsOn) {
    const parent = find(id)
    if (parent === undefined || !hasEnded(parent) || parent.place === 'completed') continue
    if (onFailure !== 'ignore') return { parent, rule: onFailure }
  }
  return null
}

/** So many jobs are looked at on the way; beyond them is taken for a way back. */
const farthest = 10_000

/** Whether one job is the other, or waits for it by way of its dependencies. */
export function waitsFor(from: Entry, entry: Entry): boolean {
  if (from === entry) return true
  if (!hasDependents(entry)) return false
  const seen = new Set([from])
  for (const one of seen) {
    if (one === entry || seen.size > farthest) return true
    for (const tie of one.extra?.wait?.ties ?? []) if (tie.isOpen && tie.parent !== null) seen.add(tie.parent)
  }
  return false
}
