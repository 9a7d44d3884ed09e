import type { Database } from './database.js'
import type { ShelfName } from './protocol.js'
import storageSql from './sql/storage.sql'
import { SqlFile } from './sql-file.js'
import { fromStored, toStored } from './stored-text.js'

/** Texts by key as synchronous steps over the file; the transactions are the caller's. */
export interface Texts {
  read(shelf: ShelfName, key: string, now: number): string | null
  /** For `ttlMs`, or for good where that is null. */
  keep(shelf: ShelfName, key: string, text: string, ttlMs: number | null, now: number): void
  remove(shelf: ShelfName, key: string): void
  /** At most `limit` of those whose time is over, the earliest first; how many. */
  removeOverdue(shelf: ShelfName, limit: number, now: number): number
  /** At most `limit` of those whose key begins so; how many. */
  removeBelow(shelf: ShelfName, prefix: string, limit: number): number
}

/** The texts of a file whose schema is the current one. */
export function openTexts(database: Database): Texts {
  const sql = new SqlFile(database, storageSql)
  const read = sql.query<TextRow>('read')
  const keep = sql.command('keep')
  const remove = sql.command('remove')
  const removeOverdue = sql.command('remove overdue')
  const removeBetween = sql.command('remove between')
  return {
    read(shelf, key, now) {
      const row = read.get(shelf, toStored(key), now)
      return row === undefined ? null : fromStored(row.text)
    },
    keep(shelf, key, text, ttlMs, now) {
      const until = ttlMs === null ? null : Math.ceil(now + ttlMs)
      keep.run(shelf, toStored(key), until, toStored(text))
    },
    remove(shelf, key) {
      remove.run(shelf, toStored(key))
    },
    removeOverdue: (shelf, limit, now) => removeOverdue.run(shelf, now, limit).changes,
    removeBelow(shelf, prefix, limit) {
      // Each sign is stored by itself, so that keys which begin alike still do; U+10FFFF stands for nothing.
      const from = toStored(prefix)
      return removeBetween.run(shelf, from, `${from}\u{10ffff}`, limit).changes
    },
  }
}

// -------------------------------------------------------------------------------------------------------------------

interface TextRow {
  readonly text: string
}
