import { describe, expect, test } from 'vitest'
import {
  PermanentError,
  RetryAfterError,
  RiptideError,
  describe as show,
  isRiptideError,
} from '../../src/core/errors.js'
import { toJobError } from '../../src/core/job-error.js'

describe('our errors', () => {
  test('are known by their brand, also from another copy of the package', () => {
    const foreign = Object.assign(new Error('x'), { [Symbol.for('riptide-workers.error')]: true })
    expect([new RiptideError('RANGE', 'x'), foreign, new Error('x'), null, 'x'].map(isRiptideError)).toEqual([
      true,
      true,
      false,
      false,
      false,
    ])
  })

  test('keep their cause', () => {
    const cause = new Error('origin')
    expect(new RiptideError('RANGE', 'x', { cause }).cause).toBe(cause)
  })

  test.each([
    [new RetryAfterError(5_000), 5_000, 'retry after 5000 ms'],
    [new RetryAfterError(5_000, 'slow down'), 5_000, 'slow down'],
    [new RetryAfterError('slow down', 5_000), 5_000, 'slow down'],
  ])('RetryAfterError takes its wait and its message in either order', (error, ms, message) => {
    expect([error.retryAfterMs, error.message]).toEqual([ms, message])
  })

  test('RetryAfterError counts as an attempt unless it says otherwise', () => {
    const options = { countsAsAttempt: false, code: 'FETCH_FAILED' } as const
    expect(new RetryAfterError(5)).toMatchObject({ code: 'RETRY_AFTER', countsAsAttempt: true })
    expect(new RetryAfterError('x', 5, options)).toMatchObject(options)
  })

  test.each([-1, Number.NaN, Number.POSITIVE_INFINITY, undefined])(
    'RetryAfterError refuses a wait of %s',
    (ms) => {
      expect(() => new RetryAfterError('x', ms as number)).toThrow(
        expect.objectContaining({ code: 'ARGUMENT_INVALID' }),
      )
    },
  )
})

describe('any value in a message', () => {
  test.each([
    ['a\u0000b\u202e', '"a\\u0000b\\u202e"'],
    [undefined, 'undefined'],
    [10n, '10n'],
    [Symbol('s'), 'a symbol'],
    [[1, 2], 'an array of 2'],
    [
      new Proxy(
        {},
        {
          get() {
            throw new Error('no')
          },
        },
      ),
      'an object',
    ],
  ])('%# is shown short and escaped', (value, text) => {
    expect(show(value)).toBe(text)
  })

  test('is at most 100 characters', () => {
    expect(show('x'.repeat(1e6)).length).toBeLessThanOrEqual(100)
  })
})

describe('anything that a handler throws', () => {
  const hostile = {
    get message(): string {
      throw new Error('no')
    },
    get name(): string {
      throw new Error('no')
    },
  }
  test.each([
    [undefined, 'JOB_FAILED', 'undefined'],
    [null, 'JOB_FAILED', 'null'],
    ['just text', 'JOB_FAILED', 'just text'],
    ['', 'JOB_FAILED', 'an empty string was thrown'],
    [Object.freeze(new TypeError('frozen')), 'JOB_FAILED', 'frozen'],
    [hostile, 'JOB_FAILED', 'an object without a message was thrown'],
    [
      new Proxy(
        {},
        {
          get() {
            throw new Error('no')
          },
          has() {
            throw new Error('no')
          },
        },
      ),
      'JOB_FAILED',
      'an object without a message was thrown',
    ],
    [new AggregateError([new Error('a')], 'many'), 'JOB_FAILED', 'many'],
    [new PermanentError('never'), 'JOB_FAILED', 'never'],
    [new PermanentError('blocked', { code: 'URL_BLOCKED' }), 'URL_BLOCKED', 'blocked'],
    [new RiptideError('TIMEOUT', 'late'), 'TIMEOUT', 'late'],
  ])('%# becomes a safe, plain error', (thrown, code, message) => {
    expect(toJobError(thrown)).toMatchObject({ code, message })
  })

  test('its message is cut at 2,000 characters', () => {
    expect(toJobError(new Error('x'.repeat(1e7))).message).toHaveLength(2000)
  })
})
