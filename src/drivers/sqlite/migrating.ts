import type { Clock } from '../../core/clock.js'
import type { Random } from '../../core/random.js'
import type { Database } from './database.js'
import { migrate } from './schema.js'
import { isBusy } from './sqlite-errors.js'

export interface MigratingOptions {
  readonly clock: Pick<Clock, 'monotonic' | 'sleep'>
  readonly random: Random
  readonly busyTimeoutMs: number
  /** For what is noted with the tables. */
  readonly now: number
}

/** Brings the tables up to the newest version in one transaction; waits, without blocking, for others who do the same. */
export async function migrateFile(database: Database, options: MigratingOptions): Promise<void> {
  const { clock, random, busyTimeoutMs, now } = options
  const since = clock.monotonic()
  for (;;) {
    try {
      return migrateOnce(database, now)
    } catch (thrown) {
      if (!isBusy(thrown) || clock.monotonic() - since >= busyTimeoutMs) throw thrown
      await clock.sleep(1 + random() * 9)
    }
  }
}

// -------------------------------------------------------------------------------------------------------------------

function migrateOnce(database: Database, now: number): void {
  database.exec('BEGIN IMMEDIATE')
  try {
    migrate(database, now)
    database.exec('COMMIT')
  } catch (thrown) {
    rollBack(database)
    throw thrown
  }
}

/** SQLite may have done so by itself. */
function rollBack(database: Database): void {
  try {
    database.exec('ROLLBACK')
  } catch {
    // Then there is nothing to roll back.
  }
}
