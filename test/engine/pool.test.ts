import { describe, expect, test } from 'vitest'
import { Pool } from '../../src/engine/pool.js'

test('free places are spread over the workers, the least burdened first', () => {
  const pool = new Pool(3, 2)
  expect(pool.free(10)).toEqual([0, 1, 2, 0, 1, 2])
  pool.take(0)
  expect(pool.free(2)).toEqual([1, 2])
  expect(pool.free(10)).toEqual([1, 2, 0, 1, 2])
})

test('what is taken has a place until it is given back', () => {
  const pool = new Pool(2, 2)
  for (const lane of pool.free(10)) pool.take(lane)
  expect([pool.room, pool.slots, pool.free(10)]).toEqual([0, 4, []])
  pool.give(1)
  expect([pool.room, pool.free(10)]).toEqual([1, [1]])
})

test('a pool without workers has no slots and no places', () => {
  const pool = new Pool(0, 4, 100)
  expect([pool.workers, pool.slots, pool.places, pool.room, pool.free(10)]).toEqual([0, 0, 0, 0, []])
})

test('places that are set aside are neither free nor held, and free again when they are released', () => {
  const pool = new Pool(2, 2)
  expect(pool.reserve(3)).toEqual([0, 1, 0])
  expect([pool.room, pool.free(10), pool.busy]).toEqual([1, [1], 0])
  expect(pool.reserve(10)).toEqual([1])
  expect(pool.reserve(10)).toEqual([])
  pool.release([0, 1, 0, 1])
  expect([pool.room, pool.free(10)]).toEqual([4, [0, 1, 0, 1]])
})

describe('a pool that claims ahead', () => {
  test('has places beyond its slots for each worker, filled after the slots of all of them', () => {
    const pool = new Pool(2, 1, 2)
    expect([pool.slots, pool.places, pool.room]).toEqual([2, 6, 6])
    expect(pool.free(10)).toEqual([0, 1, 0, 1, 0, 1])
    for (const lane of pool.free(3)) pool.take(lane)
    expect([pool.room, pool.free(10)]).toEqual([3, [1, 0, 1]])
  })

  test('holds no more than its places, however much is asked for', () => {
    const pool = new Pool(1, 1, 3)
    for (const lane of pool.reserve(2)) pool.take(lane)
    expect([pool.room, pool.free(10)]).toEqual([0, []])
    pool.release([0, 0])
    expect([pool.room, pool.free(10)]).toEqual([2, [0, 0]])
  })

  test('lets as many of a worker run as it has slots', () => {
    const pool = new Pool(1, 2, 3)
    for (const lane of pool.free(10)) pool.take(lane)
    expect([pool.begin(0), pool.begin(0), pool.begin(0)]).toEqual([true, true, false])
    expect([pool.busy, pool.room]).toEqual([2, 0])
  })

  test('gives the slot of one that has ended to the next, and its place when that goes', () => {
    const pool = new Pool(1, 1, 1)
    for (const lane of pool.free(10)) pool.take(lane)
    expect(pool.begin(0)).toBe(true)
    pool.end(0)
    expect([pool.busy, pool.room]).toEqual([0, 0])
    expect([pool.begin(0), pool.begin(0)]).toEqual([true, false])
    pool.give(0)
    expect([pool.busy, pool.room, pool.free(10)]).toEqual([1, 1, [0]])
  })

  test('counts the slots of each worker by itself', () => {
    const pool = new Pool(2, 1, 1)
    for (const lane of pool.free(10)) pool.take(lane)
    expect([pool.begin(0), pool.begin(0), pool.begin(1), pool.begin(1)]).toEqual([true, false, true, false])
    pool.end(1)
    expect([pool.begin(0), pool.begin(1), pool.busy]).toEqual([false, true, 2])
  })

  test('gives the place of one that never ran back without a slot', () => {
    const pool = new Pool(1, 1, 1)
    pool.take(0)
    pool.begin(0)
    pool.take(0)
    pool.give(0)
    expect([pool.busy, pool.room, pool.begin(0)]).toEqual([1, 1, false])
  })
})

describe('slots that are set aside', () => {
  const pool = (): Pool => new Pool(2, 1, 0, { most: 3, asides: [2, 1] })

  test('have lanes behind those of the workers, and are no workers', () => {
    const made = pool()
    expect([made.workers, made.slots, made.places, made.room]).toEqual([2, 2, 2, 2])
    expect([made.reserveAside(0, 10), made.reserveAside(1, 10)]).toEqual([[3, 3], [4]])
    expect([made.room, made.free(10)]).toEqual([2, [0, 1]])
  })

  test('are free again when they are released or given back', () => {
    const made = pool()
    made.release(made.reserveAside(0, 10))
    made.take(3)
    expect(made.reserveAside(0, 10)).toEqual([3])
    made.release([3])
    made.give(3)
    expect(made.reserveAside(0, 1)).toEqual([3])
  })

  test('leave a pool with room while one of them is free', () => {
    const made = pool()
    for (const lane of [0, 1, 3, 3]) made.take(lane)
    expect(made.isFull).toBe(false)
    made.take(4)
    expect(made.isFull).toBe(true)
  })

  test('run as many jobs as there are slots, which count as none of the workers', () => {
    const made = pool()
    made.take(3)
    made.take(3)
    expect([made.begin(3), made.begin(3), made.begin(3), made.busy]).toEqual([true, true, false, 0])
    made.end(3)
    expect([made.busy, made.waiting(3)]).toEqual([0, 1])
  })
})

describe('a pool that is resized', () => {
  test('has the places of the workers that work', () => {
    const pool = new Pool(1, 2, 0, { most: 3 })
    pool.resize(3)
    expect([pool.workers, pool.slots, pool.free(10)]).toEqual([3, 6, [0, 1, 2, 0, 1, 2]])
    pool.resize(2)
    expect([pool.workers, pool.room]).toEqual([2, 4])
  })

  test('lets a worker that works no more end what it holds, and asks nothing more for it', () => {
    const pool = new Pool(2, 2)
    for (const lane of [0, 1, 1]) pool.take(lane)
    pool.begin(1)
    pool.resize(1)
    expect([pool.room, pool.busy, pool.begin(1), pool.free(10)]).toEqual([1, 1, true, [0]])
    pool.end(1)
    pool.give(1)
    expect([pool.room, pool.busy]).toEqual([1, 1])
    pool.resize(2)
    expect([pool.room, pool.free(10)]).toEqual([2, [0, 1]])
  })

  test('takes back what was asked for before', () => {
    const pool = new Pool(2, 1)
    const lanes = pool.reserve(2)
    pool.resize(1)
    expect(pool.room).toBe(0)
    pool.release(lanes)
    expect(pool.room).toBe(1)
    pool.resize(2)
    expect(pool.room).toBe(2)
  })

  test('says how many jobs ran at once since it was last asked', () => {
    const pool = new Pool(1, 3)
    pool.begin(0)
    pool.begin(0)
    pool.end(0)
    expect([pool.takePeak(), pool.takePeak()]).toEqual([2, 1])
  })
})
