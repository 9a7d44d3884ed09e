import type { PruneAnswer, PruneRequest, Retention } from '../../core/queue-adapter.js'

/** What is sent of a step of retention. */
export function pruneWords({ completed, dead_letter, cancelled, limit }: PruneRequest): string[] {
  return [String(limit), ...[completed, dead_letter, cancelled].map(retentionWords)]
}

export function pruneAnswer(reply: unknown): PruneAnswer {
  const [removedJobs, expiredResults, more, orphanedResults] = reply as Reply
  return {
    removedJobs: Number(removedJobs),
    expiredResults: Number(expiredResults),
    orphanedResults,
    more: more === '1',
  }
}

// -------------------------------------------------------------------------------------------------------------------

type Reply = readonly [jobs: string, results: string, more: string, orphans: readonly string[]]

function retentionWords({ ageMs, count, bytes }: Retention): string {
  return `${ageMs} ${count} ${bytes}`
}
