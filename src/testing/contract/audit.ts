import assert from 'node:assert/strict'
import type { JobRecord, QueueCounts, StateCounts } from '../../core/queue-adapter.js'
import { noCounts } from '../../core/queue-record.js'
import { type JobStatus, isFinal, jobStates } from '../../core/states.js'
import { auditTerms } from './audit-terms.js'
import { plain } from './script.js'
import type { Stage } from './stage.js'

/**
 * What must hold of every store at rest: counts are a recount, each job stands in the index of its state and in no other,
 * and every record agrees with itself, and with those of the jobs that it is tied to.
 */
export async function audit(stage: Stage): Promise<void> {
  await stage.settle()
  const jobs = await stage.everyJob()
  await auditCounts(stage, jobs)
  await auditIndexes(stage, jobs)
  await auditSchedules(stage, jobs)
  await auditTerms(stage, jobs)
  for (const job of jobs) auditRecord(job)
}

// -------------------------------------------------------------------------------------------------------------------

async function auditCounts(stage: Stage, jobs: readonly JobRecord[]): Promise<void> {
  const counts = await stage.queue.counts()
  assert.deepEqual(statesIn(counts), statesOf(jobs, stage.now), 'the counts are a recount of the jobs')
  for (const type of new Set([...jobs.map((job) => job.type), ...Object.keys(counts.byType)])) {
    const own = jobs.filter((job) => job.type === type)
    const entry = Object.hasOwn(counts.byType, type) ? counts.byType[type] : undefined
    assert.deepEqual(
      statesIn(entry ?? nothing),
      statesOf(own, stage.now),
      `the counts of type ${type} are a recount`,
    )
  }
  assert.equal(
    counts.oldestReadyAt,
    oldestReady(jobs, stage.now),
    'oldestReadyAt is that of the oldest ready job',
  )
}

async function auditIndexes(stage: Stage, jobs: readonly JobRecord[]): Promise<void> {
  const ids = jobs.map((job) => job.id)
  assert.equal(new Set(ids).size, ids.length, 'no job is listed twice')
  for (const status of jobStates) {
    const own = jobs.filter((job) => job.status === status).map((job) => job.id)
    const listed = await stage.everyJob({ status })
    assert.deepEqual(
      listed.map((job) => job.id),
      own,
      `the list of ${status} jobs holds these and no others`,
    )
    assert.equal(
      (await stage.list({ status, limit: 1 })).total,
      own.length,
      `the total of ${status} jobs is true`,
    )
  }
}

async function auditSchedules(stage: Stage, jobs: readonly JobRecord[]): Promise<void> {
  for (const { id, name, live } of await stage.queue.schedules()) {
    const own = jobs.filter((job) => job.scheduleId === id && !isFinal(job.status))
    assert.equal(live, own.length, `the live jobs of schedule ${name} are a recount`)
  }
}

function auditRecord(job: JobRecord): void {
  const about = `${job.status} job ${job.id}`
  assert.equal(job.completedAt !== null, isFinal(job.status), `${about} has an end exactly when it has ended`)
  assert.ok(
    job.failures <= job.maxAttempts,
    `${about} has failed ${job.failures} of ${job.maxAttempts} times`,
  )
  if (!isFinal(job.status)) assert.ok(job.failures < job.maxAttempts, `${about} has an attempt left`)
  if (job.status === 'processing')
    assert.ok(job.worker !== null && job.startedAt !== null, `${about} says who runs it`)
  if (job.status !== 'completed') assert.equal(job.result, null, `${about} has no result`)
}

const nothing: StateCounts = noCounts()

function statesOf(jobs: readonly JobRecord[], now: number): unknown {
  const of = (status: JobStatus): readonly JobRecord[] => jobs.filter((job) => job.status === status)
  const delayed = of('pending').filter((job) => job.readyAt > now).length
  return {
    pending: of('pending').length - delayed,
    delayed,
    processing: of('processing').length,
    retrying: of('retrying').length,
    blocked: of('blocked').length,
    completed: of('completed').length,
    dead_letter: of('dead_letter').length,
    cancelled: of('cancelled').length,
  }
}

function statesIn(counts: StateCounts | QueueCounts): unknown {
  const { pending, delayed, processing, retrying, blocked, completed, dead_letter, cancelled } = counts
  return plain({ pending, delayed, processing, retrying, blocked, completed, dead_letter, cancelled })
}

function oldestReady(jobs: readonly JobRecord[], now: number): number | null {
  const ready = jobs.filter((job) => job.status === 'pending' && job.readyAt <= now).map((job) => job.readyAt)
  return ready.length > 0 ? Math.min(...ready) : null
}
