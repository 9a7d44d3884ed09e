import { describe, expect, test } from 'vitest'
import { RiptideError } from '../../../src/core/errors.js'
import { type Deadline, createDeadlineGroup, withDeadline } from '../../../src/crawl/deadline.js'
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

describe('a deadline that is paused', () => {
  /** One that is running, its clock, and what came of it. */
  const running = (ms = 1000) => {
    const clock = new FakeClock()
    let deadline: Deadline = { pause: () => () => undefined }
    let code: string | undefined
    const work = withDeadline(
      clock,
      ms,
      never,
      (_, given) => ((deadline = given), new Promise<never>(() => undefined)),
    )
    work.catch((error: unknown) => (code = (error as RiptideError).code))
    return { clock, deadline, code: () => code }
  }

  test('goes on where it stood still', async () => {
    const { clock, deadline, code } = running()
    await clock.advance(400)
    const resume = deadline.pause()
    await clock.advance(60_000)
    resume()
    await clock.advance(599)
    expect(code()).toBeUndefined()
    await clock.advance(1)
    expect(code()).toBe('TIMEOUT')
  })

  test('stands still until the last of those who paused it goes on, each of whom counts once', async () => {
    const { clock, deadline, code } = running()
    const [one, other] = [deadline.pause(), deadline.pause()]
    one()
    one()
    await clock.advance(5000)
    expect(code()).toBeUndefined()
    other()
    await clock.advance(1000)
    expect(code()).toBe('TIMEOUT')
  })

  test('leaves no timer when its work ends, whoever goes on later', async () => {
    const clock = new FakeClock()
    let resume = (): void => undefined
    await withDeadline(clock, 1000, never, (_, deadline) => {
      resume = deadline.pause()
      return Promise.resolve()
    })
    resume()
    expect(clock.pendingTimers).toBe(0)
  })
})

describe('a group of deadlines', () => {
  const named = (name: string, said: string[]): Deadline => ({
    pause: () => (said.push(`${name} pauses`), () => void said.push(`${name} goes on`)),
  })

  test('is paused as one, with whoever joins meanwhile, but not who has left', () => {
    const said: string[] = []
    const group = createDeadlineGroup()
    const leave = group.join(named('a', said))
    group.join(named('b', said))
    const resume = group.pause()
    leave()
    group.join(named('c', said))
    resume()
    resume()
    group.pause()()
    const pausing = ['a pauses', 'b pauses', 'a goes on', 'c pauses', 'b goes on', 'c goes on']
    expect(said).toEqual([...pausing, 'b pauses', 'c pauses', 'b goes on', 'c goes on'])
  })
})
