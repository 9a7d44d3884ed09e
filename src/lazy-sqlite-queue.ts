import type { QueueAdapter } from './core/queue-adapter.js'
import { stepLimits } from './drivers/sqlite/step-limits.js'
import { lazyQueue } from './lazy-queue.js'

/** The queue in a file that the environment asks for; a process without it never loads its driver. */
export function lazySqliteQueue(path: string): QueueAdapter {
  return lazyQueue({
    kind: 'sqlite',
    limits: stepLimits,
    sharesTransactions: true,
    async load() {
      // The entry itself: what starts the thread finds the thread's entry beside it.
      const { sqliteQueue } = await import('./drivers/sqlite/index.js')
      return sqliteQueue({ path })
    },
  })
}
