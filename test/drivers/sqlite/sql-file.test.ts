import { describe, expect, test } from 'vitest'
import { SqlFile } from '../../../src/drivers/sqlite/sql-file.js'
import { driversHere } from './drivers-here.js'

const text = `
-- :drop
DELETE FROM item WHERE kind = ? AND number IN (?);
`

describe.each(await driversHere())('a statement for any number of values over $name', (driver) => {
  test.each([0, 1, 15, 16, 17, 40])('changes the rows with these %i and no others', (count) => {
    const database = driver.open(':memory:')
    database.exec('CREATE TABLE item (kind TEXT, number INTEGER, PRIMARY KEY (kind, number)) WITHOUT ROWID')
    const insert = database.prepare('INSERT INTO item VALUES (?, ?)')
    for (let n = 1; n <= 50; n++) for (const kind of ['a', 'b']) insert.run(kind, n)
    const dropped = Array.from({ length: count }, (_, i) => i + 3)
    new SqlFile(database, text).among('drop').run(['a'], dropped)
    const left = (kind: string) =>
      database
        .prepare('SELECT number FROM item WHERE kind = ?')
        .all(kind)
        .map((row) => row['number'])
    const all = Array.from({ length: 50 }, (_, i) => i + 1)
    expect(left('a')).toEqual(all.filter((n) => !dropped.includes(n)))
    expect(left('b')).toEqual(all)
  })
})
