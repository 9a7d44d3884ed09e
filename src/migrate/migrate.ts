import type { QueueAdapter } from '../core/queue-adapter.js'
import { withEnds } from './ends.js'
import { type MigrateOptions, type MigrateReport, resolveMigrateOptions } from './migrate-options.js'
import { Migration } from './migration.js'

/**
 * Moves all jobs, in whatever state, with their results, and all schedules from one queue into another. Each is at any time in one
 * of the two, or on its way in a text that the one keeps: a call that was stopped anywhere, by an error, a signal or the end of the
 * process, is brought to its end by the next one with the same two queues. Services that work on `from` must be stopped first;
 * those on `to` may run.
 * @example const { left } = await migrate(sqliteQueue({ path: 'jobs.db' }), redisQueue({ url: 'redis://127.0.0.1:6379' }))
 */
export async function migrate(
  from: QueueAdapter,
  to: QueueAdapter,
  options?: MigrateOptions,
): Promise<MigrateReport> {
  const settings = resolveMigrateOptions(options)
  return withEnds(from, to, settings, (ends) => new Migration(ends, settings).run())
}
