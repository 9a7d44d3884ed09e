import { join } from 'node:path'
import { expect, test } from 'vitest'
import { findDriver } from '../../../src/drivers/sqlite/find-driver.js'
import type { Row } from '../../../src/drivers/sqlite/database.js'
import { sqliteQueue } from '../../../src/drivers/sqlite/sqlite-queue.js'
import { migrate } from '../../../src/index.js'
import { FakeClock } from '../../../src/testing/index.js'
import { unsoundness } from '../../faults/sqlite-soundness.js'
import { load, opened } from '../../migrate/cargo.js'
import { Saboteur } from '../../migrate/saboteur.js'
import { tempDirectory } from './drivers-here.js'

/** Reads a file that no queue has open. */
async function rowsOf(path: string, queries: readonly string[]): Promise<readonly Row[]> {
  const database = (await findDriver(undefined)).open(path)
  try {
    return queries.flatMap((query) => database.prepare(query).all())
  } finally {
    database.close()
  }
}

const tables = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name LIKE 'riptide_%'"

test('both files are sound wherever a move stops, and the one that was left holds no jobs at the end', async () => {
  const [directory, clock] = [tempDirectory(), new FakeClock()]
  const paths = [join(directory, 'from.db'), join(directory, 'to.db')] as const
  const at = (path: string) => sqliteQueue({ path, inline: true, synchronous: 'normal' })
  const source = at(paths[0])
  await opened([source], clock, () => load(source, clock, 60))
  let isOver = false
  for (let dieAt = 3; !isOver; dieAt += 9) {
    const saboteur = new Saboteur(dieAt, 'after')
    const call = migrate(saboteur.queue(at(paths[0])), saboteur.queue(at(paths[1])), { clock, batchSize: 7 })
    isOver = await call.then(
      () => true,
      () => false,
    )
    for (const path of paths) expect(await rowsOf(path, unsoundness)).toEqual([])
  }
  const filled: unknown[] = []
  for (const { name } of await rowsOf(paths[0], [tables]))
    if ((await rowsOf(paths[0], [`SELECT 1 FROM ${name} LIMIT 1`])).length > 0) filled.push(name)
  // The instances of calls that died are forgotten after a while.
  const others = ['riptide_count', 'riptide_head', 'riptide_instance', 'riptide_meta', 'riptide_withdrawal']
  expect(filled.sort()).toEqual(others)
})
