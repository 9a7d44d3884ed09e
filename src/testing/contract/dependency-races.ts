import assert from 'node:assert/strict'
import { contractCase } from './case.js'
import { complete, keepOfEach, outcomeOf } from './script.js'
import { after, statusesOf } from './terms.js'

/** What two processes do at once to a job and to those that depend on it: it takes effect in some order, and nobody is forgotten. */
export const dependencyRaceCases = [
  contractCase(
    'a job that comes while the one it depends on completes is let go',
    ['I4', 'I11'],
    async (stage) => {
      const other = await stage.other()
      for (let round = 0; round < 10; round++) {
        const parent = await stage.add()
        const run = await stage.take({ types: ['task'] })
        const job = stage.job({ type: 'other', ...after(parent) })
        const [[answer]] = await Promise.all([other.submit([job]), stage.end(run, complete())])
        assert.equal(answer?.kind, 'created')
        await stage.settle()
        assert.equal(await stage.status(job.id), 'pending')
      }
      assert.equal((await stage.claim(16)).length, 10)
    },
  ),

  contractCase(
    'a job that comes while the one it depends on is cancelled ends by its rule',
    ['I11', 'I12'],
    async (stage) => {
      const other = await stage.other()
      for (let round = 0; round < 10; round++) {
        const parent = await stage.add()
        const job = stage.job(after(parent, 'cancel'))
        await Promise.all([stage.cancel(parent), other.submit([job]), stage.cycle({ types: [] })])
        await stage.settle()
        assert.equal(await stage.status(job.id), 'cancelled')
      }
    },
  ),

  contractCase(
    'a job that comes while the one it depends on is removed is an orphan, or holds it',
    ['I11', 'I33'],
    async (stage) => {
      const other = await stage.other()
      for (let round = 0; round < 10; round++) {
        const parent = await stage.finish()
        const job = stage.job({ type: 'unknown', ...after(parent) })
        const [[answer]] = await Promise.all([other.submit([job]), stage.prune(keepOfEach({ count: 0 }))])
        const isAdded = answer?.kind === 'created'
        assert.deepEqual(
          await statusesOf(stage, [parent, job.id]),
          isAdded ? ['completed', 'pending'] : ['missing', 'missing'],
        )
      }
    },
  ),

  contractCase(
    'a job that comes while the one it depends on completes unkept is an orphan, or holds it',
    ['I11', 'I33'],
    async (stage) => {
      const other = await stage.other()
      for (let round = 0; round < 10; round++) {
        const parent = await stage.add()
        const run = await stage.take()
        const job = stage.job({ type: 'unknown', ...after(parent) })
        const [[answer]] = await Promise.all([
          other.submit([job]),
          stage.end(run, complete(), { keep: false }),
        ])
        await stage.settle()
        const isAdded = answer?.kind === 'created'
        assert.deepEqual(
          await statusesOf(stage, [parent, job.id]),
          isAdded ? ['completed', 'pending'] : ['missing', 'missing'],
        )
      }
    },
  ),

  contractCase('of a new life and what the end before did one comes first', ['I2', 'I11'], async (stage) => {
    const other = await stage.other()
    for (let round = 0; round < 10; round++) {
      const parent = await stage.add()
      const child = await stage.add(after(parent))
      await stage.cancel(parent)
      await Promise.all([other.retry({ id: parent, token: stage.token() }), stage.cycle({ types: [] })])
      await stage.settle()
      const status = await stage.status(child)
      assert.ok(status === 'blocked' || status === 'dead_letter', `the child is ${status}`)
      const run = await stage.take()
      assert.equal(run.id, parent)
      await stage.end(run, complete())
      assert.equal(await stage.status(child), status === 'blocked' ? 'pending' : status)
      await stage.end(await stage.claim(1), complete())
    }
  }),

  contractCase(
    'two new lives at once, of a job and of the one it depends on, both run',
    ['I2', 'I11'],
    async (stage) => {
      const other = await stage.other()
      for (let round = 0; round < 10; round++) {
        const parent = await stage.add()
        const child = await stage.add(after(parent))
        await stage.cancel(parent)
        await stage.settle()
        const lives = await Promise.all([
          other.retry({ id: parent, token: stage.token() }),
          stage.retry(child),
        ])
        assert.deepEqual(
          lives.map(({ kind }) => kind),
          ['done', 'done'],
        )
        await stage.settle()
        for (let left = 2; left > 0;) {
          const claims = await stage.claim(2)
          assert.ok(claims.length > 0, 'one of them can run')
          left -= claims.length
          await stage.end(claims, complete())
        }
      }
    },
  ),

  contractCase('the last two that a job waits for may end at once', ['I11'], async (stage) => {
    const other = await stage.other()
    for (let round = 0; round < 10; round++) {
      const parents = await stage.addMany(2)
      const child = await stage.add({ type: 'other', ...after(parents) })
      const runs = [await stage.take({ instance: 'a' }), await stage.take({ instance: 'b' })]
      const ends = runs.map((run, i) =>
        stage.cycle(
          { instance: i ? 'b' : 'a', outcomes: [outcomeOf(run, complete())], types: [] },
          i ? other : stage.queue,
        ),
      )
      await Promise.all(ends)
      await stage.settle()
      assert.deepEqual(await stage.takeIds(1, { types: ['other'] }), [child])
    }
  }),

  contractCase(
    'many who follow the same edges at once follow each once',
    ['I2', 'I11', 'I31'],
    async (stage) => {
      const other = await stage.other()
      const parent = await stage.add({ type: 'unknown' })
      await stage.addMany(150, after(parent))
      await stage.cancel(parent)
      await Promise.all(
        Array.from({ length: 8 }, (_, i) =>
          stage.cycle({ instance: `i${i}`, types: [] }, i % 2 ? other : stage.queue),
        ),
      )
      await stage.settle()
      assert.equal((await stage.queue.metrics()).types['task']?.deadLetter, 150)
    },
  ),
]
