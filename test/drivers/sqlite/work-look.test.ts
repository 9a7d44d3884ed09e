import { beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { join } from 'node:path'
import type { Database } from '../../../src/drivers/sqlite/database.js'
import { loadLibsql } from '../../../src/drivers/sqlite/driver-libsql.js'
import { Hints } from '../../../src/drivers/sqlite/hints.js'
import { WorkLook } from '../../../src/drivers/sqlite/work-look.js'
import { FakeClock } from '../../../src/testing/fake-clock.js'
import { tempDirectory } from './drivers-here.js'

const libsql = await loadLibsql()

let clock: FakeClock
let hints: Hints
let look: WorkLook
let other: Database
/** Instances that were woken, in their order. */
let woken: string[]
/** Types with work. */
let work: Set<string>
let looks: number

beforeEach(() => {
  const path = join(tempDirectory(), 'jobs.db')
  const database = libsql.open(path)
  database.exec('PRAGMA journal_mode = WAL')
  other = libsql.open(path)
  other.exec('CREATE TABLE t (x)')
  clock = new FakeClock()
  woken = []
  work = new Set()
  looks = 0
  hints = new Hints({
    deliver: (posts) => posts.forEach(({ to }) => typeof to === 'object' && woken.push(to.instance)),
  })
  hints.setAudience({ instances: ['a', 'b'], ends: false, moves: false })
  const hasWork = (types: readonly string[]): boolean => {
    looks++
    return types.some((type) => work.has(type))
  }
  look = new WorkLook({ database, hints, clock, hasWork })
  onTestFinished(() => {
    look.stop()
    database.close()
    other.close()
  })
})

function wait(...instances: readonly string[]): void {
  hints.begin()
  for (const instance of instances) hints.waits(instance, ['work', instance])
  hints.commit()
  look.start()
}

function foreignCommit(): void {
  other.exec('INSERT INTO t VALUES (1)')
}

describe('looking for work', () => {
  test('wakes who waits within a third of a second after a long silence', async () => {
    wait('a')
    await clock.advance(60_000)
    foreignCommit()
    work.add('work')
    await clock.advance(270)
    expect(woken).toEqual(['a'])
  })

  test('wakes nobody for work that someone else takes before the next look', async () => {
    wait('a')
    for (let i = 0; i < 50; i++) {
      work.add('work')
      await clock.advance(20)
      work.clear()
      foreignCommit()
      await clock.advance(20)
    }
    expect(woken).toEqual([])
  })

  test('wakes only who takes the type, one after the other', async () => {
    wait('a', 'b')
    work.add('b')
    await clock.advance(60)
    expect(woken).toEqual(['b'])
    work.add('work')
    await clock.advance(200)
    expect(woken).toEqual(['b', 'a'])
  })

  test('is seldom while nothing changes, and often after a change', async () => {
    wait('a')
    await clock.advance(10_000)
    looks = 0
    await clock.advance(10_000)
    expect(looks).toBe(40)
    looks = 0
    for (let i = 0; i < 50; i++) {
      foreignCommit()
      await clock.advance(20)
    }
    expect(looks).toBeGreaterThan(35)
  })

  test('wakes less and less while others have the work in hand', async () => {
    wait('a')
    work.add('work')
    for (let i = 0; i < 1000; i++) {
      await clock.advance(10)
      if (hints.waiting.size === 0) wait('a')
    }
    // In 10 s.
    expect(woken.length).toBeGreaterThan(5)
    expect(woken.length).toBeLessThan(15)
    work.clear()
    await clock.advance(500)
    work.add('work')
    const before = woken.length
    await clock.advance(300)
    expect(woken.length).toBe(before + 1)
  })

  test('ends when nobody waits, and leaves no timer when it is stopped', async () => {
    wait('a')
    hints.wake('a', 'work')
    await clock.advance(1000)
    expect(clock.pendingTimers).toBe(0)
    wait('a')
    expect(clock.pendingTimers).toBe(1)
    look.stop()
    wait('a')
    expect(clock.pendingTimers).toBe(0)
  })

  test('goes on when the file cannot be read now', async () => {
    const failing = new WorkLook({
      database: other,
      hints,
      clock,
      hasWork: () => {
        throw new Error('database is locked')
      },
    })
    wait('a')
    look.stop()
    failing.start()
    await clock.advance(1000)
    expect(clock.pendingTimers).toBe(1)
    failing.stop()
  })
})
