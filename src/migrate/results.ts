import type { MovingJob } from '../core/queue-adapter.js'
import { partKeys } from '../core/storage-adapter.js'
import type { Ends } from './ends.js'

/**
 * Copies results that stand in the storage of the one queue to that of the other, for the time that is left to them. Those of
 * a storage that belongs to no queue stand where they are.
 */
export async function copyResults({ from, to, ask }: Ends, jobs: readonly MovingJob[]): Promise<void> {
  const kept = keptIn(jobs)
  if (kept.length === 0) return
  const now = await ask(() => to.time())
  for (const { key, until } of kept) {
    for (const part of until > now ? partKeys(key) : []) {
      const text = await ask(() => from.storage.get(part))
      if (text !== undefined) await ask(() => to.storage.set(part, text, until - now))
    }
  }
}

/** Removes them from the storage of the queue that was left. */
export async function dropResults({ from, ask }: Ends, jobs: readonly MovingJob[]): Promise<void> {
  for (const { key } of keptIn(jobs))
    for (const part of partKeys(key)) await ask(() => from.storage.delete(part))
}

// -------------------------------------------------------------------------------------------------------------------

function keptIn(jobs: readonly MovingJob[]): readonly { readonly key: string; readonly until: number }[] {
  return jobs.flatMap(({ record: { result }, resultUntil }) =>
    result !== null && 'key' in result && resultUntil !== null
      ? [{ key: result.key, until: resultUntil }]
      : [],
  )
}
