import {
  copyFileSync,
  openSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
  closeSync,
} from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { isRiptideError } from '../../src/core/errors.js'
import { silentLogger } from '../../src/core/logger.js'
import { cycleOf, jobOf, lanes, listOf } from '../../src/testing/contract/script.js'
import { tempDirectory } from '../drivers/sqlite/drivers-here.js'
import { describeOn, nodeForSharing } from '../nodes/other-node.js'
import { seeded } from './patience.js'
import { RemoteQueue } from './remote-queue.js'
import { SqliteHand } from './sqlite-hand.js'

const calm = { logger: silentLogger }
const pageBytes = 4096

let hand: SqliteHand

describeOn(nodeForSharing())('a file that', () => {
  beforeAll(() => {
    hand = new SqliteHand({ isLasting: true })
  })

  test('is no database is refused and left as it is', async () => {
    const path = join(tempDirectory(), 'jobs.db')
    writeFileSync(path, 'Dear diary, '.repeat(1000))
    await expect(open(path)).rejects.toMatchObject({ code: 'STORE_OPEN_FAILED' })
    expect(readFileSync(path, 'utf8')).toBe('Dear diary, '.repeat(1000))
  })

  test('has tables of a later version is refused and left as it is', async () => {
    const path = await filled()
    await hand.exec(path, "UPDATE riptide_meta SET value = '99' WHERE name = 'schema'")
    await hand.close(path)
    const before = readFileSync(path)
    await expect(open(path)).rejects.toMatchObject({ code: 'SCHEMA_TOO_NEW' })
    expect(readFileSync(path).equals(before)).toBe(true)
  })

  test('has numbers of the app in its head is used, and keeps them', async () => {
    const path = await filled()
    await hand.exec(path, 'PRAGMA user_version = 4711; PRAGMA application_id = 4712')
    await hand.close(path)
    const remote = await open(path)
    expect(await remote.queue.get('job-1')).toMatchObject({ id: 'job-1' })
    await remote.queue.close()
    const [version, application] = await hand.read(path, ['PRAGMA user_version', 'PRAGMA application_id'])
    expect([version, application]).toEqual([[{ user_version: 4711 }], [{ application_id: 4712 }]])
  })

  test('was emptied while its log was not is refused, and the log is kept', async () => {
    const path = await filled({ keepsLog: true })
    const log = readFileSync(`${path}-wal`)
    truncateSync(path, 0)
    await expect(open(path)).rejects.toMatchObject({ code: 'STORE_OPEN_FAILED' })
    expect(readFileSync(`${path}-wal`).equals(log)).toBe(true)
  })

  test('is empty is a queue without jobs', async () => {
    const path = join(tempDirectory(), 'jobs.db')
    writeFileSync(path, '')
    const { queue } = await open(path)
    expect(await queue.list(listOf({}))).toMatchObject({ total: 0 })
    await queue.close()
  })

  // A page at a time, of all there are.
  test(
    'has a damaged page is used without it, or said to be corrupt (seed 1)',
    { timeout: 90_000 },
    async () => {
      const random = seeded(1)
      const path = await filled()
      const pages = statSync(path).size / pageBytes
      const codes = new Set<unknown>()
      for (let page = 0; page < pages; page++) {
        const damaged = `${path}-${page}`
        copyFileSync(path, damaged)
        overwrite(
          damaged,
          page * pageBytes,
          Buffer.alloc(pageBytes).map(() => random() * 256),
        )
        codes.add(await codeOf(useAll(damaged)))
      }
      codes.delete(undefined)
      expect([...codes].sort()).toEqual(['STORE_CORRUPT', 'STORE_OPEN_FAILED'])
    },
  )
})

// -------------------------------------------------------------------------------------------------------------------

async function open(path: string): Promise<RemoteQueue> {
  const remote = new RemoteQueue({ path })
  await remote.queue.open(calm)
  return remote
}

/** A file with jobs in it, which nobody has open. */
async function filled({ keepsLog = false } = {}): Promise<string> {
  const path = join(tempDirectory(), 'jobs.db')
  const remote = await open(path)
  await remote.queue.submit(
    Array.from({ length: 200 }, (_, i) => jobOf(i + 1, { payload: `"${'x'.repeat(300)}"` })),
  )
  if (!keepsLog) await remote.queue.close()
  await remote.kill()
  return path
}

/** Does something of all that can be done. */
async function useAll(path: string): Promise<void> {
  const remote = new RemoteQueue({ path })
  try {
    const { queue } = remote
    await queue.open(calm)
    await queue.submit([jobOf(1000, {})])
    await queue.cycle(cycleOf({ wanted: lanes(100) }))
    await queue.list(listOf({ limit: 100 }))
    for (let i = 1; i <= 200; i++) await queue.get(`job-${i}`)
    await queue.counts()
    await queue.metrics()
    await queue.close()
  } finally {
    await remote.kill()
  }
}

/** Undefined when all went well. */
async function codeOf(call: Promise<unknown>): Promise<unknown> {
  try {
    await call
    return undefined
  } catch (error) {
    return isRiptideError(error) ? error.code : error
  }
}

function overwrite(path: string, at: number, bytes: Uint8Array): void {
  const file = openSync(path, 'r+')
  writeSync(file, bytes, 0, bytes.length, at)
  closeSync(file)
}
