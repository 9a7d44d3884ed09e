import { expect, test } from 'vitest'
import { Pool } from '../../src/engine/pool.js'

test('free slots are spread over the workers, the least busy first', () => {
  const pool = new Pool(3, 2)
  expect(pool.free(10)).toEqual([0, 1, 2, 0, 1, 2])
  pool.take(0)
  expect(pool.free(2)).toEqual([1, 2])
  expect(pool.free(10)).toEqual([1, 2, 0, 1, 2])
})

test('what is taken is busy until it is given back', () => {
  const pool = new Pool(2, 2)
  for (const lane of pool.free(10)) pool.take(lane)
  expect([pool.busy, pool.slots, pool.free(10)]).toEqual([4, 4, []])
  pool.give(1)
  expect([pool.busy, pool.free(10)]).toEqual([3, [1]])
})

test('a pool without workers has no slots', () => {
  const pool = new Pool(0, 4)
  expect([pool.workers, pool.slots, pool.free(10)]).toEqual([0, 0, []])
})
