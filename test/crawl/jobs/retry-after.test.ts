import { describe, expect, test } from 'vitest'
import { retryAfterMs } from '../../../src/crawl/retry-after.js'

const now = Date.UTC(2026, 0, 1)

describe('retryAfterMs', () => {
  test.each([
    ['120', 120_000],
    [' 0 ', 0],
    ['99999999999999999999', 300_000],
    ['Thu, 01 Jan 2026 00:01:00 GMT', 60_000],
    ['Thursday, 01-Jan-26 00:01:00 GMT', 60_000],
    ['Thu Jan  1 00:01:00 2026', 60_000],
    ['Wed, 31 Dec 2025 23:00:00 GMT', 0],
    ['Thu, 01 Jan 2099 00:00:00 GMT', 300_000],
  ])('understands %j', (header, ms) => {
    expect(retryAfterMs(header, now, 300_000)).toBe(ms)
  })

  test.each([[undefined], [''], ['soon'], ['-5'], ['1.5'], ['2026-01-01'], ['Xyz, nonsense GMT']])(
    'makes nothing of %j',
    (header) => {
      expect(retryAfterMs(header, now, 300_000)).toBeUndefined()
    },
  )
})
