import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, test } from 'vitest'
import type { QueueAdapter } from '../../../src/core/queue-adapter.js'
import { sqliteQueue, sqliteStorage } from '../../../src/drivers/sqlite/index.js'
import { type QueueSubject, queueContract, storageContract } from '../../../src/testing/index.js'

const folder = mkdtempSync(join(tmpdir(), 'riptide-sqlite-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

let files = 0
const freshPath = (): string => join(folder, `${++files}.db`)

describe('the SQLite queue keeps the contract in a worker thread', () => {
  const paths = new WeakMap<QueueAdapter, string>()
  const at = (path: string): QueueAdapter => {
    const queue = sqliteQueue({ path, synchronous: 'normal' })
    paths.set(queue, path)
    return queue
  }
  const subject: QueueSubject = {
    create: () => at(freshPath()),
    connect: (queue) => at(paths.get(queue) ?? freshPath()),
    moves: true,
  }
  // A file is bounded by its disk.
  for (const one of queueContract.filter(({ needs }) => needs !== 'createBounded'))
    test(one.name, () => one.run(subject))
})

describe('the SQLite storage keeps the contract in a worker thread', () => {
  for (const one of storageContract)
    test(one.name, () =>
      one.run({ create: () => sqliteStorage({ path: freshPath(), synchronous: 'normal' }) }),
    )
})

describe('the storage of the SQLite queue keeps the contract', () => {
  for (const one of storageContract)
    test(one.name, () => one.run({ create: () => sqliteQueue({ path: freshPath(), inline: true }).storage }))
})
