import assert from 'node:assert/strict'
import {
  type Priority,
  type SkipBudgets,
  type SkipCounts,
  chooseClass,
  defaultBudgets,
  noSkips,
  priorities,
} from '../../core/priority.js'
import { contractCase } from './case.js'
import { lanes } from './script.js'
import type { Stage } from './stage.js'

const strict: SkipBudgets = { high: 0, normal: 0, low: 0 }

/** Which class goes first, and how long the others wait. */
export const priorityCases = [
  contractCase('without budgets the better class always goes first', ['I7', 'I23'], async (stage) => {
    for (const priority of [...priorities].reverse()) await stage.addMany(30, { priority })
    const served = await serve(stage, 120, strict)
    assert.deepEqual(
      served,
      priorities.flatMap((priority) => Array<Priority>(30).fill(priority)),
    )
  }),

  ...(
    [
      ['high', 7],
      ['normal', 10],
      ['low', 17],
    ] as const
  ).map(([priority, bound]) =>
    contractCase(
      `a ${priority} job waits at most ${bound} claims with the default budgets`,
      ['I23'],
      async (stage) => {
        for (const other of priorities) await stage.addMany(60, { priority: other })
        const served = await serve(stage, 100, defaultBudgets)
        assert.equal(
          longestWait(served, priority) <= bound,
          true,
          `it waited ${longestWait(served, priority)}`,
        )
      },
    ),
  ),

  contractCase(
    'the skip-budget rule is the same, claim by claim, as in its definition',
    ['I7', 'I23'],
    async (stage) => {
      const budgets = { high: 2, normal: 3, low: 5 }
      for (const priority of priorities) await stage.addMany(40, { priority })
      assert.deepEqual(await serve(stage, 100, budgets), expected(100, 40, budgets))
    },
  ),

  contractCase('a batch of claims goes by the same rule as single ones', ['I7', 'I23'], async (stage) => {
    for (const priority of priorities) await stage.addMany(40, { priority })
    const served: Priority[] = []
    for (const n of [1, 7, 30, 2, 60]) {
      const claims = await stage.claim(n, { instance: `of-${n}` })
      served.push(...claims.map((claim) => claim.priority))
    }
    assert.deepEqual(served, expected(100, 40, defaultBudgets))
  }),

  contractCase('the skip counts are the fleet’s, and shown', ['I23', 'I31'], async (stage) => {
    await stage.addMany(5, { priority: 'critical' })
    await stage.add({ priority: 'high' })
    await stage.add({ priority: 'low' })
    await stage.take({ instance: 'a' })
    await stage.take({ instance: 'b' })
    await stage.take({ instance: 'c' })
    assert.deepEqual({ ...(await stage.queue.counts()).skips }, { critical: 0, high: 3, normal: 0, low: 3 })
  }),

  contractCase('being served starts a class at nothing again', ['I23'], async (stage) => {
    await stage.addMany(9, { priority: 'critical' })
    await stage.addMany(2, { priority: 'high' })
    await stage.claim(5)
    assert.deepEqual((await stage.queue.counts()).skips.high, 0)
    assert.deepEqual((await stage.queue.counts()).skips.critical, 1)
  }),

  contractCase(
    'a class waits only for claims of a worker that could have served it',
    ['I7', 'I23'],
    async (stage) => {
      await stage.add({ priority: 'low', type: 'other' })
      await stage.addMany(20, { priority: 'critical', type: 'task' })
      await stage.claim(20, { types: ['task'] })
      assert.equal((await stage.queue.counts()).skips.low, 0)
    },
  ),

  contractCase('delayed jobs do not count as waiting', ['I23'], async (stage) => {
    await stage.add({ priority: 'low', delayMs: 1000 })
    await stage.addMany(5, { priority: 'critical' })
    await stage.claim(5)
    assert.equal((await stage.queue.counts()).skips.low, 0)
  }),

  contractCase('a job keeps its class on every way back', ['I7'], async (stage) => {
    const ids = await stage.addMany(4, { priority: 'high' })
    const [a, b, c] = await stage.claim(3)
    assert.ok(a && b && c)
    await stage.end(a, { kind: 'release' })
    await stage.end(b, { kind: 'retry', afterMs: 0, error: { code: 'X', name: 'X', message: 'x' } })
    await stage.pass(10_000)
    await stage.addMany(4, { priority: 'normal' })
    const served = await stage.claim(4, { budgets: strict })
    assert.deepEqual(served.map((claim) => claim.id).sort(), [...ids].sort())
  }),
]

// -------------------------------------------------------------------------------------------------------------------

async function serve(stage: Stage, claims: number, budgets: SkipBudgets): Promise<readonly Priority[]> {
  const served: Priority[] = []
  for (let i = 0; i < claims; i++) {
    const got = await stage.claim(1, { instance: `i${i % 3}`, wanted: lanes(1), budgets })
    served.push(...got.map((claim) => claim.priority))
  }
  return served
}

/** The classes served by the rule while each class has `stock` jobs. */
function expected(claims: number, stock: number, budgets: SkipBudgets): readonly Priority[] {
  const left = priorities.map(() => stock)
  const served: Priority[] = []
  let skips: SkipCounts = noSkips
  for (let i = 0; i < claims; i++) {
    const [critical = 0, high = 0, normal = 0, low = 0] = left
    const choice = chooseClass([critical > 0, high > 0, normal > 0, low > 0], skips, budgets)
    if (!choice) break
    skips = choice.skips
    left[choice.rank] = (left[choice.rank] ?? 0) - 1
    served.push(...priorities.slice(choice.rank, choice.rank + 1))
  }
  return served
}

/** The most claims from one that served the class, or the first, up to and with the next one that did. */
function longestWait(served: readonly Priority[], priority: Priority): number {
  let longest = 0
  let wait = 0
  for (const one of served) {
    longest = Math.max(longest, ++wait)
    if (one === priority) wait = 0
  }
  return longest
}
