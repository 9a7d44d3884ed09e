import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, test } from 'vitest'
import { sqliteQueue } from '../../src/drivers/sqlite/sqlite-queue.js'
import { looksAsInMemory } from './twins.js'

const folder = mkdtempSync(join(tmpdir(), 'riptide-model-'))
afterAll(() => rmSync(folder, { recursive: true }))

let made = 0

test('a service on a file does what one in memory does', { timeout: 300_000 }, () =>
  looksAsInMemory(
    () => sqliteQueue({ path: join(folder, `${++made}.db`), inline: true, synchronous: 'normal' }),
    { runs: 10 },
  ),
)
