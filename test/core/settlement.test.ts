import { describe, expect, test } from 'vitest'
import { defaultRetry } from '../../src/core/retry.js'
import { type Outcome, type SettledJob, settle } from '../../src/core/settlement.js'

const error = { code: 'JOB_FAILED', name: 'Error', message: 'boom' }
const job: SettledJob = { failures: 0, maxAttempts: 3, retry: { ...defaultRetry, jitter: false } }
const failed: Outcome = { kind: 'failed', error }
const half = (): number => 0.5

describe('what becomes of a job after a run', () => {
  test('a result completes it', () => {
    expect(settle(job, { kind: 'returned', result: { inline: '1' } }, half)).toEqual({
      kind: 'complete',
      result: { inline: '1' },
    })
  })

  test('handed back it is released, whatever it has failed before', () => {
    expect(settle({ ...job, failures: 2 }, { kind: 'handedBack' }, half)).toEqual({ kind: 'release' })
  })

  test.each([
    [0, {}],
    [-1, {}],
    [Number.NaN, {}],
    [1.5, { afterMs: 2 }],
    [1e300, { afterMs: 366 * 86_400_000 }],
  ])('handed back for %d ms it is released for as long', (afterMs, wait) => {
    const last = { ...job, failures: 2 }
    expect(settle(last, { kind: 'handedBack', afterMs }, half)).toEqual({ kind: 'release', ...wait })
  })

  test.each([
    [0, 30_000],
    [1, 60_000],
  ])('with %i failures before, a failure is retried after %i ms', (failures, afterMs) => {
    expect(settle({ ...job, failures }, failed, half)).toEqual({ kind: 'retry', afterMs, error })
  })

  test('the last attempt that fails makes it a dead letter', () => {
    expect(settle({ ...job, failures: 2 }, failed, half)).toEqual({ kind: 'fail', error })
  })

  test('a permanent failure makes it a dead letter at once', () => {
    expect(settle(job, { ...failed, permanent: true }, half)).toEqual({ kind: 'fail', error })
  })

  test("the handler's own wait replaces the backoff and its cap", () => {
    expect(settle(job, { ...failed, retryAfterMs: 1_000_000 }, half)).toEqual({
      kind: 'retry',
      afterMs: 1_000_000,
      error,
    })
  })

  test('the handler asking for another try gets none after the last attempt', () => {
    expect(settle({ ...job, failures: 2 }, { ...failed, retryAfterMs: 5 }, half).kind).toBe('fail')
  })

  test('a custom backoff is asked with the number of failures and the error', () => {
    const backoff = (failures: number, e: { message: string }): number => failures * 10 + e.message.length
    expect(settle({ ...job, failures: 1, backoff }, failed, half)).toEqual({
      kind: 'retry',
      afterMs: 24,
      error,
    })
  })

  test.each([
    [
      'throws',
      () => {
        throw new Error('mine')
      },
    ],
    ['answers NaN', () => Number.NaN],
    ['answers a negative number', () => -1],
  ])('a custom backoff that %s falls back to the policy', (_, backoff) => {
    expect(settle({ ...job, backoff }, failed, half)).toEqual({ kind: 'retry', afterMs: 30_000, error })
  })
})
