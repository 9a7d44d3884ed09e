import { describe, expect, test } from 'vitest'
import { idOf, newId } from '../../src/core/random.js'

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-([0-9a-f])[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

describe('ids', () => {
  test('are UUIDs of version 7 and carry their time', () => {
    const id = newId(Date.UTC(2026, 0, 1))
    expect(uuid.exec(id)?.[1]).toBe('7')
    expect(parseInt(id.replace(/-/g, '').slice(0, 12), 16)).toBe(Date.UTC(2026, 0, 1))
  })

  test('are all different, also within one ms', () => {
    expect(new Set(Array.from({ length: 100_000 }, () => newId(1))).size).toBe(100_000)
  })

  test('of one time sort before those of a later one', () => {
    expect(newId(1_000_000) < newId(1_000_001)).toBe(true)
  })

  test('made from parts are UUIDs of version 8, the same for the same parts only', () => {
    expect(uuid.exec(idOf('a', 1))?.[1]).toBe('8')
    expect(idOf('a', 1)).toBe(idOf('a', '1'))
    expect(idOf('a', 1)).not.toBe(idOf('a', 2))
  })
})
