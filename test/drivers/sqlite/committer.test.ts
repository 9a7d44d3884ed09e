import { describe, expect, test } from 'vitest'
import { systemClock } from '../../../src/core/clock.js'
import { CommitterStage, type StageOptions, watch } from './committer-stage.js'
import { driversHere } from './drivers-here.js'

const drivers = await driversHere()

describe.each(drivers)('group commit over $name', (driver) => {
  test('what waits together goes in one transaction, and each gets its own answer', async () => {
    const stage = new CommitterStage(driver)
    expect(await Promise.all([stage.put(1), stage.put(2), stage.put(3)])).toEqual([1, 2, 3])
    expect(stage.diary.lines).toEqual(['begin', 'step', 'step', 'step', 'commit'])
  })

  test('what comes while a transaction runs goes with the next', async () => {
    const stage = new CommitterStage(driver)
    let second: Promise<unknown> = Promise.resolve()
    await stage.put(1, () => (second = stage.put(2)))
    await second
    expect(stage.diary.lines).toEqual(['begin', 'step', 'commit', 'begin', 'step', 'commit'])
  })

  test('a step that fails is undone and hurts no other', async () => {
    const stage = new CommitterStage(driver)
    const fail = (): never => {
      throw new Error('no')
    }
    const all = await Promise.allSettled([stage.put(1), stage.put(2, fail), stage.put(3), stage.put(1)])
    expect(all.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'rejected'])
    expect(stage.things()).toEqual([1, 3])
    expect(stage.diary.lines.filter((line) => line === 'drop')).toHaveLength(2)
  })

  test('nobody hears of a step before it is committed', async () => {
    const stage = new CommitterStage(driver)
    const other = stage.connect()
    const seen: unknown[] = []
    await stage.put(1, () => seen.push(stage.things(other)))
    seen.push(stage.things(other))
    expect(seen).toEqual([[], [1]])
  })

  test('heartbeats go in front', async () => {
    const stage = new CommitterStage(driver)
    const order: number[] = []
    const put = (n: number, isUrgent: boolean) => stage.put(n, () => order.push(n), isUrgent)
    await Promise.all([put(1, false), put(2, false), put(3, true)])
    expect(order).toEqual([3, 1, 2])
  })

  test('what is larger than a transaction should be makes several', async () => {
    const stage = new CommitterStage(driver)
    await Promise.all(Array.from({ length: 600 }, (_, i) => stage.put(i)))
    expect(stage.diary.lines.filter((line) => line === 'commit')).toHaveLength(3)
    expect(stage.things()).toHaveLength(600)
  })

  test('two steps with many jobs between them are answered one after the other', async () => {
    const stage = new CommitterStage(driver)
    const cycle = (jobs: number) => stage.write(() => jobs, false, jobs)
    await Promise.all([cycle(50), cycle(50), stage.put(1)])
    expect(stage.diary.lines.join(' ')).toBe('begin step commit begin step step commit')
  })

  test('two steps with few jobs share a transaction', async () => {
    const stage = new CommitterStage(driver)
    await Promise.all([stage.write(() => 1, false, 10), stage.write(() => 2, false, 10)])
    expect(stage.diary.lines).toEqual(['begin', 'step', 'step', 'commit'])
  })

  test('with others at the file, steps with many jobs share a transaction', async () => {
    const stage = new CommitterStage(driver)
    stage.committer.hasCompany = true
    await Promise.all([stage.write(() => 1, false, 50), stage.write(() => 2, false, 50)])
    expect(stage.diary.lines).toEqual(['begin', 'step', 'step', 'commit'])
  })

  test('a read sees what was committed in its turn, and may fail alone', async () => {
    const stage = new CommitterStage(driver)
    const fail = (): never => {
      throw new Error('no')
    }
    const [, things, failed] = await Promise.allSettled([
      stage.put(1),
      stage.read(() => stage.things()),
      stage.read(fail),
    ])
    expect([things, failed.status]).toEqual([{ status: 'fulfilled', value: [1] }, 'rejected'])
  })

  test('closing does what was given before, and refuses what comes after', async () => {
    const stage = new CommitterStage(driver)
    const before = stage.put(1)
    const closed = stage.committer.close()
    await expect(stage.put(2)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE', retryable: true })
    await closed
    await before
    expect(stage.things()).toEqual([1])
    await stage.committer.close()
  })
})

describe.each(drivers)('over $name, while another connection writes,', (driver) => {
  test('a step waits for the lock, and is done when that is free', async () => {
    const stage = new CommitterStage(driver)
    const other = stage.connect()
    other.exec('BEGIN EXCLUSIVE')
    const put = watch(stage.put(1))
    await stage.clock.advance(4000)
    expect(put.state).toBe('waits')
    other.exec('ROLLBACK')
    await stage.clock.advance(4)
    expect([put.state, stage.things()]).toEqual(['done', [1]])
    expect(stage.diary.lines).toEqual(['begin', 'step', 'commit'])
  })

  test('it is tried again every few milliseconds, and nothing blocks meanwhile', async () => {
    const stage = new CommitterStage(driver)
    stage.connect().exec('BEGIN IMMEDIATE')
    let asked = 0
    const { after } = stage.clock
    stage.clock.after = (ms, run) => {
      asked++
      expect(ms).toBeGreaterThanOrEqual(0.5)
      return after.call(stage.clock, ms, run)
    }
    const begun = systemClock.monotonic()
    watch(stage.put(1))
    await stage.clock.advance(10)
    expect(asked).toBeGreaterThan(10)
    expect(systemClock.monotonic() - begun).toBeLessThan(2000)
  })

  test('a step that waits too long is refused with STORE_BUSY, and one that came later waits on', async () => {
    const stage = new CommitterStage(driver, { busyTimeoutMs: 1000 })
    const other = stage.connect()
    other.exec('BEGIN EXCLUSIVE')
    const early = watch(stage.put(1))
    await stage.clock.advance(600)
    const late = watch(stage.put(2))
    await stage.clock.advance(500)
    expect([early.state, late.state]).toEqual(['STORE_BUSY', 'waits'])
    other.exec('ROLLBACK')
    await stage.clock.advance(10)
    expect([late.state, stage.things()]).toEqual(['done', [2]])
  })

  test('reads go on', async () => {
    const stage = new CommitterStage(driver)
    await stage.put(1)
    stage.connect().exec('BEGIN IMMEDIATE')
    watch(stage.put(2))
    await stage.clock.advance(1)
    expect(await stage.read(() => stage.things())).toEqual([1])
  })

  test('a read that is refused is tried again after a rest, and waits no longer than a step', async () => {
    const stage = new CommitterStage(driver, { busyTimeoutMs: 1000 })
    let tries = 0
    const locked = (): never => {
      tries++
      throw Object.assign(new Error('database is locked'), { code: 'SQLITE_BUSY' })
    }
    const read = watch(stage.read(locked))
    await stage.clock.advance(10)
    expect(read.state).toBe('waits')
    expect(tries).toBeGreaterThan(5)
    expect(tries).toBeLessThan(25)
    await stage.clock.advance(1000)
    expect(read.state).toBe('STORE_BUSY')
  })

  test('closing waits for what waits, and no longer than that may', async () => {
    const stage = new CommitterStage(driver, { busyTimeoutMs: 1000 })
    stage.connect().exec('BEGIN IMMEDIATE')
    const put = watch(stage.put(1))
    const closed = watch(stage.committer.close())
    await stage.clock.advance(900)
    expect([put.state, closed.state]).toEqual(['waits', 'waits'])
    await stage.clock.advance(200)
    expect([put.state, closed.state]).toEqual(['STORE_BUSY', 'done'])
  })
})

describe.each(drivers)('over $name, in company,', (driver) => {
  test('others are let in after each commit', async () => {
    const stage = new CommitterStage(driver)
    stage.committer.hasCompany = true
    await stage.put(1)
    const second = watch(stage.put(2))
    await stage.clock.settle()
    expect(second.state).toBe('waits')
    await stage.clock.advance(1)
    expect(second.state).toBe('done')
  })

  test('a read waits for no pause', async () => {
    const stage = new CommitterStage(driver)
    stage.committer.hasCompany = true
    await stage.put(1)
    expect(await stage.read(() => stage.things())).toEqual([1])
  })
})

describe.each(drivers)('over $name, on a full disk,', (driver) => {
  const large = 'x'.repeat(100_000)

  /** A file that may not grow by much. */
  function full(
    options: StageOptions = {},
  ): CommitterStage & { readonly putLarge: (thing: number) => Promise<unknown> } {
    const stage = new CommitterStage(driver, options)
    stage.database.prepare('PRAGMA max_page_count = 10').get()
    const insert = stage.database.prepare('INSERT INTO box (thing, text) VALUES (?, ?)')
    return Object.assign(stage, { putLarge: (thing: number) => stage.write(() => insert.run(thing, large)) })
  }

  test('what has no room is STORE_FULL, and hurts none that has', async () => {
    const stage = full()
    const all = [watch(stage.put(1)), watch(stage.putLarge(2)), watch(stage.put(3))]
    await stage.clock.settle()
    expect(all.map(({ state }) => state)).toEqual(['done', 'STORE_FULL', 'done'])
    expect(stage.things()).toEqual([1, 3])
  })

  test('it goes on by itself when there is room again', async () => {
    const stage = full()
    await expect(stage.putLarge(1)).rejects.toMatchObject({ code: 'STORE_FULL', retryable: true })
    stage.database.prepare('PRAGMA max_page_count = 1000').get()
    await stage.putLarge(1)
    expect(stage.things()).toEqual([1])
  })

  test('a step is tried once more when room was made', async () => {
    let made = 0
    const stage: CommitterStage = full({
      makeRoom: () => {
        made++
        stage.database.prepare('PRAGMA max_page_count = 1000').get()
        return true
      },
    })
    const insert = stage.database.prepare('INSERT INTO box (thing, text) VALUES (?, ?)')
    await stage.write(() => insert.run(1, large))
    expect([made, stage.things()]).toEqual([1, [1]])
  })

  test('a step for which room was made waits for another connection like any other', async () => {
    const stage: CommitterStage = full({
      makeRoom: () => {
        stage.database.prepare('PRAGMA max_page_count = 1000').get()
        other.exec('BEGIN IMMEDIATE')
        return true
      },
    })
    const other = stage.connect()
    const insert = stage.database.prepare('INSERT INTO box (thing, text) VALUES (?, ?)')
    const written = watch(stage.write(() => insert.run(1, large)))
    await stage.clock.advance(100)
    expect(written.state).toBe('waits')
    other.exec('ROLLBACK')
    await stage.clock.advance(10)
    expect([written.state, stage.things()]).toEqual(['done', [1]])
  })
})
