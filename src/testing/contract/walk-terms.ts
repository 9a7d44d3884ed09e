import {
  type DedupeRule,
  type Dependency,
  type JobTerms,
  failureRules,
  noTerms,
} from '../../core/job-terms.js'
import type { NewJob } from '../../core/queue-adapter.js'
import { pick } from './walk-steps.js'

/** What a walk gives a job beside the ordinary: few jobs have much of it. */
export interface WalkTerms extends Pick<NewJob, 'dedupeKey'> {
  readonly terms?: JobTerms
}

/** Each key has one rule, so that it is plain who has it. */
const dedupes: readonly (readonly [key: string, rule: DedupeRule | null])[] = [
  ['kept', null],
  ['kept-long', { mode: 'keep', windowMs: 9_000 }],
  ['replaced', { mode: 'replace', windowMs: null }],
  ['put-off', { mode: 'debounce', windowMs: 4_000 }],
  ['throttled', { mode: 'throttle', windowMs: 6_000 }],
]

const limits: readonly Pick<JobTerms, 'concurrency' | 'rate'>[] = [
  { concurrency: { key: 'a', max: 1 }, rate: null },
  { concurrency: { key: 'b', max: 3 }, rate: null },
  { concurrency: null, rate: { key: 'a', max: 2, perMs: 5_000 } },
  { concurrency: { key: 'a', max: 1 }, rate: { key: 'a', max: 2, perMs: 5_000 } },
]

/** `others` are the ids of jobs that it may depend on. */
export function walkTerms(others: readonly string[], a: number, b: number, c: number): WalkTerms {
  const [dedupeKey, dedupe] = c % 5 === 0 ? pick(dedupes, b) : [null, null]
  // A job that gets new dependencies could come to depend on one that depends on it.
  const canDepend = dedupeKey === null || dedupeKey.startsWith('kept')
  const dependsOn = canDepend && b % 3 === 0 ? dependenciesAmong(others, a, c) : []
  const limit = (a + c) % 3 === 0 ? pick(limits, a) : null
  if (dependsOn.length === 0 && limit === null && dedupe === null) return { dedupeKey }
  return { dedupeKey, terms: { ...noTerms, ...limit, dependsOn, dedupe } }
}

// -------------------------------------------------------------------------------------------------------------------

/** One or two of them, most often young ones; now and then one that is not there. */
function dependenciesAmong(others: readonly string[], a: number, c: number): readonly Dependency[] {
  const young = others.slice(-6)
  const ids = new Set([pick(['nowhere', ...young], a), ...(c % 2 ? [pick(['nowhere', ...others], c)] : [])])
  if (a % 9 !== 0) ids.delete('nowhere')
  return [...ids].map((id, i) => ({ id, onFailure: pick(failureRules, c + i) }))
}
