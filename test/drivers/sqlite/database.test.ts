import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Database, SqlValue } from '../../../src/drivers/sqlite/database.js'
import { driversHere, tempDirectory } from './drivers-here.js'

describe.each(await driversHere())('a database of $name', (driver) => {
  function inMemory(): Database {
    const database = driver.open(':memory:')
    database.exec('CREATE TABLE item (number INTEGER, text TEXT)')
    return database
  }

  /** What comes back of a value that was stored. */
  function backFrom(column: 'number' | 'text', value: SqlValue): SqlValue | undefined {
    const database = inMemory()
    database.prepare(`INSERT INTO item (${column}) VALUES (?)`).run(value)
    return database.prepare(`SELECT ${column} AS value FROM item`).get()?.value
  }

  test('says which driver and which SQLite it is', () => {
    const database = inMemory()
    expect(database.driver).toBe(driver.name)
    expect(database.version).toMatch(/^3\.\d+\.\d+$/)
  })

  test.each([
    0,
    1,
    -1,
    2 ** 31,
    1_784_000_000_000,
    1_784_000_000_000_123,
    Number.MAX_SAFE_INTEGER,
    Number.MIN_SAFE_INTEGER,
    null,
  ])('gives back the number %s', (value) => {
    expect(backFrom('number', value)).toBe(value)
  })

  test('keeps a whole number as an integer', () => {
    const database = inMemory()
    database.prepare('INSERT INTO item (number) VALUES (?)').run(Number.MAX_SAFE_INTEGER)
    expect(database.prepare('SELECT typeof(number) AS type FROM item').get()).toEqual({ type: 'integer' })
  })

  test.each([
    ['nothing', null],
    ['an empty text', ''],
    ['control characters', 'a\r\n\tb\u001b\u007f'],
    ['signs beyond the first plane', '🌊\u2028\ufeffé\uffff'],
    ['quotes and parameters', `'"?1 ? :a $b @c; -- */`],
    ['a long text', 'ä€🌊'.repeat(100_000)],
    ['what is no text, as JSON', JSON.stringify('a\0b\ud800')],
  ])('gives back %s', (_, value) => {
    expect(backFrom('text', value)).toBe(value)
  })

  test('takes numbered parameters, each as often as it stands', () => {
    const statement = inMemory().prepare(`SELECT ?2 AS b, ?1 AS a, ?2 AS again, '?3' AS text -- ?4`)
    expect(statement.get('x', 'y')).toEqual({ b: 'y', a: 'x', again: 'y', text: '?3' })
    expect(statement.all('x', null)).toEqual([{ b: null, a: 'x', again: null, text: '?3' }])
  })

  test('tells how many rows changed', () => {
    const database = inMemory()
    expect(database.prepare('INSERT INTO item VALUES (?, ?), (?, ?)').run(1, 'a', 2, 'b').changes).toBe(2)
    expect(database.prepare('UPDATE item SET text = ?').run(null).changes).toBe(2)
    expect(database.prepare('DELETE FROM item WHERE number = ?').run(9).changes).toBe(0)
  })

  test('gives rows by name and in order, and none as undefined', () => {
    const database = inMemory()
    database.prepare('INSERT INTO item VALUES (?, ?), (?, ?)').run(2, 'b', 1, null)
    expect(database.prepare('SELECT * FROM item ORDER BY number').all()).toEqual([
      { number: 1, text: null },
      { number: 2, text: 'b' },
    ])
    expect(database.prepare('SELECT * FROM item WHERE number = ?').get(9)).toBeUndefined()
    expect(database.prepare('SELECT * FROM item WHERE number = ?').all(9)).toEqual([])
  })

  test('gives one row of the values at hand, also after all rows of others', () => {
    const database = inMemory()
    database.exec("INSERT INTO item VALUES (1, 'a'), (2, 'a'), (3, 'b')")
    const find = database.prepare('SELECT number FROM item WHERE text = ? ORDER BY number')
    expect([find.all('a').length, find.get('none'), find.get('b')?.number]).toEqual([2, undefined, 3])
    expect([find.get('a')?.number, find.all('b').length, find.get('none')]).toEqual([1, 1, undefined])
  })

  test('takes a null alone', () => {
    expect(inMemory().prepare('SELECT ? AS value').get(null)).toEqual({ value: null })
  })

  test('leaves no statement open behind rows that were not all read', () => {
    const database = inMemory()
    database.exec('BEGIN IMMEDIATE')
    const insert = database.prepare('INSERT INTO item VALUES (?, ?), (?, ?) RETURNING number')
    expect(insert.get(1, 'a', 2, 'b')).toEqual({ number: 1 })
    expect(insert.all(3, 'c', 4, 'd')).toEqual([{ number: 3 }, { number: 4 }])
    database.prepare('SELECT * FROM item').get()
    database.exec('SAVEPOINT step; RELEASE step; COMMIT')
    expect(database.prepare('SELECT count(*) AS n FROM item').get()).toEqual({ n: 4 })
  })

  test('goes on after a statement that failed in a savepoint', () => {
    const database = inMemory()
    database.exec('CREATE UNIQUE INDEX one ON item (number)')
    const insert = database.prepare('INSERT INTO item (number) VALUES (?)')
    database.exec('BEGIN IMMEDIATE')
    insert.run(1)
    database.exec('SAVEPOINT step')
    expect(() => insert.run(1)).toThrow(/UNIQUE/)
    database.exec('ROLLBACK TO step; RELEASE step')
    insert.run(2)
    database.exec('COMMIT')
    expect(database.prepare('SELECT number FROM item').all()).toEqual([{ number: 1 }, { number: 2 }])
  })

  test('may be closed twice, and does nothing afterwards', () => {
    const database = driver.open(join(tempDirectory(), 'jobs.db'))
    database.close()
    database.close()
    expect(() => database.exec('SELECT 1')).toThrow()
    expect(() => database.prepare('SELECT 1')).toThrow()
  })
})
