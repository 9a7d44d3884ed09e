import { expect, test } from 'vitest'
import { loadLibsql } from '../../../src/drivers/sqlite/driver-libsql.js'

const libsql = await loadLibsql()

test.each([true, undefined, 1n, {}, []])('%s is refused, where libsql ends the process', (value) => {
  const select = libsql.open(':memory:').prepare('SELECT ? AS value')
  const code = 'ARGUMENT_INVALID'
  expect(() => select.get(value as never)).toThrow(expect.objectContaining({ code }))
  expect(() => select.all(value as never)).toThrow(expect.objectContaining({ code }))
})

test('a statement that gives rows cannot be run, which would leave it open', () => {
  const database = libsql.open(':memory:')
  database.exec('CREATE TABLE item (n INTEGER)')
  expect(() => database.prepare('INSERT INTO item VALUES (1) RETURNING n').run()).toThrow(/get or all/)
  expect(() => database.prepare('INSERT INTO item VALUES (1)').get()).toThrow(/use run/)
  expect(() => database.prepare('INSERT INTO item VALUES (1)').all()).toThrow(/use run/)
})
