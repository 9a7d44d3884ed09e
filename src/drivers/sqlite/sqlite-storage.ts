import type { StorageAdapter } from '../../core/storage-adapter.js'
import { Shelf } from './shelf.js'
import {
  type ResolvedSqliteOptions,
  type SqliteStorageOptions,
  resolveSqliteOptions,
} from './sqlite-options.js'

/**
 * A storage in a file of this machine, for large results and cached pages of any queue. It shares nothing with a
 * `sqliteQueue` on the same file but the connection, where the other options are the same too.
 * @example new WorkerService({ storage: sqliteStorage({ path: 'pages.db' }) })
 */
export function sqliteStorage(options: SqliteStorageOptions): StorageAdapter {
  return new Shelf(resolveSqliteOptions(options), 'app')
}

/** What belongs to the queue with these options, over its connection. */
export function storageOn(options: ResolvedSqliteOptions): StorageAdapter {
  return new Shelf(options, 'queue')
}
