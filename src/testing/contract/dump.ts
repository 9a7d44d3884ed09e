import type { JobRecord, QueueAdapter } from '../../core/queue-adapter.js'
import { plain } from './script.js'

/** Everything that a store shows, for a comparison before and after; `jobs` is its list. */
export async function dumpOf(queue: QueueAdapter, jobs: readonly JobRecord[]): Promise<unknown> {
  const records = await Promise.all(jobs.map(({ id }) => queue.get(id)))
  const [counts, metrics] = [await queue.counts(), await queue.metrics()]
  const [schedules, pauses] = [await queue.schedules(), await queue.pauses()]
  const settings = await queue.settings({ prefix: '', after: null, limit: 1000 })
  return plain({ records, counts, metrics, schedules, pauses, settings })
}
