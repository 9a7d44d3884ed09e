import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { backoffMs, defaultRetry } from '../../src/core/retry.js'
import { resolveRetry } from '../../src/core/retry-options.js'

const half = (): number => 0.5
const plain = { ...defaultRetry, jitter: false }

describe('the wait before the next attempt', () => {
  test.each([
    [1, 30_000],
    [2, 60_000],
    [3, 120_000],
    [4, 240_000],
    [5, 300_000],
    [1000, 300_000],
    [2 ** 40, 300_000],
  ])('after failure %i it is %i ms by default, without jitter', (failures, ms) => {
    expect(backoffMs(plain, failures, half)).toBe(ms)
  })

  test('a fixed backoff is the same each time', () => {
    expect([1, 2, 9].map((n) => backoffMs({ ...plain, backoff: 'fixed' }, n, half))).toEqual([
      30_000, 30_000, 30_000,
    ])
  })

  test('jitter spreads it over the upper half of the wait', () => {
    const one = (random: number): number => backoffMs(defaultRetry, 1, () => random)
    expect([one(0), one(0.5), one(0.999999)]).toEqual([15_000, 22_500, 30_000])
  })

  test('whatever the policy, it is a finite number from 0 to the cap', () => {
    const policy = fc.record({
      maxAttempts: fc.integer({ min: 1, max: 100 }),
      backoff: fc.constantFrom('fixed' as const, 'exponential' as const),
      initialDelayMs: fc.integer({ min: 0, max: 1e9 }),
      multiplier: fc.double({ min: 1, max: 1000, noNaN: true }),
      maxDelayMs: fc.integer({ min: 0, max: 1e9 }),
      jitter: fc.boolean(),
    })
    fc.assert(
      fc.property(
        policy,
        fc.integer({ min: 1, max: 100 }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (p, n, random) => {
          const ms = backoffMs(p, n, () => random)
          return ms >= 0 && ms <= p.maxDelayMs
        },
      ),
    )
  })
})

describe('a policy from what a user gave', () => {
  test('what is left out is the default', () => {
    expect(resolveRetry({ maxAttempts: 5 }, defaultRetry, '/retry')).toEqual({
      ...defaultRetry,
      maxAttempts: 5,
    })
  })

  test('a first wait above the default cap lifts a cap that was not named', () => {
    expect(resolveRetry({ initialDelayMs: 600_000 }, defaultRetry, '/retry').maxDelayMs).toBe(600_000)
  })

  test.each([
    [{ maxAttempts: 0 }, 'RANGE', '/retry/maxAttempts'],
    [{ maxAttempts: 1.5 }, 'RANGE', '/retry/maxAttempts'],
    [{ maxAttempts: '3' }, 'RANGE', '/retry/maxAttempts'],
    [{ maxAttempts: Number.NaN }, 'RANGE', '/retry/maxAttempts'],
    [{ maxAttempts: 101 }, 'RANGE', '/retry/maxAttempts'],
    [{ initialDelayMs: -1 }, 'BACKOFF_INVALID', '/retry/initialDelayMs'],
    [{ initialDelayMs: 1e15 }, 'BACKOFF_INVALID', '/retry/initialDelayMs'],
    [{ multiplier: 0 }, 'BACKOFF_INVALID', '/retry/multiplier'],
    [{ multiplier: Number.POSITIVE_INFINITY }, 'BACKOFF_INVALID', '/retry/multiplier'],
    [{ initialDelayMs: 500, maxDelayMs: 100 }, 'BACKOFF_INVALID', '/retry/maxDelayMs'],
    [{ backoff: 'linear' }, 'TYPE_MISMATCH', '/retry/backoff'],
    [{ jitter: 1 }, 'TYPE_MISMATCH', '/retry/jitter'],
    [{ maxAtempts: 3 }, 'FIELD_UNKNOWN', '/retry/maxAtempts'],
    [[], 'TYPE_MISMATCH', '/retry'],
  ])('%j is refused with %s at %s', (given, code, path) => {
    expect(() => resolveRetry(given, defaultRetry, '/retry')).toThrow(expect.objectContaining({ code, path }))
  })

  test('a misspelt key gets the one that was meant', () => {
    expect(() => resolveRetry({ maxAtempts: 3 }, defaultRetry, '/retry')).toThrow(
      'did you mean "maxAttempts"?',
    )
  })
})
