import { describe, expect, test } from 'vitest'
import { FakeClock } from '../../src/testing/fake-clock.js'

describe('FakeClock', () => {
  test('stands still by itself', async () => {
    const clock = new FakeClock(1000)
    await clock.settle()
    expect([clock.now(), clock.monotonic()]).toEqual([1000, 0])
  })

  test('starts at the beginning of 2026 unless told otherwise', () => {
    expect(new FakeClock().now()).toBe(Date.UTC(2026, 0, 1))
  })

  test('runs timers in the order of their time, then of their making, each at its own time', async () => {
    const clock = new FakeClock(0)
    const seen: string[] = []
    for (const [name, ms] of [
      ['c', 30],
      ['a', 10],
      ['b', 20],
      ['b2', 20],
    ] as const) {
      clock.after(ms, () => seen.push(`${name}@${clock.now()}`))
    }
    await clock.advance(25)
    expect(seen).toEqual(['a@10', 'b@20', 'b2@20'])
    expect(clock.now()).toBe(25)
    await clock.advance(5)
    expect(seen.at(-1)).toBe('c@30')
  })

  test('a timer set by a timer runs in the same move when it falls into it', async () => {
    const clock = new FakeClock(0)
    const seen: number[] = []
    const again = (): void => {
      seen.push(clock.now())
      clock.after(10, again)
    }
    clock.after(10, again)
    await clock.advance(35)
    expect(seen).toEqual([10, 20, 30])
    expect(clock.pendingTimers).toBe(1)
  })

  test('code that awaits many steps goes on between two timers', async () => {
    const clock = new FakeClock(0)
    const seen: string[] = []
    clock.after(10, () => {
      void (async () => {
        for (let i = 0; i < 50; i++) await Promise.resolve()
        await new Promise<void>((resolve) => void clock.soon(resolve))
        await new Promise<void>((resolve) => void clock.soon(resolve))
        seen.push('steps')
      })()
    })
    clock.after(11, () => seen.push('next'))
    await clock.advance(11)
    expect(seen).toEqual(['steps', 'next'])
  })

  test('sleeps one after another take their time each', async () => {
    const clock = new FakeClock(0)
    const ends: number[] = []
    const run = (async () => {
      for (let i = 0; i < 3; i++) {
        await clock.sleep(100)
        ends.push(clock.now())
      }
    })()
    await clock.advance(300)
    await run
    expect(ends).toEqual([100, 200, 300])
  })

  test('a cancelled timer does not run and is not pending', async () => {
    const clock = new FakeClock(0)
    let ran = false
    const cancel = clock.after(10, () => {
      ran = true
    })
    cancel()
    expect(clock.pendingTimers).toBe(0)
    await clock.advance(20)
    expect(ran).toBe(false)
  })

  test('an aborted sleep rejects with the reason and leaves no timer', async () => {
    const clock = new FakeClock(0)
    const stop = new AbortController()
    const sleeping = clock.sleep(1000, stop.signal)
    stop.abort(new Error('enough'))
    await expect(sleeping).rejects.toThrow('enough')
    expect(clock.pendingTimers).toBe(0)
  })

  test('setting the wall clock runs nothing and leaves the monotonic one alone', async () => {
    const clock = new FakeClock(10_000)
    let ranAt: number | undefined
    clock.after(100, () => {
      ranAt = clock.monotonic()
    })
    await clock.advance(50)
    clock.setNow(3_600_000)
    await clock.settle()
    expect([clock.now(), clock.monotonic(), ranAt]).toEqual([3_600_000, 50, undefined])
    await clock.advance(50)
    expect([clock.now(), ranAt]).toEqual([3_600_050, 100])
    clock.setNow(5)
    expect(clock.now()).toBe(5)
  })

  test('a time beyond what a timer of the host can hold is kept', async () => {
    const clock = new FakeClock(0)
    let ran = false
    clock.after(2 ** 31 + 5, () => {
      ran = true
    })
    await clock.advance(2 ** 31)
    expect(ran).toBe(false)
    await clock.advance(5)
    expect(ran).toBe(true)
  })

  test('a negative or missing time counts as none', async () => {
    const clock = new FakeClock(0)
    let ran = 0
    clock.after(-5, () => ran++)
    clock.after(Number.NaN, () => ran++)
    await clock.advance(0)
    expect(ran).toBe(2)
  })

  test('the next timer can be asked for, within a bound', async () => {
    const clock = new FakeClock(0)
    clock.after(700, () => undefined)
    expect(await clock.advanceToNext(699)).toBe(false)
    expect(clock.now()).toBe(0)
    expect(await clock.advanceToNext()).toBe(true)
    expect(clock.now()).toBe(700)
    expect(await clock.advanceToNext()).toBe(false)
  })

  test('two moves at once follow each other', async () => {
    const clock = new FakeClock(0)
    await Promise.all([clock.advance(10), clock.advance(10)])
    expect(clock.now()).toBe(20)
  })

  test('what a timer throws comes out of the move, and the clock goes on working', async () => {
    const clock = new FakeClock(0)
    clock.after(10, () => {
      throw new Error('timer broke')
    })
    await expect(clock.advance(20)).rejects.toThrow('timer broke')
    await clock.advance(10)
    expect(clock.now()).toBe(20)
  })

  test('turns asked for without end do not hold time still', async () => {
    const clock = new FakeClock(0)
    let on = true
    const again = (): void => {
      if (on) clock.soon(again)
    }
    again()
    await clock.advance(10)
    on = false
    expect(clock.now()).toBe(10)
  })
})
