import assert from 'node:assert/strict'
import type { NewJob } from '../../core/queue-adapter.js'
import type { JobStatus } from '../../core/states.js'
import { complete, fail, retryIn } from './script.js'
import type { Stage } from './stage.js'

/** Brings a new job into a state, on a stage where no other job is ready; its id. */
export async function jobIn(stage: Stage, status: JobStatus, part: Partial<NewJob> = {}): Promise<string> {
  const id = status === 'blocked' ? await blockedJob(stage, part) : await stage.add(part)
  const types = [part.type ?? 'task']
  if (status === 'processing') await stage.take({ types })
  if (status === 'retrying') await stage.end(await stage.take({ types }), retryIn(60_000))
  if (status === 'completed') await stage.end(await stage.take({ types }), complete())
  if (status === 'dead_letter') await stage.end(await stage.take({ types }), fail())
  if (status === 'cancelled') await stage.cancel(id)
  assert.equal(await stage.status(id), status, `the stage has a ${status} job`)
  return id
}

/** The second job of a schedule whose slots line up, while the first runs. */
async function blockedJob(stage: Stage, part: Partial<NewJob>): Promise<string> {
  const { id } = await stage.schedule()
  await stage.fired(id, { overlap: 'queue' })
  await stage.take()
  return stage.fired(id, { overlap: 'queue', job: stage.job(part) })
}
