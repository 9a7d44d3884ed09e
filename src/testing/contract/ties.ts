import assert from 'node:assert/strict'
import { contractCase } from './case.js'
import { complete, fail, keep, keepOfEach, plain, resultTtlMs, retryIn } from './script.js'
import type { Stage } from './stage.js'
import { jobIn } from './states.js'
import { after, chain, statusesOf } from './terms.js'

/** A job that has ended stays while one lives that depends on it, and so does its result. */
export const tieCases = [
  ...(['blocked', 'pending', 'delayed', 'processing', 'retrying'] as const).map((state) =>
    contractCase(
      `a job is not removed while one that depends on it is ${state}`,
      ['I11', 'I33'],
      async (stage) => {
        const { parent, child } = await tied(stage, state)
        await stage.prune(keepOfEach({ count: 0, ageMs: 0, bytes: 0 }))
        assert.deepEqual(plain(await stage.unchanged(() => stage.discard(parent))), { kind: 'held' })
        assert.equal(await stage.status(parent), 'completed')
        await stage.cancel(child)
        await stage.settle()
        await stage.prune(keepOfEach({ count: 0 }))
        assert.deepEqual(await statusesOf(stage, [parent, child]), ['missing', 'missing'])
      },
    ),
  ),

  ...(['dead_letter', 'cancelled'] as const).map((end) =>
    contractCase(
      `a ${end} job is not removed while one that goes on without it lives`,
      ['I33'],
      async (stage) => {
        const parent = await jobIn(stage, end)
        const child = await stage.add(after(parent, 'ignore'))
        await stage.prune(keepOfEach({ count: 0 }))
        assert.equal((await stage.discard(parent)).kind, 'held')
        await stage.end(await stage.take(), complete())
        await stage.settle()
        assert.deepEqual(plain(await stage.discard(parent)), { kind: 'done' })
        assert.equal(await stage.status(child), 'completed')
      },
    ),
  ),

  contractCase(
    'a job that is not to be kept stays with its result while one that depends on it lives',
    ['I11', 'I14', 'I33'],
    async (stage) => {
      const [parent, child = ''] = await chain(stage, 2)
      await stage.end(await stage.take(), complete('"the result"'), { keep: false })
      await stage.settle()
      const { status, result } = await stage.record(parent)
      assert.deepEqual(plain([status, result]), ['completed', { inline: '"the result"' }])
      await stage.end(await stage.take(), complete(), { keep: false })
      await stage.settle()
      assert.deepEqual(await statusesOf(stage, [parent, child]), ['missing', 'missing'])
      assert.equal((await stage.queue.counts()).completed, 0)
    },
  ),

  contractCase('it stays until the last of them has ended', ['I33'], async (stage) => {
    const parent = await stage.add()
    await stage.addMany(3, after(parent))
    await stage.end(await stage.take(), complete(), { keep: false })
    const [a, b, c] = await stage.claim(3)
    assert.ok(a && b && c)
    await stage.end(b, complete())
    await stage.end(a, fail())
    await stage.settle()
    assert.equal(await stage.status(parent), 'completed')
    await stage.cancel(c.id)
    await stage.settle()
    assert.equal(await stage.status(parent), 'missing')
  }),

  contractCase('it goes at once when all that depend on it have ended before', ['I33'], async (stage) => {
    const [parent, child = ''] = await chain(stage, 2)
    const run = await stage.take()
    await stage.cancel(child)
    await stage.settle()
    await stage.end(run, complete(), { keep: false })
    assert.deepEqual(await statusesOf(stage, [parent, child]), ['missing', 'cancelled'])
  }),

  contractCase('or have ended without anyone having been told', ['I33'], async (stage) => {
    const [parent, child = ''] = await chain(stage, 2)
    const run = await stage.take()
    await stage.cancel(child)
    await stage.end(run, complete(), { keep: false })
    await stage.settle()
    assert.deepEqual(await statusesOf(stage, [parent, child]), ['missing', 'cancelled'])
  }),

  contractCase(
    'a result is kept beyond its time while one that depends on it lives',
    ['I14'],
    async (stage) => {
      const [parent] = await chain(stage, 2)
      await stage.end(await stage.take(), complete('"kept"'))
      await stage.pass(resultTtlMs + 1)
      await stage.prune()
      assert.deepEqual(plain((await stage.record(parent)).result), { inline: '"kept"' })
      await stage.end(await stage.take(), complete())
      await stage.settle()
      assert.equal((await stage.prune()).expiredResults, 1)
      assert.equal((await stage.record(parent)).result, null)
    },
  ),

  contractCase(
    'a result whose time is not over then stays for what is left of it',
    ['I14'],
    async (stage) => {
      const [parent] = await chain(stage, 2)
      await stage.end(await stage.take(), complete('"kept"'))
      const until = stage.now + resultTtlMs
      await stage.pass(1000)
      await stage.end(await stage.take(), complete())
      await stage.settle()
      await stage.pass(until - stage.now - 1)
      await stage.prune()
      assert.deepEqual(plain((await stage.record(parent)).result), { inline: '"kept"' })
      await stage.pass(1)
      await stage.prune()
      assert.equal((await stage.record(parent)).result, null)
    },
  ),

  contractCase(
    'a job that comes after one holds it and its result from then on',
    ['I14', 'I33'],
    async (stage) => {
      const parent = await stage.finish(complete('"late"'))
      await stage.pass(1000)
      await stage.add(after(parent))
      await stage.pass(resultTtlMs)
      await stage.prune(keepOfEach({ count: 0 }))
      assert.deepEqual(plain((await stage.record(parent)).result), { inline: '"late"' })
    },
  ),

  contractCase('those that are held hide no other from retention', ['I33', 'I36'], async (stage) => {
    const held = await stage.addMany(10)
    await stage.end(await stage.claim(10), complete())
    await stage.add({ type: 'unknown', ...after(held) })
    const free = await stage.addMany(10)
    await stage.end(await stage.claim(10), complete())
    for (let step = 0, more = true; more; step++) {
      assert.ok(step < 20, 'prunes come to an end')
      more = (await stage.prune({ ...keepOfEach({ count: 0 }), limit: 3 })).more
    }
    const left = new Set(await statusesOf(stage, held))
    assert.deepEqual(
      [[...left], new Set(await statusesOf(stage, free)).has('completed')],
      [['completed'], false],
    )
  }),

  contractCase('a new life of a job ties it again to those that stand', ['I11', 'I33'], async (stage) => {
    const [parent, child = ''] = await chain(stage, 2)
    await stage.cancel(parent)
    await stage.settle()
    await stage.retry(child)
    await stage.prune(keepOfEach({ count: 0 }))
    assert.equal((await stage.discard(parent)).kind, 'held')
    await stage.end(await stage.take(), complete())
    await stage.settle()
    assert.equal((await stage.discard(parent)).kind, 'done')
  }),

  contractCase('ties of a life that ended are not let go twice', ['I11', 'I33'], async (stage) => {
    const [parent, child = ''] = await chain(stage, 2, 'ignore')
    await stage.cancel(parent)
    await stage.settle()
    await stage.end(await stage.take(), fail())
    await stage.retry(child)
    await stage.settle()
    assert.equal((await stage.discard(parent)).kind, 'held')
    await stage.end(await stage.take(), complete())
    await stage.settle()
    assert.equal((await stage.discard(parent)).kind, 'done')
  }),

  contractCase('a job that others depended on lives again as any other', ['I2', 'I16'], async (stage) => {
    const [parent, child = ''] = await chain(stage, 2, 'ignore')
    await stage.cancel(parent)
    await stage.settle()
    await stage.retry(parent)
    assert.deepEqual([...(await stage.takeIds(5))].sort(), [parent, child].sort())
    assert.equal((await stage.discard(parent)).kind, 'conflict')
  }),

  contractCase(
    'an ended one that another waits for through its line is no parent',
    ['I33'],
    async (stage) => {
      const { id } = await stage.schedule()
      const [first] = [
        await stage.fired(id, { overlap: 'queue' }),
        await stage.fired(id, { overlap: 'queue' }),
      ]
      await stage.end(await stage.take(), complete())
      await stage.settle()
      assert.equal((await stage.discard(first)).kind, 'done')
    },
  ),

  contractCase(
    'a parent is removed in its turn once it is let go, and those before it first',
    ['I33'],
    async (stage) => {
      const old = await stage.finish()
      const [parent] = await chain(stage, 2)
      await stage.pass(10)
      for (let i = 0; i < 2; i++) await stage.end(await stage.take(), complete())
      await stage.settle()
      await stage.pass(10)
      const late = await stage.finish()
      await stage.prune({ completed: keep({ ageMs: 10 }) })
      assert.deepEqual(await statusesOf(stage, [old, parent, late]), ['missing', 'missing', 'completed'])
    },
  ),
]

// -------------------------------------------------------------------------------------------------------------------

/** A job that has completed, and one that depends on it. */
async function tied(
  stage: Stage,
  state: 'blocked' | 'pending' | 'delayed' | 'processing' | 'retrying',
): Promise<{ readonly parent: string; readonly child: string }> {
  const other = state === 'blocked' ? [await stage.add({ type: 'unknown' })] : []
  const parent = await stage.finish()
  const delayMs = state === 'delayed' ? 1000 : null
  const child = await stage.add({ delayMs, ...after([parent, ...other]) })
  if (state === 'processing') await stage.take()
  if (state === 'retrying') await stage.end(await stage.take(), retryIn(1000))
  assert.equal(await stage.status(child), state === 'delayed' ? 'pending' : state)
  return { parent, child }
}
