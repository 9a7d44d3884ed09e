import assert from 'node:assert/strict'
import { contractCase } from './case.js'
import { complete, fail, keep } from './script.js'

/** Retention meets jobs that ended more than once. */
export const retentionLifeCases = [
  contractCase(
    'a job that completed in its second life goes at once with all that is kept of it',
    ['I31', 'I33'],
    async (stage) => {
      const id = await stage.finish(fail())
      await stage.retry(id)
      await stage.end(await stage.take(), complete(), { resultTtlMs: 1000 })
      const other = await stage.finish()
      await stage.pass(1000)
      const young = await stage.finish()
      await stage.pass(4000)
      const { removedJobs } = await stage.prune({
        completed: keep({ ageMs: 4500 }),
        dead_letter: keep({ ageMs: 2000 }),
        cancelled: keep({ ageMs: 2000 }),
      })
      assert.equal(removedJobs, 2)
      assert.deepEqual(
        [await stage.status(id), await stage.status(other), await stage.status(young)],
        ['missing', 'missing', 'completed'],
      )
      assert.equal((await stage.queue.counts()).completed, 1)
    },
  ),
]
