import { statSync } from 'node:fs'
import { RiptideError, describe } from '../../core/errors.js'
import type { Database, DriverName } from './database.js'
import { type NativeDatabase, type NativeStatement, over } from './native-database.js'
import { sqliteError } from './sqlite-errors.js'
import { allowsSeveralConnections, safeVersion } from './sqlite-version.js'

/** What a queue has open, and with which copy of SQLite. */
export interface OpenFile {
  readonly path: string
  readonly driver: DriverName
  readonly version: string
  /** From what it was built, and how: see `copyOf`. */
  readonly copy: string
}

/**
 * A connection of the app's as our own interface, once it is sure that writing through it is safe: it has the queue's file open
 * as its main database, by the same copy of SQLite. Two copies in one process lose each other's locks, and with them jobs: when
 * one closes the file, the system takes away the locks of both (https://sqlite.org/howtocorrupt.html, 2.2.1).
 */
export function appConnection(given: unknown, file: OpenFile): Database {
  const native = asNative(given)
  const { driver, version } = file
  if (!allowsSeveralConnections(version)) throw tooOld(file)
  const database = over(native, { name: driver, version, statement: (own) => own })
  try {
    refuseOtherCopy(database, file)
    refuseOtherFile(database, file)
  } catch (thrown) {
    throw sqliteError(thrown)
  }
  return database
}

/** What a connection's copy of SQLite was built from and how: copies that differ in it are certainly not the same one. */
export function copyOf(database: Database): string {
  const row = database.prepare(copySql).get()
  return `${row?.['source']} ${row?.['options']}`
}

// -------------------------------------------------------------------------------------------------------------------

const copySql = `SELECT sqlite_source_id() AS source, group_concat(compile_options) AS options FROM pragma_compile_options`

type Native = NativeDatabase<NativeStatement>

function asNative(given: unknown): Native {
  const native = given as Partial<Native> | null | undefined
  if (typeof native === 'object' && native !== null && typeof native.prepare === 'function')
    return native as Native
  throw new RiptideError(
    'ARGUMENT_INVALID',
    `a connection of the app must have prepare(sql).run(), as those of node:sqlite and better-sqlite3 do; got ${describe(given)}`,
  )
}

function tooOld({ driver, version }: OpenFile): RiptideError {
  const text =
    `SQLite ${version} (${driver}) may corrupt a file that two connections write; use a newer Node (its SQLite must be ` +
    `${safeVersion} or newer), or npm install better-sqlite3@12`
  return new RiptideError('NOT_SUPPORTED', text, { facts: { driver, version } })
}

function refuseOtherCopy(database: Database, file: OpenFile): void {
  if (copyOf(database) === file.copy) return
  throw new RiptideError(
    'NOT_SUPPORTED',
    `the connection is of another copy of SQLite than the queue's (${file.driver}), and two copies at one file lose its locks; ` +
      "name the driver of the connection in the options of the queue, as sqliteQueue({ path, driver: 'better-sqlite3' })",
    { facts: { driver: file.driver } },
  )
}

/** A file that is attached takes part in no transaction as a whole: in WAL mode each file commits by itself. */
function refuseOtherFile(database: Database, { path }: OpenFile): void {
  const list = database.prepare('SELECT name, file FROM pragma_database_list').all()
  const holder = list.find(({ file }) => isSameFile(String(file ?? ''), path))?.name
  if (holder === 'main') return
  if (holder === undefined) {
    const main = describe(list.find(({ name }) => name === 'main')?.file ?? '')
    throw new RiptideError('ARGUMENT_INVALID', `the connection has ${main} open, and the queue is in ${path}`)
  }
  throw new RiptideError(
    'NOT_SUPPORTED',
    `the queue's file is attached to the connection as ${describe(holder)}: a transaction over several files is not atomic in ` +
      'WAL mode; open that file as the main database',
  )
}

/** By number, since one file may have many names. */
function isSameFile(one: string, other: string): boolean {
  if (one === '') return false
  const [a, b] = [one, other].map((path) => statSync(path, { bigint: true, throwIfNoEntry: false }))
  return a !== undefined && b !== undefined && a.ino === b.ino && a.dev === b.dev
}
