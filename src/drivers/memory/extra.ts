import type { JobTerms } from '../../core/job-terms.js'
import type { JobStatus } from '../../core/states.js'
import type { Entry } from './entry.js'
import type { Group } from './group.js'
import type { Steps } from './steps.js'
import type { Tie, Wait } from './ties.js'

/** What few jobs have: made when it is first needed, so that all others carry one null for it. */
export class Extra {
  terms: JobTerms | null = null
  /** What its first submission was answered. */
  cameAs: JobStatus = 'pending'
  /** How often a submission with its dedupe key gave it other content. */
  edition = 0
  /** Its ties to those it depends on, while it lives. */
  wait: Wait | null = null
  /** Ties of live jobs that depend on it. */
  dependents: Set<Tie> | null = null
  /** Outbox entries of this job that are not followed to their end: until then it is not removed. */
  openEntries = 0
  /** It has ended, and is kept for those that depend on it. */
  isHeld = false
  /** Of its keys, while it lives. */
  group: Group | null = null
  steps: Steps | null = null
}

export function extraOf(entry: Entry): Extra {
  return (entry.extra ??= new Extra())
}

/** Whether live jobs depend on it. */
export function hasDependents({ extra }: Entry): boolean {
  return extra !== null && extra.dependents !== null && extra.dependents.size > 0
}

/** Whether others are still to be told of its end. */
export function isAwaited({ extra }: Entry): boolean {
  return extra !== null && extra.openEntries > 0
}
