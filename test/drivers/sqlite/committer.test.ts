import { describe, expect, test } from 'vitest'
import { systemClock } from '../../../src/core/clock.js'
import { Bench, type BenchOptions, watch } from './committer-bench.js'
import { driversHere } from './drivers-here.js'

const drivers = await driversHere()

describe.each(drivers)('group commit over $name', (driver) => {
  test('what waits together goes in one transaction, and each gets its own answer', async () => {
    const bench = new Bench(driver)
    expect(await Promise.all([bench.put(1), bench.put(2), bench.put(3)])).toEqual([1, 2, 3])
    expect(bench.diary.lines).toEqual(['begin', 'step', 'step', 'step', 'commit'])
  })

  test('what comes while a transaction runs goes with the next', async () => {
    const bench = new Bench(driver)
    let second: Promise<unknown> = Promise.resolve()
    await bench.put(1, () => (second = bench.put(2)))
    await second
    expect(bench.diary.lines).toEqual(['begin', 'step', 'commit', 'begin', 'step', 'commit'])
  })

  test('a step that fails is undone and hurts no other', async () => {
    const bench = new Bench(driver)
    const fail = (): never => {
      throw new Error('no')
    }
    const all = await Promise.allSettled([bench.put(1), bench.put(2, fail), bench.put(3), bench.put(1)])
    expect(all.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'rejected'])
    expect(bench.things()).toEqual([1, 3])
    expect(bench.diary.lines.filter((line) => line === 'drop')).toHaveLength(2)
  })

  test('nobody hears of a step before it is committed', async () => {
    const bench = new Bench(driver)
    const other = bench.connect()
    const seen: unknown[] = []
    await bench.put(1, () => seen.push(bench.things(other)))
    seen.push(bench.things(other))
    expect(seen).toEqual([[], [1]])
  })

  test('heartbeats go in front', async () => {
    const bench = new Bench(driver)
    const order: number[] = []
    const put = (n: number, isUrgent: boolean) => bench.put(n, () => order.push(n), isUrgent)
    await Promise.all([put(1, false), put(2, false), put(3, true)])
    expect(order).toEqual([3, 1, 2])
  })

  test('what is larger than a transaction should be makes several', async () => {
    const bench = new Bench(driver)
    await Promise.all(Array.from({ length: 600 }, (_, i) => bench.put(i)))
    expect(bench.diary.lines.filter((line) => line === 'commit')).toHaveLength(3)
    expect(bench.things()).toHaveLength(600)
  })

  test('a read sees what was committed in its turn, and may fail alone', async () => {
    const bench = new Bench(driver)
    const fail = (): never => {
      throw new Error('no')
    }
    const [, things, failed] = await Promise.allSettled([
      bench.put(1),
      bench.read(() => bench.things()),
      bench.read(fail),
    ])
    expect([things, failed.status]).toEqual([{ status: 'fulfilled', value: [1] }, 'rejected'])
  })

  test('closing does what was given before, and refuses what comes after', async () => {
    const bench = new Bench(driver)
    const before = bench.put(1)
    const closed = bench.committer.close()
    await expect(bench.put(2)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE', retryable: true })
    await closed
    await before
    expect(bench.things()).toEqual([1])
    await bench.committer.close()
  })
})

describe.each(drivers)('over $name, while another connection writes,', (driver) => {
  test('a step waits for the lock, and is done when that is free', async () => {
    const bench = new Bench(driver)
    const other = bench.connect()
    other.exec('BEGIN EXCLUSIVE')
    const put = watch(bench.put(1))
    await bench.clock.advance(4000)
    expect(put.state).toBe('waits')
    other.exec('ROLLBACK')
    await bench.clock.advance(4)
    expect([put.state, bench.things()]).toEqual(['done', [1]])
    expect(bench.diary.lines).toEqual(['begin', 'step', 'commit'])
  })

  test('it is tried again every few milliseconds, and nothing blocks meanwhile', async () => {
    const bench = new Bench(driver)
    bench.connect().exec('BEGIN IMMEDIATE')
    let asked = 0
    const { after } = bench.clock
    bench.clock.after = (ms, run) => {
      asked++
      expect(ms).toBeGreaterThanOrEqual(0.5)
      return after.call(bench.clock, ms, run)
    }
    const begun = systemClock.monotonic()
    watch(bench.put(1))
    await bench.clock.advance(10)
    expect(asked).toBeGreaterThan(10)
    expect(systemClock.monotonic() - begun).toBeLessThan(2000)
  })

  test('a step that waits too long is refused with STORE_BUSY, and one that came later waits on', async () => {
    const bench = new Bench(driver, { busyTimeoutMs: 1000 })
    const other = bench.connect()
    other.exec('BEGIN EXCLUSIVE')
    const early = watch(bench.put(1))
    await bench.clock.advance(600)
    const late = watch(bench.put(2))
    await bench.clock.advance(500)
    expect([early.state, late.state]).toEqual(['STORE_BUSY', 'waits'])
    other.exec('ROLLBACK')
    await bench.clock.advance(10)
    expect([late.state, bench.things()]).toEqual(['done', [2]])
  })

  test('reads go on', async () => {
    const bench = new Bench(driver)
    await bench.put(1)
    bench.connect().exec('BEGIN IMMEDIATE')
    watch(bench.put(2))
    await bench.clock.advance(1)
    expect(await bench.read(() => bench.things())).toEqual([1])
  })

  test('closing waits for what waits, and no longer than that may', async () => {
    const bench = new Bench(driver, { busyTimeoutMs: 1000 })
    bench.connect().exec('BEGIN IMMEDIATE')
    const put = watch(bench.put(1))
    const closed = watch(bench.committer.close())
    await bench.clock.advance(900)
    expect([put.state, closed.state]).toEqual(['waits', 'waits'])
    await bench.clock.advance(200)
    expect([put.state, closed.state]).toEqual(['STORE_BUSY', 'done'])
  })
})

describe.each(drivers)('over $name, in company,', (driver) => {
  test('others are let in after each commit', async () => {
    const bench = new Bench(driver)
    bench.committer.hasCompany = true
    await bench.put(1)
    const second = watch(bench.put(2))
    await bench.clock.settle()
    expect(second.state).toBe('waits')
    await bench.clock.advance(1)
    expect(second.state).toBe('done')
  })

  test('a read waits for no pause', async () => {
    const bench = new Bench(driver)
    bench.committer.hasCompany = true
    await bench.put(1)
    expect(await bench.read(() => bench.things())).toEqual([1])
  })
})

describe.each(drivers)('over $name, on a full disk,', (driver) => {
  const large = 'x'.repeat(100_000)

  /** A file that may not grow by much. */
  function full(
    options: BenchOptions = {},
  ): Bench & { readonly putLarge: (thing: number) => Promise<unknown> } {
    const bench = new Bench(driver, options)
    bench.database.prepare('PRAGMA max_page_count = 10').get()
    const insert = bench.database.prepare('INSERT INTO box (thing, text) VALUES (?, ?)')
    return Object.assign(bench, { putLarge: (thing: number) => bench.write(() => insert.run(thing, large)) })
  }

  test('what has no room is STORE_FULL, and hurts none that has', async () => {
    const bench = full()
    const all = [watch(bench.put(1)), watch(bench.putLarge(2)), watch(bench.put(3))]
    await bench.clock.settle()
    expect(all.map(({ state }) => state)).toEqual(['done', 'STORE_FULL', 'done'])
    expect(bench.things()).toEqual([1, 3])
  })

  test('it goes on by itself when there is room again', async () => {
    const bench = full()
    await expect(bench.putLarge(1)).rejects.toMatchObject({ code: 'STORE_FULL', retryable: true })
    bench.database.prepare('PRAGMA max_page_count = 1000').get()
    await bench.putLarge(1)
    expect(bench.things()).toEqual([1])
  })

  test('a step is tried once more when room was made', async () => {
    let made = 0
    const bench: Bench = full({
      makeRoom: () => {
        made++
        bench.database.prepare('PRAGMA max_page_count = 1000').get()
        return true
      },
    })
    const insert = bench.database.prepare('INSERT INTO box (thing, text) VALUES (?, ?)')
    await bench.write(() => insert.run(1, large))
    expect([made, bench.things()]).toEqual([1, [1]])
  })
})
