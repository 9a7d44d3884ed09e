import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { RiptideError } from '../../../src/core/errors.js'
import type { Database } from '../../../src/drivers/sqlite/database.js'
import { isBusy, resultNameOf, sqliteError } from '../../../src/drivers/sqlite/sqlite-errors.js'
import { driversHere, tempDirectory } from './drivers-here.js'

/** What a call throws, as an error of ours. */
function thrownBy(call: () => unknown): RiptideError {
  try {
    call()
  } catch (error) {
    return sqliteError(error)
  }
  return expect.unreachable('it did not throw')
}

describe.each(await driversHere())('what $name throws', (driver) => {
  function twoAtOneFile(): readonly [Database, Database] {
    const path = join(tempDirectory(), 'jobs.db')
    const [one, other] = [driver.open(path), driver.open(path)]
    for (const database of [one, other]) database.exec('PRAGMA busy_timeout = 0; PRAGMA journal_mode = WAL')
    one.exec('CREATE TABLE item (n INTEGER UNIQUE, text TEXT)')
    return [one, other]
  }

  test('for a lock of another connection may be tried again', () => {
    const [one, other] = twoAtOneFile()
    one.exec('BEGIN IMMEDIATE')
    expect(thrownBy(() => other.exec('BEGIN IMMEDIATE'))).toMatchObject({
      code: 'STORE_BUSY',
      retryable: true,
      facts: { sqlite: 'SQLITE_BUSY' },
    })
    one.exec('COMMIT')
  })

  test('for a read that wants to write too late may be tried again', () => {
    const [one, other] = twoAtOneFile()
    other.exec('BEGIN')
    other.prepare('SELECT count(*) AS n FROM item').get()
    one.exec('INSERT INTO item (n) VALUES (1)')
    expect(thrownBy(() => other.exec('INSERT INTO item (n) VALUES (2)'))).toMatchObject({
      code: 'STORE_BUSY',
      facts: { sqlite: 'SQLITE_BUSY_SNAPSHOT' },
    })
    other.exec('ROLLBACK')
  })

  test('without room says so', () => {
    const [one] = twoAtOneFile()
    one.exec('PRAGMA max_page_count = 5')
    const insert = one.prepare('INSERT INTO item (text) VALUES (?)')
    expect(thrownBy(() => insert.run('x'.repeat(100_000)))).toMatchObject({
      code: 'STORE_FULL',
      retryable: true,
      facts: { sqlite: 'SQLITE_FULL' },
    })
  })

  test('when writing is forbidden says so', () => {
    const [one] = twoAtOneFile()
    one.exec('PRAGMA query_only = 1')
    expect(thrownBy(() => one.exec('INSERT INTO item (n) VALUES (1)'))).toMatchObject({
      code: 'STORE_DENIED',
      retryable: false,
    })
  })

  test.each(['SELEC', 'SELECT * FROM nothing', 'INSERT INTO item (n) VALUES (7), (7)'])(
    'for a fault of the statement %s is not worth another try',
    (sql) => {
      const [one] = twoAtOneFile()
      const error = thrownBy(() => one.exec(sql))
      expect(error).toMatchObject({ code: 'STORE_UNAVAILABLE', retryable: false })
      expect(error.cause).toBeInstanceOf(Error)
    },
  )

  test('for a path that cannot be opened has a name', () => {
    const path = join(tempDirectory(), 'directory-that-is-not-there', 'jobs.db')
    expect(thrownBy(() => driver.open(path).exec('SELECT 1')).code).toBe('STORE_UNAVAILABLE')
  })
})

test.each([
  ['SQLITE_BUSY_RECOVERY', 'STORE_BUSY'],
  ['SQLITE_LOCKED', 'STORE_BUSY'],
  ['SQLITE_IOERR_FSYNC', 'STORE_UNAVAILABLE'],
  ['SQLITE_IOERR_SHMSIZE', 'STORE_FULL'],
  ['SQLITE_CORRUPT_INDEX', 'STORE_CORRUPT'],
  ['SQLITE_NOTADB', 'STORE_CORRUPT'],
  ['SQLITE_READONLY_DIRECTORY', 'STORE_DENIED'],
  ['SQLITE_READONLY_DBMOVED', 'STORE_REPLACED'],
  ['SQLITE_CANTOPEN_ISDIR', 'STORE_UNAVAILABLE'],
  ['SQLITE_TOOBIG', 'STORE_UNAVAILABLE'],
])('%s is %s', (code, ours) => {
  expect(sqliteError(Object.assign(new Error('text'), { code }))).toMatchObject({ code: ours })
})

test.each([
  [5, 'SQLITE_BUSY'],
  [517, 'SQLITE_BUSY_SNAPSHOT'],
  [266, 'SQLITE_IOERR'],
  [1032, 'SQLITE_READONLY_DBMOVED'],
  [99, 'SQLITE_99'],
])('the number %i is %s', (errcode, name) => {
  expect(resultNameOf(Object.assign(new Error('text'), { code: 'ERR_SQLITE_ERROR', errcode }))).toBe(name)
})

test('what SQLite did not say has no name, and is a fault that comes again', () => {
  expect(sqliteError(new TypeError('The database connection is not open'))).toMatchObject({
    code: 'STORE_UNAVAILABLE',
    retryable: false,
    facts: {},
  })
  expect(sqliteError('a text')).toMatchObject({ code: 'STORE_UNAVAILABLE' })
})

test('an error of ours stays what it is', () => {
  const error = new RiptideError('SCHEMA_TOO_NEW', 'too new')
  expect(sqliteError(error)).toBe(error)
  expect(isBusy(error)).toBe(false)
})
