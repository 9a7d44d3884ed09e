import { statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { silentLogger } from '../../src/core/logger.js'
import { jobOf } from '../../src/testing/contract/script.js'
import { tempDirectory } from '../drivers/sqlite/drivers-here.js'
import { describeOn, nodeForSharing } from '../nodes/other-node.js'
import { Fleet, job, jobs } from './fleet.js'
import { startLoad } from './load.js'
import { until } from './patience.js'
import { RemoteQueue } from './remote-queue.js'
import { contentsOf } from './sqlite-contents.js'
import { SqliteHand } from './sqlite-hand.js'
import { pathOfJobs, sqliteStore } from './sqlite-store.js'

const busyTimeoutMs = 500

describeOn(nodeForSharing())('a foreign process', () => {
  describe.each([
    ['a thread of its own', false],
    ['the thread of the app', true],
  ])('that keeps the file locked, where the queue works in %s', (_, inline) => {
    test('makes calls fail in their time, and holds up neither the app nor those who look', async () => {
      const path = join(tempDirectory(), 'jobs.db')
      const remote = new RemoteQueue({ path, inline, busyTimeoutMs })
      const { queue } = remote
      await queue.open({ logger: silentLogger })
      await queue.submit([jobOf(1, {})])
      const stranger = new SqliteHand()
      await stranger.exec(path, 'BEGIN EXCLUSIVE; CREATE TABLE theirs (a)')
      await remote.longestTurn()

      const since = performance.now()
      const refused = queue.submit([jobOf(2, {})])
      await expect(refused).rejects.toMatchObject({ code: 'STORE_BUSY', retryable: true })
      const tookMs = performance.now() - since
      expect(tookMs).toBeGreaterThan(busyTimeoutMs - 50)
      expect(tookMs).toBeLessThan(busyTimeoutMs + 1000)
      expect(await queue.get('job-1')).toMatchObject({ status: 'pending' })
      expect(await remote.longestTurn()).toBeLessThan(100)

      await stranger.exec(path, 'COMMIT')
      expect(await queue.submit([jobOf(2, {})])).toMatchObject([{ kind: 'created' }])
      await queue.close()
      const contents = await contentsOf(stranger, path)
      expect([contents.jobs.size, contents.wrongs]).toEqual([2, []])
    })
  })

  test('that keeps the file locked for less than the queue waits costs time, and no job', async () => {
    const fleet = new Fleet({ store: sqliteStore(), leaseMs: 4000 })
    const producer = await fleet.producer()
    await fleet.spawn(2)
    const stopLoad = startLoad(fleet, producer)
    await fleet.started(50)
    const stranger = new SqliteHand()
    const path = pathOfJobs(fleet.folder)
    await lockFor(stranger, path, 2000)
    const before = fleet.runs().length
    await until('the work goes on', () => fleet.runs().length > before + 50)
    expect((await stopLoad()).refused).toEqual([])
    await fleet.allEnded()
    // That the store is slow is true.
    expect(fleet.told('error').filter(({ code }) => code !== 'STORE_TIMEOUT')).toEqual([])
    expect(fleet.told('lease_lost')).toEqual([])
    expect(await fleet.wrongs()).toEqual([])
  })

  test('that reads for long lets the log grow, which is told, and the log shrinks behind it', async () => {
    const fleet = new Fleet({ store: sqliteStore({ synchronous: 'normal' }) })
    const producer = await fleet.producer()
    await fleet.submit(producer, [job('work')])
    const stranger = new SqliteHand()
    const path = pathOfJobs(fleet.folder)
    const logBytes = (): number => statSync(`${path}-wal`).size
    await stranger.exec(path, 'BEGIN; SELECT count(*) FROM riptide_job')
    await fleet.spawn(1)
    await fleet.submit(producer, jobs(120, 'work', { bytes: 900_000 }))
    const codes = (): unknown[] => fleet.told('error').map(({ code }) => code)
    await until('it is told', () => codes().includes('STORE_PINNED'))
    await fleet.allEnded()
    expect(logBytes()).toBeGreaterThan(80e6)
    await stranger.exec(path, 'COMMIT')
    const shrinks = async (): Promise<boolean> => {
      await fleet.submit(producer, [job('work')])
      return logBytes() < 70e6
    }
    await until('the log shrinks', shrinks)
    await fleet.allEnded()
    expect(new Set(codes())).toEqual(new Set(['STORE_PINNED']))
    expect(await fleet.wrongs()).toEqual([])
  })
})

// -------------------------------------------------------------------------------------------------------------------

async function lockFor(stranger: SqliteHand, path: string, ms: number): Promise<void> {
  await stranger.exec(path, 'BEGIN EXCLUSIVE')
  const since = performance.now()
  await until('the time is over', () => performance.now() - since >= ms)
  await stranger.exec(path, 'COMMIT')
}
