import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  realpathSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { systemClock } from '../../../src/core/clock.js'
import { RiptideError } from '../../../src/core/errors.js'
import type { Driver } from '../../../src/drivers/sqlite/database.js'
import { openDatabase, openOnce } from '../../../src/drivers/sqlite/opening.js'
import { FakeClock } from '../../../src/testing/index.js'
import { driversHere, tempDirectory } from './drivers-here.js'

const host = { clock: systemClock, random: () => 0 }

/** What opening this path is refused with. */
function refusal(driver: Driver, path: string): unknown {
  try {
    return openOnce(driver, { path, synchronous: 'full' })
  } catch (error) {
    return error
  }
}

describe.each(await driversHere())('opening a file with $name', (driver) => {
  const open = (path: string, synchronous: 'full' | 'normal' = 'full') =>
    openOnce(driver, { path, synchronous })

  test.each([
    ['full', 2],
    ['normal', 1],
  ] as const)('sets all that a queue needs, synchronous %s', (synchronous, level) => {
    const { database } = open(join(tempDirectory(), 'jobs.db'), synchronous)
    const setting = (name: string) => Object.values(database.prepare(`PRAGMA ${name}`).get() ?? {})[0]
    expect({
      journal_mode: setting('journal_mode'),
      synchronous: setting('synchronous'),
      busy_timeout: setting('busy_timeout'),
      wal_autocheckpoint: setting('wal_autocheckpoint'),
      journal_size_limit: setting('journal_size_limit'),
      cache_size: setting('cache_size'),
      temp_store: setting('temp_store'),
      foreign_keys: setting('foreign_keys'),
    }).toEqual({
      journal_mode: 'wal',
      synchronous: level,
      busy_timeout: 0,
      wal_autocheckpoint: 4000,
      journal_size_limit: 64 * 2 ** 20,
      cache_size: -16 * 1024,
      temp_store: 2,
      foreign_keys: 0,
    })
    database.close()
  })

  test('makes the file, and finds it again', () => {
    const path = join(tempDirectory(), 'jobs.db')
    const { database } = open(path)
    database.exec('CREATE TABLE item (n INTEGER); INSERT INTO item VALUES (7)')
    database.close()
    expect(open(path).database.prepare('SELECT n FROM item').get()).toEqual({ n: 7 })
  })

  test('takes an empty file', () => {
    const path = join(tempDirectory(), 'jobs.db')
    writeFileSync(path, '')
    open(path).database.exec('CREATE TABLE item (n INTEGER)')
  })

  test("leaves the app's tables and numbers as they are", () => {
    const path = join(tempDirectory(), 'app.db')
    const app = driver.open(path)
    app.exec('PRAGMA user_version = 42; PRAGMA application_id = 77; CREATE TABLE own (n INTEGER)')
    app.close()
    const { database } = open(path)
    expect(database.prepare('PRAGMA user_version').get()).toEqual({ user_version: 42 })
    expect(database.prepare('PRAGMA application_id').get()).toEqual({ application_id: 77 })
    expect(database.prepare('SELECT name FROM sqlite_schema').all()).toEqual([{ name: 'own' }])
  })

  test('needs no file for memory', () => {
    const { database, identity } = open(':memory:')
    expect(identity).toBeNull()
    expect(database.prepare('SELECT 1 AS one').get()).toEqual({ one: 1 })
  })

  test.each(['x', 'hello', 'a text that is no database\n'.repeat(1000), 'SQLite format 3\0'])(
    'refuses what is no database, and leaves it alone (%#)',
    (text) => {
      const directory = tempDirectory()
      const path = join(directory, 'notes.txt')
      writeFileSync(path, text)
      expect(refusal(driver, path)).toMatchObject({
        code: 'STORE_OPEN_FAILED',
        facts: { reason: 'no-database' },
      })
      expect(readFileSync(path, 'utf8')).toBe(text)
      expect(readdirSync(directory)).toEqual(['notes.txt'])
    },
  )

  test('refuses a link to what is no database, and leaves that alone', () => {
    const directory = realpathSync.native(tempDirectory())
    writeFileSync(join(directory, 'passwd'), 'root:x:0:0::/root:/bin/sh\n')
    symlinkSync('passwd', join(directory, 'jobs.db'))
    expect(refusal(driver, join(directory, 'jobs.db'))).toMatchObject({
      code: 'STORE_OPEN_FAILED',
      facts: { reason: 'no-database', path: join(directory, 'passwd') },
    })
    expect(readdirSync(directory).sort()).toEqual(['jobs.db', 'passwd'])
  })

  test('opens one file under its own name, a link and a detour', () => {
    const directory = realpathSync.native(tempDirectory())
    mkdirSync(join(directory, 'sub'))
    const path = join(directory, 'jobs.db')
    const paths = [path, join(directory, 'link.db'), `${directory}/sub/../jobs.db`]
    open(path).database.close()
    symlinkSync('jobs.db', join(directory, 'link.db'))
    expect(paths.map((one) => open(one).identity?.path)).toEqual([path, path, path])
  })

  test('refuses a damaged file as corrupt', () => {
    const path = join(tempDirectory(), 'jobs.db')
    const { database } = open(path)
    database.exec('CREATE TABLE item (n INTEGER)')
    database.exec('PRAGMA wal_checkpoint(TRUNCATE)')
    database.close()
    const copy = `${path}.copy`
    const bytes = readFileSync(path)
    writeFileSync(copy, bytes.fill(0xab, 100, 200))
    expect(refusal(driver, copy)).toMatchObject({ code: 'STORE_CORRUPT' })
  })

  test('waits for who has the file locked, and then says it is busy', async () => {
    const path = join(tempDirectory(), 'jobs.db')
    const other = driver.open(path)
    other.exec('CREATE TABLE own (n INTEGER)')
    other.exec('BEGIN EXCLUSIVE')
    const clock = new FakeClock()
    const opening = openDatabase(
      driver,
      { path, synchronous: 'full', busyTimeoutMs: 30 },
      { clock, random: () => 0.5 },
    ).catch((error: unknown) => error)
    await clock.advance(60)
    expect(await opening).toMatchObject({ code: 'STORE_BUSY', retryable: true })
    other.exec('COMMIT')
    other.close()
    const { database } = await openDatabase(driver, { path, synchronous: 'full', busyTimeoutMs: 0 }, host)
    expect(database.prepare('SELECT name FROM sqlite_schema').all()).toEqual([{ name: 'own' }])
  })
})

describe('a file system without shared memory', () => {
  /** SQLite answers the old mode there, and has made an empty file by then. */
  function withoutWal(path: string): Driver {
    return {
      name: 'libsql',
      version: '3.53.0',
      open() {
        if (!existsSync(path)) writeFileSync(path, '')
        const rows = () => ({ journal_mode: 'delete' })
        return {
          driver: 'libsql',
          version: '3.53.0',
          exec: () => undefined,
          prepare: () => ({ run: () => ({ changes: 0 }), get: rows, all: () => [rows()] }),
          close: () => undefined,
        }
      },
    }
  }

  test('is refused, and nothing is left behind', () => {
    const directory = tempDirectory()
    const path = join(directory, 'jobs.db')
    const error = refusal(withoutWal(path), path)
    expect(error).toBeInstanceOf(RiptideError)
    expect(error).toMatchObject({ code: 'STORE_OPEN_FAILED', facts: { reason: 'no-wal' } })
    expect(readdirSync(directory)).toEqual([])
  })

  test('is refused, and a file that was there stays', () => {
    const directory = tempDirectory()
    const path = join(directory, 'jobs.db')
    writeFileSync(path, '')
    expect(refusal(withoutWal(path), path)).toMatchObject({ code: 'STORE_OPEN_FAILED' })
    expect(readdirSync(directory)).toEqual(['jobs.db'])
  })
})
