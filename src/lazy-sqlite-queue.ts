import type { QueueAdapter } from './core/queue-adapter.js'
import type { ResolvedSqliteOptions } from './drivers/sqlite/sqlite-options.js'
import { inlineLimits, stepLimits } from './drivers/sqlite/step-limits.js'
import { lazyQueue } from './lazy-queue.js'

/** The queue in a file that the environment asks for; a process without it never loads its driver. */
export function lazySqliteQueue({
  path,
  inline,
}: Pick<ResolvedSqliteOptions, 'path' | 'inline'>): QueueAdapter {
  return lazyQueue({
    kind: 'sqlite',
    limits: inline ? inlineLimits : stepLimits,
    sharesTransactions: true,
    async load() {
      // The entry itself: what starts the thread finds the thread's entry beside it.
      const { sqliteQueue } = await import('./drivers/sqlite/index.js')
      return sqliteQueue({ path, inline })
    },
  })
}
