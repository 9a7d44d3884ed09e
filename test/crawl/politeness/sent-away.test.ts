import { describe, expect, test } from 'vitest'
import { gateStage, page, sharedStorage } from './gate-stage.js'
import { FakeClock } from '../../../src/testing/fake-clock.js'

const patience = { ms: 5_000, of: 'turn' } as const
const impatient = { patience }
const busy = { status: 429, retryAfterMs: 60_000 }
const awayFor = (ms: number) => ({ name: 'RetryAfterError', retryAfterMs: ms, countsAsAttempt: false })

describe('a request that does not want to wait for long', () => {
  test('is sent away at once while its host lets nobody in, and let in afterwards', async () => {
    const { gate, clock, visit } = gateStage({ adaptive: false })
    const first = visit()
    await clock.settle()
    first.leave(busy)
    await expect(visit(page, impatient).entering).rejects.toMatchObject(awayFor(60_000))
    expect(() => gate.foresee(page, patience)).toThrow(expect.objectContaining(awayFor(60_000)))
    expect(() => gate.foresee('http://other.test/', patience)).not.toThrow()
    await clock.advance(60_000)
    const later = visit(page, impatient)
    await clock.settle()
    expect(later.at).toBe(60_000)
  })

  test('leaves the line when its host asks all to wait; whoever is patient stays', async () => {
    const { clock, visit } = gateStage({ maxConcurrent: 1, adaptive: false })
    const first = visit()
    const [second, third, fourth] = [visit(page, impatient), visit(), visit(page, impatient)]
    await clock.settle()
    first.leave(busy)
    await expect(second.entering).rejects.toMatchObject(awayFor(60_000))
    await expect(fourth.entering).rejects.toMatchObject(awayFor(60_000))
    await clock.advance(60_000)
    expect(third.at).toBe(60_000)
  })

  test('hears of it from another process', async () => {
    const clock = new FakeClock()
    const storage = sharedStorage(clock)
    const [here, there] = [
      gateStage({ adaptive: false }, { storage, clock }),
      gateStage({ adaptive: false }, { storage, clock }),
    ]
    const first = there.visit()
    await clock.settle()
    first.leave(busy)
    await clock.settle()
    await expect(here.visit(page, impatient).entering).rejects.toMatchObject({ countsAsAttempt: false })
  })

  test('gets a turn of its own to come again, where there is a gap between turns', async () => {
    const { clock, visit } = gateStage()
    const slow = { ...impatient, minDelayMs: 10_000 }
    const first = visit(page, slow)
    await clock.settle()
    expect(first.at).toBe(0)
    for (const ms of [10_000, 20_000, 30_000])
      await expect(visit(page, slow).entering).rejects.toMatchObject(awayFor(ms))
    await clock.advance(6_000)
    const near = visit(page, slow)
    await clock.advance(4_000)
    expect(near.at).toBe(10_000)
  })

  test('comes again after five minutes at the latest, unless the host itself asks for more', async () => {
    const { clock, visit } = gateStage({ maxDelayMs: 120_000, maxRetryAfterMs: 3_600_000, adaptive: false })
    const slow = { ...impatient, minDelayMs: 120_000 }
    const first = visit(page, slow)
    await clock.settle()
    for (const ms of [120_000, 240_000, 300_000, 300_000])
      await expect(visit(page, slow).entering).rejects.toMatchObject(awayFor(ms))
    first.leave({ status: 503, retryAfterMs: 1_800_000 })
    await expect(visit(page, slow).entering).rejects.toMatchObject(awayFor(1_800_000))
  })

  test('may mind only that its host asks all to stay away, neither its pace nor those ahead in line', async () => {
    const { gate, clock, visit } = gateStage({ maxConcurrent: 1, adaptive: false })
    const ofClosure = { patience: { ms: 5_000, of: 'closure' }, minDelayMs: 10_000 } as const
    const [first, ...others] = Array.from({ length: 9 }, () => visit(page, ofClosure))
    await clock.advance(9_000)
    expect(others.map(({ at }) => at)).toEqual(others.map(() => undefined))
    first?.leave(busy)
    // All come again when the host is open: nobody was promised a turn, so others who come then wait for none.
    for (const { entering } of others) await expect(entering).rejects.toMatchObject(awayFor(60_000))
    expect(() => gate.foresee(page, ofClosure.patience)).toThrow(expect.objectContaining(awayFor(60_000)))
    await expect(visit(page, impatient).entering).rejects.toMatchObject(awayFor(60_000))
  })

  test('stands in line for as long as it wants to', async () => {
    const { clock, visit } = gateStage()
    const visitors = Array.from({ length: 8 }, () => visit(page, { ...impatient, minDelayMs: 1_000 }))
    await clock.advance(10_000)
    const times = visitors.map(({ at }) => at)
    expect(times).toEqual([0, 1_000, 2_000, 3_000, 4_000, 5_000, undefined, undefined])
  })
})
