import assert from 'node:assert/strict'
import type { StateCounts } from '../../core/queue-adapter.js'
import { contractCase } from './case.js'
import { hearsOfWork } from './hearing.js'
import { complete, fail } from './script.js'
import type { Stage } from './stage.js'
import { after, chain, statusesOf, waitsFor } from './terms.js'

const edgesPerCycle = 64

/** Many who depend on one, one that depends on many, and long rows of them: in bounded steps, of which none forgets any. */
export const dependencyBoundCases = [
  contractCase(
    'of two hundred that wait for one at most 64 are let go in a cycle, which says so',
    ['I11', 'I36'],
    async (stage) => {
      const parent = await stage.add()
      const children = await stage.addMany(200, after(parent))
      const run = await stage.take()
      await stage.cancel(run.id)
      await stage.retry(run.id)
      const again = await stage.take()
      const first = await stage.end(again, complete())
      const freed = [200 - (await stage.queue.counts()).blocked]
      for (let { more } = first; more; more = (await stage.cycle()).more)
        freed.push(200 - (await stage.queue.counts()).blocked)
      freed.push(200 - (await stage.queue.counts()).blocked)
      assertBounded(freed, 200)
      const ran = await stage.claimAll(200)
      assert.deepEqual(ran.map(({ id }) => id).sort(), [...children].sort())
    },
  ),

  contractCase(
    'two hundred that fail with the one they wait for do so in bounded cycles',
    ['I11', 'I36'],
    async (stage) => {
      const parent = await stage.add()
      await stage.addMany(200, after(parent))
      await stage.cancel(parent)
      await endInSteps(stage, 'dead_letter', 200)
      assert.equal((await stage.discard(parent)).kind, 'done')
    },
  ),

  contractCase(
    'a job that waits for two hundred is let go by the last of them',
    ['I11', 'I36'],
    async (stage) => {
      const parents = await stage.addMany(200, { type: 'other' })
      const child = await stage.add(after(parents))
      assert.deepEqual(await waitsFor(stage, child), parents)
      const runs = await stage.claimAll(199)
      for (const batch of batchesOf(runs, 16)) await stage.end(batch, complete(), { keep: false })
      await stage.settle()
      assert.deepEqual(await waitsFor(stage, child), parents.slice(199))
      await stage.end(await stage.take(), complete(), { keep: false })
      await stage.settle()
      assert.equal(await stage.status(child), 'pending')
      assert.equal((await stage.queue.counts()).completed, 200)
    },
  ),

  contractCase(
    'what it depended on is let go after its end in bounded cycles',
    ['I33', 'I36'],
    async (stage) => {
      const parents = await stage.addMany(200, { type: 'other' })
      await stage.add(after(parents))
      for (const batch of batchesOf(await stage.claimAll(200), 16))
        await stage.end(batch, complete(), { keep: false })
      await stage.settle()
      const run = await stage.take({ types: ['task'] })
      let { more } = await stage.end(run, complete(), { keep: false })
      const gone = [200 - (await stage.queue.counts()).completed]
      for (; more; more = (await stage.cycle()).more) gone.push(200 - (await stage.queue.counts()).completed)
      gone.push(200 - (await stage.queue.counts()).completed)
      assertBounded(gone, 200)
      assert.deepEqual(await statusesOf(stage, parents.slice(0, 3)), ['missing', 'missing', 'missing'])
    },
  ),

  contractCase(
    'a cancel goes down a row of three hundred in bounded cycles',
    ['I11', 'I12', 'I36'],
    async (stage) => {
      const ids = await chain(stage, 300, 'cancel')
      await stage.cancel(ids[0])
      await endInSteps(stage, 'cancelled', 300)
      const { cancelReason } = await stage.record(ids[299] ?? '')
      assert.equal(cancelReason, `job ${ids[298] ?? ''}, which this one depends on, ended as cancelled`)
    },
  ),

  contractCase(
    'a failure goes down a row of three hundred in bounded cycles',
    ['I11', 'I36'],
    async (stage) => {
      await chain(stage, 300)
      await stage.end(await stage.take(), fail())
      await endInSteps(stage, 'dead_letter', 300)
    },
  ),

  contractCase(
    'whoever waits, for whatever type, is told that edges are to be followed',
    ['I20', 'I34'],
    async (stage) => {
      await hearsOfWork(
        stage,
        async () => {
          const parent = await stage.add({ type: 'b' })
          await stage.add({ type: 'b', ...after(parent) })
          await stage.cycle({ instance: 'waiting', types: ['a'], wanted: [0] })
          return parent
        },
        (parent) => stage.cancel(parent),
      )
    },
  ),

  contractCase(
    'edges that wait hinder no claim, and a bound on them no other end',
    ['I11', 'I36'],
    async (stage) => {
      const parents = await stage.addMany(3)
      for (const parent of parents) await stage.addMany(50, { type: 'many', ...after(parent) })
      const last = await stage.add({ type: 'other' })
      for (const parent of parents) await stage.cancel(parent)
      const { claims, more } = await stage.cycle({ wanted: [0] })
      assert.deepEqual([claims.map(({ id }) => id), more], [[last], true])
      await stage.settle()
      assert.equal((await stage.queue.counts()).dead_letter, 150)
    },
  ),

  contractCase(
    'the thousand dependencies that a job may have are kept, in their order',
    ['I11', 'I13'],
    async (stage) => {
      const parents = await stage.addMany(1000, { type: 'other' })
      const order = [...parents].reverse()
      const child = await stage.add(after(order, 'ignore'))
      const { terms } = await stage.record(child)
      assert.deepEqual([await waitsFor(stage, child), terms?.dependsOn.map(({ id }) => id)], [order, order])
      await stage.cancel(child)
      await stage.settle()
      assert.deepEqual(await waitsFor(stage, child), [])
    },
  ),
]

// -------------------------------------------------------------------------------------------------------------------

/** Sends cycles until nothing is left to follow, and demands that each ends no more than it may, and all of them `n`. */
async function endInSteps(stage: Stage, status: keyof StateCounts, n: number): Promise<void> {
  const ended = [(await stage.queue.counts())[status]]
  for (let more = true; more;) {
    more = (await stage.cycle({ types: [] })).more
    ended.push((await stage.queue.counts())[status])
  }
  assertBounded(ended, n)
  assert.equal((await stage.queue.counts()).blocked, 0)
}

/** What a count grew to, cycle by cycle: never by more than the bound, and to the end. */
function assertBounded(counts: readonly number[], end: number): void {
  const [first = 0] = counts
  assert.ok(first <= edgesPerCycle + 1, `the first cycle followed ${first} edges`)
  for (const [i, count] of counts.entries()) {
    const grown = count - (counts[i - 1] ?? first)
    assert.ok(grown >= 0 && grown <= edgesPerCycle, `a cycle followed ${grown} edges: ${counts.join(' ')}`)
  }
  assert.equal(counts.at(-1), end)
}

function batchesOf<T>(all: readonly T[], n: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(all.length / n) }, (_, i) => all.slice(i * n, i * n + n))
}
