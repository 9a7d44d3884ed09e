import { copyFileSync, renameSync, truncateSync, unlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Database } from '../../../src/drivers/sqlite/database.js'
import { loadLibsql } from '../../../src/drivers/sqlite/driver-libsql.js'
import {
  type FileIdentity,
  identityOf,
  lossOf,
  refuseLoss,
} from '../../../src/drivers/sqlite/file-identity.js'
import { openOnce } from '../../../src/drivers/sqlite/opening.js'
import { tempDirectory } from './drivers-here.js'

const libsql = await loadLibsql()

interface OpenFile {
  readonly path: string
  readonly database: Database
  readonly identity: FileIdentity
}

function openFile(): OpenFile {
  const { database, identity } = openOnce(libsql, {
    path: join(tempDirectory(), 'jobs.db'),
    synchronous: 'normal',
  })
  return identity ? { path: identity.path, database, identity } : expect.unreachable('it has a file')
}

test('a file that is written, checkpointed and vacuumed stays the same', () => {
  const { database, identity } = openFile()
  database.exec('CREATE TABLE item (text TEXT)')
  for (let i = 0; i < 100; i++) database.prepare('INSERT INTO item VALUES (?)').run('x'.repeat(1000))
  database.exec('PRAGMA wal_checkpoint(TRUNCATE); DELETE FROM item; VACUUM; PRAGMA wal_checkpoint(TRUNCATE)')
  expect(lossOf(identity)).toBeUndefined()
  expect(identity.files).toHaveLength(3)
})

test('another connection that comes and goes changes nothing', () => {
  const { path, identity } = openFile()
  const other = openOnce(libsql, { path, synchronous: 'full' })
  other.database.exec('CREATE TABLE item (text TEXT)')
  other.database.close()
  expect(lossOf(identity)).toBeUndefined()
})

test.each(['', '-wal', '-shm'])('a deleted file is noticed: jobs.db%s', (ending) => {
  const { path, identity } = openFile()
  unlinkSync(`${path}${ending}`)
  expect(lossOf(identity)).toEqual({ path: `${path}${ending}`, loss: 'deleted' })
})

test('a moved file is noticed', () => {
  const { path, identity } = openFile()
  renameSync(path, `${path}.bak`)
  expect(lossOf(identity)).toEqual({ path, loss: 'deleted' })
})

test('a backup put in its place is noticed', () => {
  const { path, identity } = openFile()
  copyFileSync(path, `${path}.copy`)
  renameSync(`${path}.copy`, path)
  expect(lossOf(identity)).toEqual({ path, loss: 'replaced' })
})

test('an emptied file is noticed', () => {
  const { path, identity } = openFile()
  truncateSync(path, 0)
  expect(lossOf(identity)).toEqual({ path, loss: 'emptied' })
})

test('the loss is an error that names the file', () => {
  const path = join(tempDirectory(), 'jobs.db')
  writeFileSync(path, 'x'.repeat(4096))
  const identity = identityOf(path)
  expect(() => refuseLoss(identity)).not.toThrow()
  unlinkSync(path)
  expect(() => refuseLoss(identity)).toThrow(
    expect.objectContaining({ code: 'STORE_REPLACED', retryable: false, facts: { path, loss: 'deleted' } }),
  )
})
