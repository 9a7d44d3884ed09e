import { canMove } from '../../src/core/queue-move.js'
import type { MovingJob, QueueAdapter } from '../../src/index.js'
import { exportAll } from './cargo.js'

/** Where each job is: in the one store, in the other, or on its way in a text. */
export async function whereabouts(
  from: QueueAdapter,
  to: QueueAdapter,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const found = new Map<string, string[]>()
  const see = (id: string, place: string): void => void found.set(id, [...(found.get(id) ?? []), place])
  for (const { record } of await exportAll(from)) see(record.id, 'from')
  const arrived = new Set((await exportAll(to)).map(({ record }) => record.id))
  for (const id of arrived) see(id, 'to')
  // What has arrived stands in the text still, until the next batch.
  for (const id of await onTheirWay(from)) if (!arrived.has(id)) see(id, 'on its way')
  return found
}

// -------------------------------------------------------------------------------------------------------------------

async function onTheirWay(from: QueueAdapter): Promise<readonly string[]> {
  const last = canMove(from) ? await from.withdrawal() : null
  if (last === null) return []
  const { jobs } = JSON.parse(last.text) as { readonly jobs: readonly MovingJob[] }
  return jobs.flatMap(({ record }, i) => (last.jobs[i] === 'gone' ? [record.id] : []))
}
