import { RiptideError } from '../../core/errors.js'
import type { Database } from './database.js'
import firstMigration from './sql/migration-001.sql'
import secondMigration from './sql/migration-002.sql'
import movingTable from './sql/moving-table.sql'
import processTable from './sql/process-table.sql'
import schemaSql from './sql/schema.sql'
import storageTable from './sql/storage-table.sql'
import { SqlFile } from './sql-file.js'

/** Brings the tables up to the newest version, in a transaction of the caller's; a file that is newer is SCHEMA_TOO_NEW. */
export function migrate(database: Database, now: number): void {
  const sql = new SqlFile(database, schemaSql)
  database.exec(sql.text('create meta'))
  const find = sql.query<{ readonly value: string }>('find meta')
  const put = sql.command('put meta')
  const version = Number(find.get('schema')?.value ?? 0)
  if (version > migrations.length) throw tooNew(version)
  if (version === migrations.length) return
  for (const migration of migrations.slice(version)) for (const text of migration) database.exec(text)
  if (version === 0) {
    database.exec(sql.text('begin head'))
    put.run('since', String(now))
  }
  put.run('schema', String(migrations.length))
}

// -------------------------------------------------------------------------------------------------------------------

/** In their order, each only ever run once in a file: what is published is never changed. */
const migrations: readonly (readonly string[])[] = [
  [firstMigration, processTable, storageTable, movingTable],
  [secondMigration],
]

function tooNew(version: number): RiptideError {
  const text = `the tables in the file have version ${version}, and this package knows those up to ${migrations.length}`
  return new RiptideError('SCHEMA_TOO_NEW', `${text}; update riptide-workers`, {
    facts: { version, known: migrations.length },
  })
}
