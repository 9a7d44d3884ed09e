import assert from 'node:assert/strict'
import { type Priority, type SkipBudgets, defaultBudgets, priorities } from '../../core/priority.js'
import { contractCase } from './case.js'
import { complete, lanes, release } from './script.js'
import { keyed, rated, termsOf } from './terms.js'

const strict: SkipBudgets = { high: 0, normal: 0, low: 0 }

/** Which key goes first. */
export const keyTurnCases = [
  contractCase(
    'a tenant with five jobs does not wait for one with five hundred',
    ['I7', 'I23'],
    async (stage) => {
      await stage.addMany(500, keyed('large', 1000))
      const few = await stage.addMany(5, keyed('small', 1000))
      const first = await stage.takeIds(10)
      assert.deepEqual(
        first.filter((id) => few.includes(id)),
        few,
      )
    },
  ),

  contractCase(
    'keys take turns, and the jobs of each go in the order in which they came',
    ['I7', 'I23'],
    async (stage) => {
      const [a, b, c] = [
        await stage.addMany(3, keyed('a', 9)),
        await stage.addMany(3, keyed('b', 9)),
        await stage.addMany(3, keyed('c', 9)),
      ]
      const turns = [0, 1, 2].flatMap((i) => [a[i], b[i], c[i]])
      assert.deepEqual([...(await stage.takeIds(4)), ...(await stage.takeIds(9, { instance: 'i2' }))], turns)
    },
  ),

  contractCase('a key that was never served goes before those that were', ['I23'], async (stage) => {
    const old = await stage.addMany(4, keyed('old', 9))
    await stage.takeIds(2)
    const [a, b] = [await stage.addMany(2, keyed('a', 9)), await stage.addMany(2, keyed('b', 9))]
    assert.deepEqual(await stage.takeIds(9), [a[0], b[0], old[2], a[1], b[1], old[3]])
  }),

  contractCase(
    'of those that were never served the one with the job that came first goes first',
    ['I7', 'I23'],
    async (stage) => {
      const late = await stage.add({ delayMs: 10, ...keyed('a', 9) })
      const [b, c] = [await stage.add(keyed('b', 9)), await stage.add(keyed('c', 9))]
      await stage.pass(10)
      assert.deepEqual(await stage.takeIds(9), [b, c, late])
    },
  ),

  contractCase('all jobs without a key take part as one', ['I7', 'I23'], async (stage) => {
    const plainOnes = await stage.addMany(6)
    const [a, b] = [await stage.addMany(2, keyed('a', 9)), await stage.addMany(2, keyed('b', 9))]
    const taken = await stage.takeIds(10)
    const turns = [plainOnes[0], a[0], b[0], plainOnes[1], a[1], b[1], ...plainOnes.slice(2)]
    assert.deepEqual(taken, turns)
  }),

  contractCase('a claim counts as a turn in every class', ['I23'], async (stage) => {
    await stage.add({ priority: 'high', ...keyed('a', 9) })
    const first = await stage.add(keyed('a', 9))
    const second = await stage.add(keyed('b', 9))
    await stage.take({ budgets: strict })
    assert.deepEqual(await stage.takeIds(2, { budgets: strict }), [second, first])
  }),

  contractCase('a key that was full takes its turn as soon as it is free', ['I8', 'I23'], async (stage) => {
    const a = await stage.addMany(3, keyed('a', 1))
    const b = await stage.addMany(6, keyed('b', 9))
    const [run] = await stage.claim(1)
    assert.ok(run)
    assert.deepEqual(await stage.takeIds(3), b.slice(0, 3))
    await stage.end(run, complete())
    assert.deepEqual(await stage.takeIds(2), [a[1], b[3]])
  }),

  contractCase(
    'in a group the order holds across types, and one handed back goes first',
    ['I7'],
    async (stage) => {
      const types = ['task', 'other', 'task', 'other']
      const ids: string[] = []
      for (const type of types) ids.push(await stage.add({ type, ...keyed('k', 9) }))
      const [first] = await stage.claim(2)
      assert.ok(first)
      await stage.end(first, release)
      assert.deepEqual(await stage.takeIds(9), [ids[0], ids[2], ids[3]])
    },
  ),

  contractCase(
    'jobs of a key that a worker cannot run hide none that it can',
    ['I7', 'I8'],
    async (stage) => {
      await stage.addMany(5, { type: 'unknown', ...keyed('k', 2) })
      const id = await stage.add({ type: 'task', ...keyed('k', 2) })
      assert.deepEqual(await stage.takeIds(9), [id])
      assert.equal((await stage.claim(9, { types: ['unknown'] })).length, 1)
    },
  ),

  contractCase('two keys together make a group of their own', ['I23'], async (stage) => {
    const both = (concurrency: string | null, rate: string | null) =>
      termsOf({
        concurrency: concurrency === null ? null : { key: concurrency, max: 9 },
        rate: rate === null ? null : { key: rate, max: 9, perMs: 1000 },
      })
    const groups = [both('k', null), both(null, 'k'), both('k', 'k'), both('k', 'l')]
    const ids = await Promise.all(groups.map((part) => stage.addMany(2, part)))
    assert.deepEqual(await stage.takeIds(9), [
      ...ids.map(([first]) => first),
      ...ids.map(([, second]) => second),
    ])
  }),

  contractCase(
    'a class whose keys are full does not wait, and skips for it are not counted',
    ['I7', 'I8', 'I23'],
    async (stage) => {
      await stage.addMany(3, { priority: 'high', ...keyed('k') })
      const ids = await stage.addMany(3, { priority: 'low' })
      const run = await stage.take({ budgets: strict })
      assert.deepEqual(await stage.takeIds(3), ids)
      const { skips } = await stage.queue.counts()
      assert.deepEqual([skips.high, skips.low], [0, 0])
      await stage.end(run, complete())
      assert.equal((await stage.take()).priority, 'high')
    },
  ),

  contractCase('a class whose rates are used up does not wait either', ['I7', 'I23'], async (stage) => {
    await stage.addMany(3, { priority: 'critical', ...rated('r', 1, 1000) })
    const ids = await stage.addMany(2, { priority: 'normal' })
    await stage.take({ budgets: strict })
    assert.deepEqual(await stage.takeIds(5), ids)
    assert.equal((await stage.queue.counts()).skips.critical, 0)
  }),

  ...(
    [
      ['high', 7],
      ['normal', 10],
      ['low', 17],
    ] as const
  ).map(([priority, bound]) =>
    contractCase(
      `with keys, too, a ${priority} job waits at most ${bound} claims`,
      ['I8', 'I23'],
      async (stage) => {
        for (const other of priorities)
          for (const key of ['a', 'b', 'c']) await stage.addMany(30, { priority: other, ...keyed(key, 1000) })
        await stage.addMany(30, { priority: 'critical' })
        const served: Priority[] = []
        for (let i = 0; i < 100; i++)
          served.push(
            ...(await stage.claim(1, { wanted: lanes(1), budgets: defaultBudgets })).map(
              (run) => run.priority,
            ),
          )
        assert.ok(longestWait(served, priority) <= bound, `it waited ${longestWait(served, priority)}`)
      },
    ),
  ),

  contractCase(
    'a busy class makes the others wait no longer while its keys open and close',
    ['I8', 'I23'],
    async (stage) => {
      for (const key of ['a', 'b']) await stage.addMany(40, { priority: 'critical', ...keyed(key, 1) })
      await stage.addMany(20, { priority: 'low', ...keyed('c', 1) })
      const served: Priority[] = []
      for (let i = 0; i < 60; i++) {
        const claims = await stage.claim(1)
        served.push(...claims.map((run) => run.priority))
        await stage.end(claims, complete())
      }
      assert.deepEqual([served.length, longestWait(served, 'low') <= 17], [60, true])
    },
  ),
]

// -------------------------------------------------------------------------------------------------------------------

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
