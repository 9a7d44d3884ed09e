import assert from 'node:assert/strict'
import type { JobRecord } from '../../core/queue-adapter.js'
import { isFinal } from '../../core/states.js'
import type { Stage } from './stage.js'

/** Of more jobs than that the whole records are not read. */
const mostRecords = 500

/**
 * What must hold of ties and keys, once all edges have been followed: who is blocked is so by one that lives, or has gone to
 * another store; at most one live job holds a dedupe key; and what a key counts is a recount of the runs that have it.
 */
export async function auditTerms(stage: Stage, jobs: readonly JobRecord[]): Promise<void> {
  if (jobs.length > mostRecords) return
  const records = await Promise.all(jobs.map(({ id }) => stage.record(id)))
  const hasMoved = ((await stage.queue.withdrawal?.()) ?? null) !== null
  for (const job of records) auditBlocked(job, records, hasMoved)
  auditDedupeKeys(records)
  await auditConcurrency(stage, records)
  await auditRates(stage, records)
}

// -------------------------------------------------------------------------------------------------------------------

function auditBlocked(job: JobRecord, all: readonly JobRecord[], hasMoved: boolean): void {
  const { id, status, blockedBy, waitsFor, terms } = job
  const blockers = [...waitsFor, ...(blockedBy === null ? [] : [blockedBy])]
  assert.equal(
    status === 'blocked',
    blockers.length > 0,
    `${id} is ${status} and waits for ${blockers.join()}`,
  )
  for (const one of blockers) {
    const blocker = all.find((other) => other.id === one)
    assert.ok(blocker || hasMoved, `${id} waits for ${one}, which is not there`)
    assert.ok(
      !blocker || !isFinal(blocker.status),
      `${id} waits for ${one}, which is ${blocker?.status ?? ''}`,
    )
  }
  const order = (terms?.dependsOn ?? []).map((one) => one.id).filter((one) => waitsFor.includes(one))
  assert.deepEqual([...waitsFor], order, `what ${id} waits for stands in the order of its dependencies`)
}

/**
 * A throttled job holds its key for a time, live or not; and one that began to run may have lost it to another, by a submission
 * that would have replaced it.
 */
function auditDedupeKeys(records: readonly JobRecord[]): void {
  const holders = records.filter(
    ({ status, startedAt, dedupeKey, terms }) =>
      !isFinal(status) && startedAt === null && dedupeKey !== null && terms?.dedupe?.mode !== 'throttle',
  )
  const keys = holders.map(({ dedupeKey }) => dedupeKey)
  assert.equal(new Set(keys).size, keys.length, 'no two live jobs hold one dedupe key')
}

async function auditConcurrency(stage: Stage, records: readonly JobRecord[]): Promise<void> {
  for (const key of new Set(records.map(({ terms }) => terms?.concurrency?.key ?? null))) {
    if (key === null) continue
    const own = records.filter(({ terms }) => terms?.concurrency?.key === key)
    const { concurrency } = await stage.queue.keyState({ concurrency: key, rate: null })
    const running = own.filter(({ status }) => status === 'processing').length
    const isLive = own.some(({ status }) => !isFinal(status))
    assert.equal(
      concurrency?.running ?? null,
      isLive ? running : null,
      `the runs of key ${key} are a recount`,
    )
  }
}

async function auditRates(stage: Stage, records: readonly JobRecord[]): Promise<void> {
  const live = records.filter(({ status }) => !isFinal(status))
  for (const key of new Set(live.map(({ terms }) => terms?.rate?.key ?? null))) {
    if (key === null) continue
    const { rate } = await stage.queue.keyState({ concurrency: null, rate: key })
    assert.ok(rate, `the rate of key ${key} is known while a live job has it`)
  }
}
