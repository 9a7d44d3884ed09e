import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Roster } from '../../src/core/roster.js'

test('whoever has come is there until they leave', () => {
  const roster = new Roster<string>()
  const leave = roster.add('a')
  roster.add('b')
  expect([roster.size, roster.members()]).toEqual([2, ['a', 'b']])
  leave()
  expect([roster.size, roster.members()]).toEqual([1, ['b']])
})

test('members leave in any order', () => {
  fc.assert(
    fc.property(fc.shuffledSubarray([0, 1, 2, 3, 4, 5, 6], { minLength: 7 }), (order) => {
      const roster = new Roster<number>()
      const leaves = order.map((_, member) => roster.add(member))
      const left = new Set(order)
      for (const member of order) {
        leaves[member]?.()
        left.delete(member)
        expect(roster.size).toBe(left.size)
        expect(new Set(roster.members())).toEqual(left)
      }
    }),
  )
})

test('while some leave others come, and nobody is lost or doubled', () => {
  const step = fc.oneof(
    fc.constant('come' as const),
    fc.record({ leave: fc.nat(30), times: fc.integer({ min: 1, max: 3 }) }),
  )
  fc.assert(
    fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
      const roster = new Roster<number>()
      const leaves: (() => void)[] = []
      const there = new Set<number>()
      for (const one of steps) {
        if (one === 'come') {
          there.add(leaves.length)
          leaves.push(roster.add(leaves.length))
        } else {
          for (let i = 0; i < one.times; i++) leaves[one.leave]?.()
          there.delete(one.leave)
        }
        expect([...roster.members()].sort((a, b) => a - b)).toEqual([...there].sort((a, b) => a - b))
      }
    }),
  )
})

test('who leaves twice takes nobody along, not even who took the place', () => {
  const roster = new Roster<string>()
  const leave = roster.add('a')
  roster.add('b')
  leave()
  leave()
  roster.add('c')
  leave()
  expect(new Set(roster.members())).toEqual(new Set(['b', 'c']))
})

test('the same member twice has two places', () => {
  const roster = new Roster<string>()
  const leave = roster.add('a')
  roster.add('a')
  leave()
  leave()
  expect(roster.members()).toEqual(['a'])
})

test('the members that were there stay listed while they leave', () => {
  const roster = new Roster<() => void>()
  const seen: number[] = []
  for (const n of [1, 2, 3]) {
    const leave = roster.add(() => {
      seen.push(n)
      leave()
    })
  }
  for (const member of roster.members()) member()
  expect([seen, roster.size]).toEqual([[1, 2, 3], 0])
})

test('one is found by what it is, and not after it has left', () => {
  const roster = new Roster<{ readonly id: string }>()
  const leave = roster.add({ id: 'a' })
  roster.add({ id: 'b' })
  expect(roster.find(({ id }) => id === 'a')).toEqual({ id: 'a' })
  expect(roster.find(({ id }) => id === 'c')).toBeUndefined()
  leave()
  expect(roster.find(({ id }) => id === 'a')).toBeUndefined()
  expect(roster.find(({ id }) => id === 'b')).toEqual({ id: 'b' })
})
