import { describe, expect, test } from 'vitest'
import { RiptideError } from '../../../src/core/errors.js'
import { withDeadline } from '../../../src/crawl/deadline.js'
import { FakeClock } from '../../../src/testing/fake-clock.js'

const never = new AbortController().signal

describe('withDeadline', () => {
  test('answers what the work answers and leaves no timer', async () => {
    const clock = new FakeClock()
    expect(await withDeadline(clock, 1000, never, () => Promise.resolve('done'))).toBe('done')
    expect(clock.pendingTimers).toBe(0)
  })

  test('ends with TIMEOUT when the time is over, though the work goes on, and aborts its signal', async () => {
    const clock = new FakeClock()
    let seen: AbortSignal | undefined
    const ended = withDeadline(
      clock,
      1000,
      never,
      (signal) => ((seen = signal), new Promise<never>(() => undefined)),
    )
    const failure = expect(ended).rejects.toMatchObject({ code: 'TIMEOUT', retryable: true })
    await clock.advance(999)
    expect(seen?.aborted).toBe(false)
    await clock.advance(1)
    await failure
    expect(seen?.reason).toMatchObject({ code: 'TIMEOUT' })
  })

  test('ends with the reason of the outer signal, and lets go of it', async () => {
    const clock = new FakeClock()
    const outer = new AbortController()
    const ended = withDeadline(clock, 1000, outer.signal, () => new Promise<never>(() => undefined))
    outer.abort(new RiptideError('CANCELLED', 'cancelled'))
    await expect(ended).rejects.toMatchObject({ code: 'CANCELLED' })
    expect(clock.pendingTimers).toBe(0)
  })

  test('does not begin under a signal that has aborted', async () => {
    const outer = AbortSignal.abort(new RiptideError('SHUTDOWN', 'stopping'))
    let begun = false
    const ended = withDeadline(new FakeClock(), 1000, outer, () => ((begun = true), Promise.resolve()))
    await expect(ended).rejects.toMatchObject({ code: 'SHUTDOWN' })
    expect(begun).toBe(false)
  })
})
