import { describe, expect, test } from 'vitest'
import type { RiptideError } from '../../src/core/errors.js'
import type { QueueStats } from '../../src/service-api.js'
import { FakeClock, drain } from '../../src/testing/index.js'

type Counts = Partial<
  Pick<QueueStats, 'pending' | 'processing' | 'retry' | 'delayed' | 'blocked' | 'completed'>
>

const share = { claims: 0, share: 0 }

/** A service whose stats are what `look` says at each look. */
function serviceOf(
  look: () => Counts,
  isRunning = true,
): Parameters<typeof drain>[0] & { readonly looks: () => number } {
  let looks = 0
  const getQueueStats = (): Promise<QueueStats> => {
    looks++
    const none = { pending: 0, processing: 0, completed: 0, failed: 0, retry: 0, delayed: 0, total: 0 }
    return Promise.resolve({
      ...none,
      blocked: 0,
      cancelled: 0,
      oldestReadyMs: 0,
      unknownTypes: [],
      paused: false,
      pausedTypes: [],
      classes: { critical: share, high: share, normal: share, low: share },
      ...look(),
    })
  }
  return { isRunning, getQueueStats, looks: () => looks }
}

describe('drain', () => {
  test('resolves at once when nothing is left, whatever has ended', async () => {
    const service = serviceOf(() => ({ completed: 7 }))
    await drain(service)
    expect(service.looks()).toBe(1)
  })

  for (const state of ['pending', 'processing', 'retry', 'delayed', 'blocked'] as const) {
    test(`waits for what is counted as ${state}`, async () => {
      let left = 3
      const service = serviceOf(() => ({ [state]: left-- > 0 ? 1 : 0 }))
      await drain(service)
      expect(service.looks()).toBe(4)
    })
  }

  test('rejects with TIMEOUT and names what is left', async () => {
    const service = serviceOf(() => ({ pending: 2, blocked: 1 }))
    const error = await drain(service, { timeoutMs: 30 }).catch((thrown: unknown) => thrown as RiptideError)
    expect(error).toMatchObject({ code: 'TIMEOUT', facts: { left: { pending: 2, blocked: 1, delayed: 0 } } })
    expect(String(error)).toContain('2 pending, 1 blocked')
  })

  test('says so when nobody runs the jobs', async () => {
    const service = serviceOf(() => ({ pending: 1 }), false)
    await expect(drain(service, { timeoutMs: 0 })).rejects.toThrow('this service is not running')
  })

  test('moves a fake clock from one due time to the next, and no further than needed', async () => {
    const clock = new FakeClock()
    const begin = clock.now()
    let left = 2
    clock.after(60_000, () => left--)
    clock.after(300_000, () => left--)
    clock.after(900_000, () => left--)
    await drain(
      serviceOf(() => ({ retry: left })),
      { clock },
    )
    expect(clock.now() - begin).toBe(300_000)
  })

  test('gives up at its time by the fake clock', async () => {
    const clock = new FakeClock()
    const beat = (): void => void clock.after(1000, beat)
    beat()
    await expect(
      drain(
        serviceOf(() => ({ processing: 1 })),
        { clock, timeoutMs: 20_500 },
      ),
    ).rejects.toMatchObject({
      code: 'TIMEOUT',
    })
    expect(clock.monotonic()).toBe(20_500)
  })

  test('lets a job that waits for something real go on while the fake clock has nothing to do', async () => {
    const clock = new FakeClock()
    let left = 1
    setTimeout(() => left--, 20)
    await drain(
      serviceOf(() => ({ processing: left })),
      { clock },
    )
    expect(clock.monotonic()).toBe(0)
  })

  test('stops when its signal aborts', async () => {
    const stop = new AbortController()
    const service = serviceOf(() => {
      stop.abort()
      return { pending: 1 }
    })
    await expect(drain(service, { signal: stop.signal })).rejects.toMatchObject({ code: 'ABORTED' })
  })

  test('refuses a time that is none', async () => {
    await expect(
      drain(
        serviceOf(() => ({})),
        { timeoutMs: Number.NaN },
      ),
    ).rejects.toMatchObject({ code: 'RANGE' })
  })
})
