import assert from 'node:assert/strict'
import { isFinal, jobStates } from '../../core/states.js'
import { contractCase } from './case.js'
import { complete, plain } from './script.js'
import { jobIn } from './states.js'
import { after, statusesOf } from './terms.js'

/** A job that has ended is removed by hand. */
export const discardingCases = [
  ...jobStates.map((status) =>
    contractCase(
      `a ${status} job is ${isFinal(status) ? '' : 'not '}removed by hand`,
      ['I33', 'I34'],
      async (stage) => {
        const id = await jobIn(stage, status)
        if (!isFinal(status)) {
          const answer = await stage.unchanged(() => stage.discard(id))
          return assert.deepEqual(plain(answer), { kind: 'conflict', status })
        }
        const before = plain(await stage.queue.metrics())
        assert.deepEqual(plain(await stage.discard(id)), { kind: 'done' })
        assert.deepEqual([await stage.queue.get(id), (await stage.list()).total], [null, 0])
        assert.equal((await stage.queue.counts())[status], 0)
        assert.deepEqual(plain(await stage.queue.metrics()), before)
      },
    ),
  ),

  contractCase(
    'a job that is not there is missing, and one that was removed too',
    ['I2', 'I34'],
    async (stage) => {
      assert.deepEqual(plain(await stage.discard('nope')), { kind: 'missing' })
      const id = await stage.finish()
      assert.deepEqual(plain(await stage.discard(id, 'once')), { kind: 'done' })
      assert.deepEqual(plain(await stage.unchanged(() => stage.discard(id, 'once'))), { kind: 'missing' })
    },
  ),

  contractCase(
    'a removal that is sent again does not touch a new job with the same id',
    ['I2'],
    async (stage) => {
      const id = await stage.finish()
      await stage.discard(id, 'once')
      await stage.add({ id })
      assert.notEqual((await stage.discard(id, 'once')).kind, 'done')
      assert.equal(await stage.status(id), 'pending')
    },
  ),

  contractCase('the id of a removed job is free', ['I10'], async (stage) => {
    const id = await stage.finish()
    await stage.discard(id)
    const [answer] = await stage.submit({ id, digest: 'another' })
    assert.deepEqual(plain(answer), { kind: 'created', id, status: 'pending' })
    assert.equal((await stage.record(id)).generation, 1)
  }),

  contractCase(
    'the end of a removed job is still told to those who wait in its line',
    ['I11'],
    async (stage) => {
      const { id } = await stage.schedule()
      const [first, second] = [
        await stage.fired(id, { overlap: 'queue' }),
        await stage.fired(id, { overlap: 'queue' }),
      ]
      await stage.cancel(first)
      await stage.discard(first)
      await stage.settle()
      assert.deepEqual(await stage.takeIds(5), [second])
    },
  ),

  contractCase('two who remove a job at once remove it once', ['I2'], async (stage) => {
    const other = await stage.other()
    const id = await stage.finish()
    const answers = await Promise.all(
      [stage.queue, other, stage.queue].map((queue) => queue.discard({ id, token: stage.token() })),
    )
    assert.deepEqual(answers.map(({ kind }) => kind).sort(), ['done', 'missing', 'missing'])
  }),

  contractCase(
    'of a removal and a job that depends on it at once one comes first',
    ['I11', 'I33'],
    async (stage) => {
      const other = await stage.other()
      for (let round = 0; round < 10; round++) {
        const parent = await stage.finish()
        const job = stage.job(after(parent))
        const [answer, [submitted]] = await Promise.all([stage.discard(parent), other.submit([job])])
        assert.deepEqual(
          [answer.kind, submitted?.kind, await statusesOf(stage, [parent, job.id])],
          answer.kind === 'done'
            ? ['done', 'orphan', ['missing', 'missing']]
            : ['held', 'created', ['completed', 'pending']],
        )
        await stage.end(await stage.claim(1), complete())
      }
    },
  ),
]
