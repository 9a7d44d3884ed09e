import assert from 'node:assert/strict'
import { type DedupeRule, type FailureRule, type JobTerms, noTerms } from '../../core/job-terms.js'
import type { NewJob } from '../../core/queue-adapter.js'
import type { JobStatus } from '../../core/states.js'
import type { Stage } from './stage.js'

/** What a job's own part has of these terms, and of no others. */
export interface WithTerms {
  readonly terms: JobTerms
}

export function termsOf(part: Partial<JobTerms>): WithTerms {
  return { terms: { ...noTerms, ...part } }
}

/** A job that depends on these. */
export function after(ids: string | readonly string[], onFailure: FailureRule = 'fail'): WithTerms {
  return termsOf({ dependsOn: [ids].flat().map((id) => ({ id, onFailure })) })
}

/** A job of which so many with the same key run at once. */
export function keyed(key: string, max = 1): WithTerms {
  return termsOf({ concurrency: { key, max } })
}

/** A job of which so many with the same key start within a time. */
export function rated(key: string, max: number, perMs: number): WithTerms {
  return termsOf({ rate: { key, max, perMs } })
}

/** A job under a dedupe key. */
export function unique(
  dedupeKey: string,
  mode: DedupeRule['mode'],
  windowMs: number | null = null,
): WithTerms & Pick<NewJob, 'dedupeKey'> {
  return { dedupeKey, ...termsOf({ dedupe: { mode, windowMs } }) }
}

export async function statusesOf(
  stage: Stage,
  ids: readonly string[],
): Promise<readonly (JobStatus | 'missing')[]> {
  return Promise.all(ids.map((id) => stage.status(id)))
}

/** What a job waits for; that it is blocked exactly while it does. */
export async function waitsFor(stage: Stage, id: string): Promise<readonly string[]> {
  const { status, waitsFor: open, blockedBy } = await stage.record(id)
  assert.equal(status === 'blocked', open.length > 0 || blockedBy !== null, `${id} is blocked by something`)
  return [...open]
}

/** Jobs of which each depends on the one before it; their ids, the first one first. */
export async function chain(
  stage: Stage,
  n: number,
  onFailure: FailureRule = 'fail',
  part: Partial<NewJob> = {},
): Promise<readonly [string, ...string[]]> {
  const ids: [string, ...string[]] = [await stage.add(part)]
  const atOnce = Math.min(stage.queue.limits.items, 64)
  while (ids.length < n) {
    const jobs: NewJob[] = []
    for (
      let last = ids.at(-1) ?? '';
      jobs.length < Math.min(atOnce, n - ids.length);
      last = jobs.at(-1)?.id ?? ''
    )
      jobs.push(stage.job({ ...part, ...after(last, onFailure) }))
    for (const answer of await stage.queue.submit(jobs)) {
      assert.ok(answer.kind === 'created', 'a job that depends on the one before it is created')
      ids.push(answer.id)
    }
  }
  return ids
}
