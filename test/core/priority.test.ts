import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type SkipBudgets,
  type SkipCounts,
  type WaitingClasses,
  budgetFault,
  chooseClass,
  defaultBudgets,
  noSkips,
  rankOf,
} from '../../src/core/priority.js'

const all: WaitingClasses = [true, true, true, true]

function serve(
  claims: number,
  waiting: WaitingClasses,
  budgets: SkipBudgets,
  skips: SkipCounts = noSkips,
): number[] {
  const ranks: number[] = []
  for (let i = 0; i < claims; i++) {
    const choice = chooseClass(waiting, skips, budgets)
    if (!choice) break
    ranks.push(choice.rank)
    skips = choice.skips
  }
  return ranks
}

function longestWait(ranks: readonly number[], rank: number): number {
  let longest = 0
  let since = 0
  for (const served of ranks) {
    since = served === rank ? 0 : since + 1
    longest = Math.max(longest, since + 1)
  }
  return longest
}

describe('the skip-budget rule', () => {
  test('nothing waits, nothing is chosen', () => {
    expect(chooseClass([false, false, false, false], noSkips, defaultBudgets)).toBeNull()
  })

  test('the highest waiting class is served while no budget is spent', () => {
    expect(chooseClass([false, true, true, false], noSkips, defaultBudgets)?.rank).toBe(rankOf('high'))
  })

  test('the served class starts again at 0 and every other waiting class adds 1', () => {
    expect(chooseClass([true, true, false, true], [0, 2, 3, 5], defaultBudgets)?.skips).toEqual([0, 3, 3, 6])
  })

  test('of several classes whose budget is spent the lowest goes first', () => {
    expect(chooseClass(all, [0, 4, 8, 16], defaultBudgets)?.rank).toBe(rankOf('low'))
  })

  test.each([
    ['high', 7],
    ['normal', 10],
    ['low', 17],
  ] as const)(
    'with the default budgets %s waits at most %i claims, and that is reached or nearly',
    (priority, bound) => {
      const longest = longestWait(serve(10_000, all, defaultBudgets), rankOf(priority))
      expect(longest).toBeLessThanOrEqual(bound)
      expect(longest).toBeGreaterThanOrEqual(bound - 2)
    },
  )

  test('with budgets of 0 it is strictly by priority', () => {
    expect(new Set(serve(1_000, all, { high: 0, normal: 0, low: 0 }))).toEqual(new Set([0]))
  })

  test('with any budgets that grow from class to class none waits longer than budget + 1 + lower classes', () => {
    const step = fc.integer({ min: 0, max: 12 })
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 30 }), step, step, (high, a, b) => {
        const normal = high + 2 + a
        const low = normal + 1 + b
        expect(budgetFault({ high, normal, low })).toBeUndefined()
        const ranks = serve(2_000, all, { high, normal, low })
        const bounds = [high + 1 + 2, normal + 1 + 1, low + 1]
        return bounds.every((bound, i) => longestWait(ranks, i + 1) <= bound)
      }),
    )
  })

  test('budgets that are too close would starve the class above, and are found out', () => {
    expect(longestWait(serve(1_000, all, { high: 1, normal: 1, low: 1 }), rankOf('high'))).toBeGreaterThan(
      100,
    )
    expect(budgetFault({ high: 1, normal: 1, low: 1 })).toMatch(/normal must be at least 3/)
    expect(budgetFault({ high: 4, normal: 8, low: 8 })).toMatch(/low must be at least 9/)
    expect(budgetFault({ high: 4, normal: 0, low: 5 })).toMatch(/low must be at least 6/)
    expect(budgetFault({ high: 0, normal: 0, low: 1 })).toBeUndefined()
  })
})
