import assert from 'node:assert/strict'
import type { MovingJob } from '../../core/queue-adapter.js'
import { movingCase } from './case.js'
import { Road } from './road.js'
import { complete, fail, outcomeOf, plain } from './script.js'
import type { Stage } from './stage.js'
import { jobIn } from './states.js'
import { after, chain, keyed, waitsFor } from './terms.js'

/** Jobs with dependencies, keys, notices and steps go from one store to another. */
export const movingTermCases = [
  movingCase('jobs come up behind those that they depend on', ['I7', 'I11'], async (stage) => {
    const road = await Road.away(stage)
    const retrying = await jobIn(stage, 'retrying')
    const completed = await stage.finish()
    const delayed = await stage.add({ delayMs: 60_000 })
    const pairs: (readonly [string, string])[] = []
    for (const parent of [retrying, completed, delayed]) {
      const child = await stage.add(after(parent))
      const grandchild = await stage.add({ priority: 'critical', ...after([parent, child]) })
      pairs.push([parent, child], [parent, grandchild], [child, grandchild])
    }
    for (const items of [1, 4, 100]) {
      const order = (await road.exportAll(Math.min(items, road.mostAtOnce))).map(({ record }) => record.id)
      for (const [parent, child] of pairs)
        assert.ok(
          order.indexOf(parent) < order.indexOf(child),
          `${parent} comes up before ${child}, ${items} at a time`,
        )
    }
  }),

  movingCase('a graph of jobs goes on in the other store', ['I11'], async (stage) => {
    const road = await Road.here(stage)
    const [root, a, b, last] = ['root', 'a', 'b', 'last'].map((id) => stage.job({ id }))
    assert.ok(root && a && b && last)
    await road.from.submit([
      root,
      { ...a, ...after('root') },
      { ...b, ...after('root') },
      { ...last, ...after(['b', 'a']) },
    ])
    await road.travel(1)
    assert.deepEqual(await waitsFor(stage, 'last'), ['b', 'a'])
    for (const ready of [['root'], ['a', 'b'], ['last']]) {
      const runs = await stage.claim(9)
      assert.deepEqual(runs.map(({ id }) => id).sort(), ready)
      await stage.end(runs, complete())
    }
  }),

  movingCase(
    'a blocked job stays while one that it waits for does, which itself may go',
    ['I11'],
    async (stage) => {
      const road = await Road.away(stage)
      const [parent, child = ''] = await chain(stage, 2)
      assert.deepEqual(await road.withdraw([await road.exportOne(child)]), ['bound'])
      assert.deepEqual(await road.withdraw([await road.exportOne(parent)]), ['gone'])
      await stage.settle()
      assert.deepEqual(await waitsFor(stage, child), [parent])
      assert.deepEqual(await road.withdraw([await road.exportOne(child)]), ['gone'])
    },
  ),

  movingCase(
    'an ended job that others depend on may go, and they go on without it',
    ['I11'],
    async (stage) => {
      const road = await Road.away(stage)
      const parent = await stage.finish()
      const child = await stage.add(after(parent))
      assert.deepEqual(await road.withdraw([await road.exportOne(parent)]), ['gone'])
      assert.deepEqual(await stage.takeIds(5), [child])
    },
  ),

  movingCase(
    'who waits for a job that went is let go when it comes back and completes',
    ['I11', 'I17'],
    async (stage) => {
      const { back, parent, child, job } = await gone(stage)
      await back.import({ jobs: [job] })
      assert.deepEqual(await waitsFor(stage, child), [parent])
      await stage.end(await stage.take(), complete())
      assert.deepEqual(await stage.takeIds(5), [child])
    },
  ),

  movingCase('or fails when it comes back and does', ['I11', 'I17'], async (stage) => {
    const { back, child, job } = await gone(stage)
    await back.import({ jobs: [job] })
    await stage.end(await stage.take(), fail())
    await stage.settle()
    assert.equal(await stage.status(child), 'dead_letter')
  }),

  ...(['completed', 'cancelled'] as const).map((end) =>
    movingCase(`or is told when it comes back and is ${end} by then`, ['I11', 'I17'], async (stage) => {
      const { back, child, job } = await gone(stage)
      const record = { ...job.record, status: end, completedAt: stage.now }
      await back.import({ jobs: [{ ...job, record, place: end }] })
      await stage.settle()
      assert.equal(await stage.status(child), end === 'completed' ? 'pending' : 'dead_letter')
    }),
  ),

  movingCase('a job is blocked by those of its dependencies that live there', ['I11'], async (stage) => {
    const { road, job } = await childOf(stage, ['live', 'done', 'nowhere'])
    await stage.finish(complete(), { id: 'done' })
    await stage.add({ id: 'live' })
    await road.import({ jobs: [job] })
    assert.deepEqual(await waitsFor(stage, 'child'), ['live'])
    await stage.end(await stage.take(), complete())
    assert.deepEqual(await stage.takeIds(5), ['child'])
  }),

  movingCase('a job none of whose dependencies is there is ready', ['I11'], async (stage) => {
    const { road, job } = await childOf(stage, ['one', 'two'])
    await road.import({ jobs: [job] })
    assert.deepEqual([await waitsFor(stage, 'child'), await stage.takeIds(5)], [[], ['child']])
  }),

  ...(['fail', 'cancel', 'ignore'] as const).map((rule) =>
    movingCase(
      `of a dependency that failed there meanwhile the rule \`${rule}\` holds`,
      ['I11'],
      async (stage) => {
        const { road, job } = await childOf(stage, ['parent'], rule)
        await stage.finish(fail(), { id: 'parent' })
        await road.import({ jobs: [job] })
        await stage.settle()
        const ended = { fail: 'dead_letter', cancel: 'cancelled', ignore: 'pending' } as const
        assert.equal(await stage.status('child'), ended[rule])
      },
    ),
  ),

  movingCase(
    'what had let a job go does so for good, whatever became of it there',
    ['I11'],
    async (stage) => {
      const road = await Road.here(stage)
      await road.from.submit([stage.job({ id: 'parent' })])
      const { claims } = await stage.cycle({ instance: 'far', wanted: [0] }, road.from)
      await stage.cycle(
        { instance: 'far', outcomes: claims.map((run) => outcomeOf(run, complete())) },
        road.from,
      )
      await road.from.submit([stage.job({ id: 'child', ...after('parent') })])
      await stage.finish(fail(), { id: 'parent' })
      await road.begin()
      await road.import({ jobs: [await road.exportOne('child')] })
      await stage.settle()
      assert.deepEqual(await stage.takeIds(5), ['child'])
    },
  ),

  movingCase(
    'a graph that ran half goes there and back again, and is as it was',
    ['I1', 'I11', 'I16', 'I31'],
    async (stage) => {
      const there = await Road.away(stage)
      const ids = await chain(stage, 5)
      await stage.end(await stage.take(), complete())
      await stage.add(after([ids[0], ids[1] ?? '', ids[4] ?? ''], 'cancel'))
      await stage.addMany(2, keyed('k', 1))
      const states = async (): Promise<unknown> => {
        const records = await Promise.all((await stage.everyJob()).map(({ id }) => stage.record(id)))
        return plain([records, { ...(await stage.queue.counts()), skips: null }])
      }
      const before = await states()
      await there.travel(2)
      assert.deepEqual(await stage.everyJob(), [])
      await new Road(there.to, stage.queue, 'back').travel(3)
      assert.deepEqual(await states(), before)
    },
  ),
]

// -------------------------------------------------------------------------------------------------------------------

/** A job that went to another store, one that waits for it here, and the way back, begun. */
async function gone(stage: Stage): Promise<{
  readonly back: Road
  readonly parent: string
  readonly child: string
  readonly job: MovingJob
}> {
  const [there, back] = [await Road.away(stage), new Road(await stage.elsewhere(), stage.queue, 'back')]
  const [parent, child = ''] = await chain(stage, 2)
  const job = await there.exportOne(parent)
  assert.deepEqual(await there.withdraw([job]), ['gone'])
  await stage.settle()
  assert.deepEqual(await waitsFor(stage, child), [parent])
  await back.begin()
  return { back, parent, child, job }
}

/** A blocked job that is to come from elsewhere, without those that it waits for there. */
async function childOf(
  stage: Stage,
  parents: readonly string[],
  rule: 'fail' | 'cancel' | 'ignore' = 'fail',
): Promise<{ readonly road: Road; readonly job: MovingJob }> {
  const road = await Road.here(stage)
  await road.from.submit([
    ...parents.map((id) => stage.job({ id })),
    stage.job({ id: 'child', ...after(parents, rule) }),
  ])
  const job = await road.exportOne('child')
  assert.deepEqual([job.place, [...job.record.waitsFor]], ['blocked', parents])
  await road.begin()
  return { road, job }
}
