import { statSync, unlinkSync } from 'node:fs'
import type { Clock } from '../../core/clock.js'
import type { Random } from '../../core/random.js'
import { type RiptideError, isRiptideError } from '../../core/errors.js'
import { type DatabaseFile, cannotOpen, examineFile } from './database-file.js'
import type { Database, Driver } from './database.js'
import { type FileIdentity, identityOf } from './file-identity.js'
import { isBusy, sqliteError } from './sqlite-errors.js'
import { type ResolvedSqliteOptions, type Synchronous, inMemory } from './sqlite-options.js'

/** A connection that is ready for a queue's tables. */
export interface Opened {
  readonly database: Database
  /** What the path led to; null for a database without a file. */
  readonly identity: FileIdentity | null
}

export type OpeningOptions = Pick<ResolvedSqliteOptions, 'path' | 'synchronous' | 'busyTimeoutMs'>

/**
 * Opens the file in WAL mode, or makes it. Rejects with STORE_OPEN_FAILED where there can be no database, and leaves nothing
 * there; else with STORE_CORRUPT, STORE_FULL, or STORE_BUSY when another process keeps it locked for `busyTimeoutMs`.
 */
export async function openDatabase(
  driver: Driver,
  options: OpeningOptions,
  { clock, random }: { readonly clock: Clock; readonly random: Random },
): Promise<Opened> {
  const since = clock.monotonic()
  for (;;) {
    try {
      return openOnce(driver, options)
    } catch (thrown) {
      if (!isBusy(thrown) || clock.monotonic() - since >= options.busyTimeoutMs) throw thrown
      // Several processes that start together switch the same new file to WAL.
      await clock.sleep(1 + random() * 9)
    }
  }
}

/** One try of `openDatabase`. */
export function openOnce(
  driver: Driver,
  { path, synchronous }: Omit<OpeningOptions, 'busyTimeoutMs'>,
): Opened {
  if (path === inMemory) return { database: openInMemory(driver), identity: null }
  const file = examineFile(path)
  try {
    return openFile(driver, file.path, synchronous)
  } catch (thrown) {
    if (!file.exists && !isBusy(thrown)) removeIfEmpty(file)
    throw asOpeningError(thrown, file.path)
  }
}

// -------------------------------------------------------------------------------------------------------------------

/** In pages of 4 KB; the log is copied back when it has grown so long. */
const checkpointPages = 4000
/** What the log is cut back to after it had to grow. */
const logBytes = 64 * 2 ** 20
const cacheKilobytes = 16 * 1024

function openInMemory(driver: Driver): Database {
  const database = driver.open(inMemory)
  database.exec('PRAGMA temp_store = MEMORY; PRAGMA foreign_keys = OFF')
  return database
}

function openFile(driver: Driver, path: string, synchronous: Synchronous): Opened {
  const database = driver.open(path)
  try {
    // First: else better-sqlite3 would wait 5 s in the switch to WAL, and block its thread.
    database.exec('PRAGMA busy_timeout = 0')
    switchToWal(database, path)
    database.exec(settings(synchronous))
    // A first look at the tables: log and index are there then, and what is no database has shown it.
    database.prepare('SELECT count(*) AS tables FROM sqlite_schema').get()
    return { database, identity: identityOf(path) }
  } catch (thrown) {
    database.close()
    throw thrown
  }
}

function switchToWal(database: Database, path: string): void {
  // Not by `get`: the switch is written behind the row, and its failure would be lost.
  const mode = database.prepare('PRAGMA journal_mode = WAL').all()[0]?.journal_mode
  if (mode === 'wal') return
  throw cannotOpen(
    path,
    'no-wal',
    `it cannot be put into WAL mode (it stays in mode ${String(mode)}); its file system has no shared memory`,
  )
}

/** All set here, because the drivers are built with different defaults. The app's own `user_version` is left alone. */
function settings(synchronous: Synchronous): string {
  const isFull = synchronous === 'full'
  return `
    PRAGMA synchronous = ${isFull ? 'FULL' : 'NORMAL'};
    PRAGMA fullfsync = ${isFull ? 'ON' : 'OFF'};
    PRAGMA checkpoint_fullfsync = ON;
    PRAGMA wal_autocheckpoint = ${checkpointPages};
    PRAGMA journal_size_limit = ${logBytes};
    PRAGMA cache_size = -${cacheKilobytes};
    PRAGMA temp_store = MEMORY;
    PRAGMA foreign_keys = OFF;
  `
}

/** What the driver threw at opening: there it means the path, not the store. */
function asOpeningError(thrown: unknown, path: string): RiptideError {
  if (isRiptideError(thrown)) return thrown
  const error = sqliteError(thrown)
  if (error.facts.sqlite === 'SQLITE_NOTADB') {
    return cannotOpen(path, 'no-database', 'it holds something else than a SQLite database', thrown)
  }
  const isAboutPath = error.code === 'STORE_DENIED' || error.code === 'STORE_UNAVAILABLE'
  return isAboutPath ? cannotOpen(path, 'failed', error.message, thrown) : error
}

/** SQLite makes a file before it knows whether it can use it. One that has a byte in it is someone's. */
function removeIfEmpty({ path }: DatabaseFile): void {
  if (statSync(path, { throwIfNoEntry: false })?.size === 0) unlinkSync(path)
}
