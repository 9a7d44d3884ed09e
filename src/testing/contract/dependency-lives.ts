import assert from 'node:assert/strict'
import { contractCase } from './case.js'
import { complete, errorIn, fail, plain, retryIn } from './script.js'
import { after, chain, statusesOf, waitsFor } from './terms.js'

/** What a new life does to a job that depends on others, and to them. */
export const dependencyLifeCases = [
  contractCase(
    'one that lives again before its end was told is waited for as before',
    ['I11', 'I16'],
    async (stage) => {
      const [parent, child = ''] = await chain(stage, 2)
      await stage.cancel(parent)
      await stage.retry(parent)
      await stage.settle()
      assert.deepEqual(await waitsFor(stage, child), [parent])
      await stage.end(await stage.take(), complete())
      assert.deepEqual(await stage.takeIds(5), [child])
    },
  ),

  contractCase(
    'a job that failed for its dependency and lives again goes on without it',
    ['I11'],
    async (stage) => {
      const [, child = ''] = await chain(stage, 2)
      await stage.end(await stage.take(), fail())
      await stage.settle()
      const answer = await stage.retry(child)
      assert.deepEqual(answer.kind === 'done' && [answer.from, answer.job.status, answer.job.generation], [
        'dead_letter',
        'pending',
        2,
      ])
      const { error, cancelReason, waitsFor: open } = await stage.record(child)
      assert.deepEqual([error, cancelReason, [...open]], [null, null, []])
      assert.deepEqual(await stage.takeIds(5), [child])
    },
  ),

  contractCase(
    'it waits again for those that live again, and their rules hold again',
    ['I11'],
    async (stage) => {
      const [a, b] = await stage.addMany(2)
      assert.ok(a && b)
      const child = await stage.add(after([a, b]))
      for (const id of [a, b]) await stage.cancel(id)
      await stage.settle()
      await stage.retry(b)
      const answer = await stage.retry(child)
      assert.equal(answer.kind === 'done' && answer.job.status, 'blocked')
      assert.deepEqual(await waitsFor(stage, child), [b])
      await stage.end(await stage.take(), fail())
      await stage.settle()
      assert.equal(
        errorIn((await stage.record(child)).error).message,
        `job ${b}, which this one depends on, ended as dead_letter`,
      )
    },
  ),

  contractCase(
    'a blocked job that was cancelled waits again in its next life',
    ['I11', 'I12'],
    async (stage) => {
      const [parent, child = ''] = await chain(stage, 2)
      await stage.cancel(child)
      await stage.settle()
      await stage.retry(child)
      assert.deepEqual(await waitsFor(stage, child), [parent])
      await stage.end(await stage.take(), complete())
      assert.deepEqual(await stage.takeIds(5), [child])
    },
  ),

  contractCase('it does so when it is retried before its end was told', ['I11', 'I12'], async (stage) => {
    const [parent, child = ''] = await chain(stage, 2)
    await stage.cancel(child)
    await stage.retry(child)
    await stage.settle()
    assert.deepEqual(await waitsFor(stage, child), [parent])
    await stage.end(await stage.take(), complete())
    assert.deepEqual(await stage.takeIds(5), [child])
  }),

  contractCase('those that are gone hold up no second life', ['I11', 'I33'], async (stage) => {
    const [parent, child = ''] = await chain(stage, 2)
    await stage.cancel(parent)
    await stage.settle()
    await stage.prune({ cancelled: { ageMs: 0, count: 0, bytes: 0 } })
    assert.deepEqual(await statusesOf(stage, [parent, child]), ['missing', 'dead_letter'])
    await stage.retry(child)
    assert.deepEqual([await waitsFor(stage, child), await stage.takeIds(5)], [[], [child]])
  }),

  contractCase(
    'a retry of a job with dependencies that is sent twice is one life',
    ['I2', 'I11'],
    async (stage) => {
      const [parent, child = ''] = await chain(stage, 2)
      await stage.cancel(child)
      const first = await stage.retry(child, 'once')
      const again = await stage.unchanged(() => stage.retry(child, 'once'))
      assert.deepEqual(plain(again), plain(first))
      assert.deepEqual(await waitsFor(stage, child), [parent])
    },
  ),

  contractCase(
    'a job fails again and again with the one it depends on, once in each life',
    ['I2', 'I11', 'I31'],
    async (stage) => {
      const [parent, child = ''] = await chain(stage, 2)
      for (let life = 1; life <= 3; life++) {
        await stage.end(await stage.take(), retryIn(0))
        await stage.end(await stage.take(), fail())
        await stage.settle()
        const { status, generation } = await stage.record(child)
        assert.deepEqual([status, generation], ['dead_letter', life])
        for (const id of [parent, child]) await stage.retry(id)
      }
      assert.deepEqual((await stage.queue.metrics()).types['task']?.deadLetter, 6)
    },
  ),

  contractCase(
    'who asks for moves is told of a job that waits for others, and that it is let go',
    ['I32'],
    async (stage) => {
      const heard = new Set<string>()
      stage.queue.subscribe(
        null,
        (hint) => {
          if (hint.kind === 'moved') for (const { id, status } of hint.jobs) heard.add(`${id} ${status}`)
        },
        { moves: true },
      )
      const ids: string[] = []
      await stage.until(
        'hints of both moves',
        () => ids.some((id) => heard.has(`${id} blocked`) && heard.has(`${id} pending`)),
        async () => {
          const parent = await stage.add({ type: 'other' })
          const id = await stage.add({ type: 'unknown', ...after(parent) })
          await stage.end(await stage.take({ types: ['other'] }), complete())
          ids.push(id)
        },
      )
    },
  ),
]
