import { expect, test } from 'vitest'
import { deliveryAttempts, deliveryWaitMs, noticeWaitMs } from '../../src/webhooks/delivery-waits.js'

const minute = 60_000
const hour = 60 * minute

test('the waits are those of Standard Webhooks', () => {
  const waits = Array.from({ length: deliveryAttempts - 1 }, (_, i) => deliveryWaitMs(i + 1, () => 0))
  expect(waits).toEqual([
    5_000,
    5 * minute,
    30 * minute,
    2 * hour,
    5 * hour,
    10 * hour,
    14 * hour,
    20 * hour,
    24 * hour,
  ])
})

test('a wait is up to a tenth longer, never shorter', () => {
  expect(deliveryWaitMs(1, () => 0.5)).toBe(5_250)
  expect(deliveryWaitMs(9, () => 0.999)).toBeLessThanOrEqual(26.4 * hour)
})

test('after the last of them the waits grow no more', () => {
  expect(deliveryWaitMs(50, () => 0)).toBe(24 * hour)
})

test('a notice comes back soon, and at least each five minutes', () => {
  const waits = [1, 2, 3, 8, 9, 10, 19].map((failures) => noticeWaitMs(failures, () => 0))
  expect(waits).toEqual([1_000, 2_000, 4_000, 128_000, 256_000, 300_000, 300_000])
})
