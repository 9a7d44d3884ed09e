import assert from 'node:assert/strict'
import { type Priority, chooseClass, defaultBudgets, noSkips, priorities } from '../../core/priority.js'
import { contractCase } from './case.js'
import { hearsOfWork } from './hearing.js'
import { complete, lanes, plain, release } from './script.js'
import { keyed } from './terms.js'

/** Slots that are set aside for some types, and the counters of the classes. */
export const asideCases = [
  contractCase(
    'slots that are set aside get jobs of their types, and the others theirs',
    ['I7', 'I8'],
    async (stage) => {
      const [a, b, c] = [
        await stage.addMany(3, { type: 'a' }),
        await stage.addMany(3, { type: 'b' }),
        await stage.addMany(3, { type: 'c' }),
      ]
      const asides = [
        { wanted: [10, 11], types: ['b'] },
        { wanted: [12], types: ['c', 'd'] },
      ]
      const claims = await stage.claim(2, { types: ['a'], asides })
      assert.deepEqual(
        claims.map(({ id, lane }) => `${id} ${lane}`).sort(),
        [`${a[0]} 0`, `${a[1]} 1`, `${b[0]} 10`, `${b[1]} 11`, `${c[0]} 12`].sort(),
      )
      assert.deepEqual(
        claims.map(({ type }) => type),
        ['a', 'a', 'b', 'b', 'c'],
      )
    },
  ),

  contractCase('slots that are set aside get jobs when no other is wanted', ['I8'], async (stage) => {
    await stage.addMany(2)
    const id = await stage.add({ type: 'b' })
    const claims = await stage.claim(0, { asides: [{ wanted: [4, 5], types: ['b'] }] })
    assert.deepEqual(
      claims.map((claim) => [claim.id, claim.lane]),
      [[id, 4]],
    )
    assert.equal((await stage.claim(0, { asides: [] })).length, 0)
    assert.equal((await stage.claim(0, { asides: [{ wanted: [], types: ['task'] }] })).length, 0)
  }),

  contractCase(
    'each claim of a slot that is set aside counts as any other for the budgets',
    ['I7', 'I23'],
    async (stage) => {
      for (const priority of priorities) {
        await stage.addMany(30, { priority })
        await stage.addMany(30, { priority, type: 'b' })
      }
      const served: Priority[] = []
      for (let i = 0; i < 12; i++) {
        const claims = await stage.claim(3, { types: ['task'], asides: [{ wanted: [9, 10], types: ['b'] }] })
        served.push(...claims.map(({ priority }) => priority))
      }
      let skips = noSkips
      const expected = served.map(() => {
        const choice = chooseClass([true, true, true, true], skips, defaultBudgets)
        assert.ok(choice)
        skips = choice.skips
        return priorities[choice.rank]
      })
      assert.deepEqual([served.length, served], [60, expected])
    },
  ),

  contractCase('a run in a slot that is set aside is one like any other', ['I3', 'I5'], async (stage) => {
    const id = await stage.add({ type: 'b' })
    const asides = [{ wanted: [7], types: ['b'] }]
    const [run] = await stage.claim(1, { asides })
    assert.ok(run)
    assert.deepEqual([run.id, (await stage.record(id)).worker], [id, 'i1/7'])
    await stage.end(run, release)
    const [again] = await stage.claim(1, { asides })
    assert.ok(again)
    await stage.end(again, complete())
    assert.equal(await stage.status(id), 'completed')
  }),

  contractCase('keys hold over all parts of a claim', ['I8'], async (stage) => {
    await stage.addMany(2, keyed('k', 3))
    await stage.addMany(5, { type: 'b', ...keyed('k', 3) })
    const claims = await stage.claim(5, {
      types: ['task'],
      asides: [{ wanted: [10, 11, 12, 13], types: ['b'] }],
    })
    assert.deepEqual(
      claims.map(({ type }) => type),
      ['task', 'task', 'b'],
    )
  }),

  contractCase('a cycle with slots set aside that is sent twice is one', ['I2'], async (stage) => {
    await stage.addMany(4, { type: 'b' })
    const request = stage.request({ wanted: [0], asides: [{ wanted: [5], types: ['b'] }] })
    const first = await stage.queue.cycle(request)
    assert.deepEqual(plain(await stage.unchanged(() => stage.queue.cycle(request))), plain(first))
    assert.equal((await stage.queue.counts()).processing, 1)
  }),

  ...(
    [
      ['whose own slots are full', { wanted: [0], asides: [{ wanted: [9], types: ['b'] }] }],
      ['that wants nothing else', { wanted: [], asides: [{ wanted: [9], types: ['b'] }] }],
      [
        'whose slots set aside got fewer than they wanted',
        { wanted: [], asides: [{ wanted: lanes(9), types: ['b'] }] },
      ],
    ] as const
  ).map(([who, part]) =>
    contractCase(`who waits in slots set aside, ${who}, is told of work for them`, ['I20'], async (stage) => {
      await hearsOfWork(
        stage,
        async () => {
          while ((await stage.claim(9, { instance: 'others', types: ['b'] })).length > 0);
          await stage.queue.leave('others')
          await stage.addMany(part.wanted.length)
          await stage.cycle({ instance: 'waiting', types: ['task'], ...part })
        },
        () => stage.add({ type: 'b' }),
      )
    }),
  ),

  contractCase('claims are counted by class, once each, for the whole fleet', ['I31'], async (stage) => {
    assert.deepEqual(plain((await stage.queue.metrics()).claims), { critical: 0, high: 0, normal: 0, low: 0 })
    await stage.addMany(3, { priority: 'critical' })
    await stage.addMany(2, { priority: 'low', type: 'b' })
    await stage.addMany(2, { priority: 'high', ...keyed('k', 1) })
    await stage.add({ delayMs: 1000 })
    const request = stage.request({ wanted: lanes(6), asides: [{ wanted: [8], types: ['b'] }] })
    await stage.queue.cycle(request)
    await stage.queue.cycle(request)
    const claims = { critical: 3, high: 1, normal: 0, low: 1 }
    assert.deepEqual(plain((await stage.queue.metrics()).claims), claims)
    const other = await stage.other()
    const id = await stage.finish(complete(), { priority: 'normal' })
    await stage.discard(id)
    assert.deepEqual(plain((await other.metrics()).claims), { ...claims, normal: 1 })
  }),
]
