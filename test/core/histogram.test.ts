import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Buckets, bucketOf, merge, quantile } from '../../src/core/histogram.js'

function counted(values: readonly number[]): Buckets {
  const buckets: Record<number, number> = {}
  for (const value of values) buckets[bucketOf(value)] = (buckets[bucketOf(value)] ?? 0) + 1
  return buckets
}

describe('a histogram of durations', () => {
  test('nothing counted has quantiles of 0', () => {
    expect(quantile({}, 0.99)).toBe(0)
  })

  test('a quantile is at most 6 % off the true one', () => {
    const value = fc.double({ min: 0.02, max: 1e7, noNaN: true })
    fc.assert(
      fc.property(
        fc.array(value, { minLength: 1, maxLength: 200 }),
        fc.constantFrom(0.5, 0.95, 0.99),
        (values, q) => {
          const sorted = [...values].sort((a, b) => a - b)
          const truth = sorted[Math.ceil(sorted.length * q) - 1] ?? 0
          expect(Math.abs(quantile(counted(values), q) - truth) / truth).toBeLessThan(0.06)
        },
      ),
    )
  })

  test('two merged are as if all had been counted by one', () => {
    expect(merge([counted([1, 5, 9]), counted([5, 100])])).toEqual(counted([1, 5, 9, 5, 100]))
  })
})
