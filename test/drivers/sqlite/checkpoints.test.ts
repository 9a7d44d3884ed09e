import { statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { silentLogger } from '../../../src/core/logger.js'
import { Checkpoints, type PinnedLog } from '../../../src/drivers/sqlite/checkpoints.js'
import type { Database, Driver } from '../../../src/drivers/sqlite/database.js'
import { openOnce } from '../../../src/drivers/sqlite/opening.js'
import { FakeClock } from '../../../src/testing/index.js'
import { driversHere, tempDirectory } from './drivers-here.js'

class Bench {
  readonly clock = new FakeClock()
  readonly path = join(tempDirectory(), 'jobs.db')
  readonly pinned: PinnedLog[] = []
  readonly database: Database
  readonly checkpoints: Checkpoints
  readonly #driver: Driver

  constructor(driver: Driver) {
    this.#driver = driver
    this.database = this.connect()
    this.database.exec('CREATE TABLE box (text TEXT)')
    this.checkpoints = new Checkpoints({
      database: this.database,
      path: this.path,
      clock: this.clock,
      logger: silentLogger,
      alarmingBytes: 1_000_000,
      onPinned: (log) => this.pinned.push(log),
    })
  }

  connect(): Database {
    const { database } = openOnce(this.#driver, { path: this.path, synchronous: 'normal' })
    onTestFinished(() => database.close())
    return database
  }

  put(bytes: number): void {
    this.database.prepare('INSERT INTO box (text) VALUES (?)').run('x'.repeat(bytes))
    this.checkpoints.committed()
  }

  size(ending = ''): number {
    return statSync(this.path + ending).size
  }
}

describe.each(await driversHere())('the log over $name', (driver) => {
  test('is copied back when nothing has been written for a while', async () => {
    const bench = new Bench(driver)
    const before = bench.size()
    for (let i = 0; i < 40; i++) bench.put(10_000)
    await bench.clock.advance(400)
    bench.put(1)
    await bench.clock.advance(400)
    expect(bench.size()).toBe(before)
    await bench.clock.advance(200)
    expect(bench.size()).toBeGreaterThan(400_000)
    expect(bench.clock.pendingTimers).toBe(0)
  })

  test('stays as it is for a heartbeat', async () => {
    const bench = new Bench(driver)
    const before = bench.size()
    for (let i = 0; i < 10; i++) {
      bench.put(10)
      await bench.clock.advance(3_000)
    }
    expect(bench.size()).toBe(before)
  })

  test('is told of when a reader keeps it from being used again, and not more than once a minute', async () => {
    const bench = new Bench(driver)
    const reader = bench.connect()
    bench.put(10)
    reader.exec('BEGIN')
    reader.prepare('SELECT count(*) FROM box').get()
    for (let i = 0; i < 10; i++) {
      bench.put(300_000)
      await bench.clock.advance(500)
    }
    expect(bench.pinned).toHaveLength(1)
    const [log] = bench.pinned
    expect(log?.bytes).toBeGreaterThan(1_000_000)
    expect(log?.pagesCopied).toBeLessThan(log?.pages ?? 0)
    await bench.clock.advance(60_000)
    bench.put(10)
    await bench.clock.advance(1000)
    expect(bench.pinned).toHaveLength(2)
    reader.exec('ROLLBACK')
    await bench.clock.advance(60_000)
    bench.put(10)
    await bench.clock.advance(1000)
    expect(bench.pinned).toHaveLength(2)
  })

  test('can be used from its beginning when it has been copied back whole', () => {
    const bench = new Bench(driver)
    bench.put(100_000)
    expect(bench.checkpoints.makeRoom()).toBe(true)
    const reader = bench.connect()
    reader.exec('BEGIN')
    reader.prepare('SELECT count(*) FROM box').get()
    bench.put(100_000)
    expect(bench.checkpoints.makeRoom()).toBe(false)
    reader.exec('ROLLBACK')
  })

  test('is empty behind a close, and no timer is left', () => {
    const bench = new Bench(driver)
    bench.put(100_000)
    expect(bench.size('-wal')).toBeGreaterThan(100_000)
    bench.checkpoints.close()
    expect(bench.size('-wal')).toBe(0)
    expect(bench.clock.pendingTimers).toBe(0)
  })
})
