/** From the first served to the last. */
export const priorities = ['critical', 'high', 'normal', 'low'] as const

export type Priority = (typeof priorities)[number]

/** 0 for critical to 3 for low. */
export function rankOf(priority: Priority): number {
  return priorities.indexOf(priority)
}

/**
 * How many claims a class may be passed over before it goes first; 0 means strictly by priority.
 * Critical has none: it is passed over only by a class whose budget is spent.
 */
export interface SkipBudgets {
  readonly high: number
  readonly normal: number
  readonly low: number
}

/** With these, a class waits at most 7 (high), 10 (normal) or 17 (low) claims. */
export const defaultBudgets: SkipBudgets = { high: 4, normal: 8, low: 16 }

/**
 * What is wrong with budgets, or undefined. The bound on waiting holds only if a lower class comes round at most once while
 * a higher one waits: each budget must be so much greater than that of every class above it. 0 takes no part.
 */
export function budgetFault(budgets: SkipBudgets): string | undefined {
  const { high, normal, low } = budgets
  const leastNormal = high > 0 ? high + 2 : 0
  if (normal > 0 && normal < leastNormal) return `normal must be at least ${leastNormal}, or 0`
  const leastLow = Math.max(normal > 0 ? normal + 1 : 0, high > 0 ? high + 2 : 0)
  if (low > 0 && low < leastLow) return `low must be at least ${leastLow}, or 0`
  return undefined
}

/** Claims a class was passed over, by rank. */
export type SkipCounts = readonly [number, number, number, number]

export const noSkips: SkipCounts = [0, 0, 0, 0]

/** Which classes have a job that this claimer may take, by rank. */
export type WaitingClasses = readonly [boolean, boolean, boolean, boolean]

/**
 * The skip-budget rule, one claim: a waiting class whose count reached its budget goes first, of several the lowest;
 * else the highest waiting one. The served class starts again at 0, every other waiting class adds 1.
 * So a class waits at most `budget + 1 + (number of lower classes)` claims. `null` when nothing waits.
 */
export function chooseClass(
  waiting: WaitingClasses,
  skips: SkipCounts,
  budgets: SkipBudgets,
): { readonly rank: number; readonly skips: SkipCounts } | null {
  const rank = overdue(waiting, skips, budgets) ?? waiting.indexOf(true)
  if (rank < 0) return null
  const next = skips.map((n, i) => (i === rank ? 0 : waiting[i] ? n + 1 : n))
  return { rank, skips: next as unknown as SkipCounts }
}

function overdue(waiting: WaitingClasses, skips: SkipCounts, budgets: SkipBudgets): number | undefined {
  const limits = [0, budgets.high, budgets.normal, budgets.low]
  for (let rank = 3; rank > 0; rank--) {
    const limit = limits[rank] ?? 0
    if (waiting[rank] && limit > 0 && (skips[rank] ?? 0) >= limit) return rank
  }
  return undefined
}
