export { sqliteQueue } from './sqlite-queue.js'
export { sqliteStorage } from './sqlite-storage.js'
export type { SqliteQueueOptions, SqliteStorageOptions } from './sqlite-options.js'
