import { resultOf } from '../core/job-view.js'
import type { Result } from '../core/job.js'
import { partedValue } from '../core/parted-result.js'
import { isFinal } from '../core/states.js'
import type { Hub } from './hub.js'

/** Jobs that are read at the same time. */
const atOnce = 50

/** The results of the jobs that another depends on, by their ids; those that are gone, or live again, are left out. */
export async function dependencyResults(
  hub: Hub,
  ids: readonly string[],
): Promise<Readonly<Record<string, Result>>> {
  const found: [string, Result][] = []
  for (let from = 0; from < ids.length; from += atOnce) {
    const read = ids.slice(from, from + atOnce).map((id) => resultIn(hub, id))
    for (const result of await Promise.all(read)) if (result) found.push([result.jobId, result])
  }
  return Object.fromEntries(found)
}

async function resultIn(hub: Hub, id: string): Promise<Result | undefined> {
  const record = await hub.ask((store) => store.get(id))
  if (!record || !isFinal(record.status)) return undefined
  const parts = await hub.ask(() => hub.results.read(record))
  return resultOf(record, await partedValue(parts, hub.options.clock))
}
