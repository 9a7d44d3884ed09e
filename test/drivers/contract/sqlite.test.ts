import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { sqliteQueue } from '../../../src/drivers/sqlite/sqlite-queue.js'
import { type QueueSubject, queueContract } from '../../../src/testing/index.js'

const directory = mkdtempSync(join(tmpdir(), 'riptide-contract-'))
afterAll(() => rmSync(directory, { recursive: true }))

let made = 0
const subject: QueueSubject = {
  create: () => sqliteQueue({ path: join(directory, `${++made}.db`), inline: true, synchronous: 'normal' }),
  moves: true,
}

describe('the SQLite queue keeps the contract in the calling thread', () => {
  // A file has no bound of its own: the disk is.
  for (const one of queueContract.filter(({ needs }) => needs !== 'createBounded'))
    test(one.name, () => one.run(subject))
})

test('the contract is there', () => {
  expect(queueContract.length).toBeGreaterThan(300)
})
