import assert from 'node:assert/strict'
import { contractCase } from './case.js'
import { chain, waitsFor } from './terms.js'

const deep = 2_100

/** New lives at the end of a long row: whether they would close a circle is found out however long it is. */
export const dependencyCircleCases = [
  contractCase(
    'a job far down a row that lives again waits for the one before it',
    ['I11', 'I36'],
    async (stage) => {
      const ids = await chain(stage, deep, 'cancel')
      const [before = '', id = '', last = ''] = ids.slice(-3)
      await stage.cancel(id)
      await stage.settle()
      assert.equal(await stage.status(last), 'cancelled')
      await stage.retry(id)
      assert.deepEqual(await waitsFor(stage, id), [before])
    },
  ),

  contractCase('also while one that lives depends on it', ['I11', 'I36'], async (stage) => {
    const ids = await chain(stage, deep, 'ignore')
    const [before = '', id = '', last = ''] = ids.slice(-3)
    await stage.cancel(id)
    await stage.settle()
    assert.equal(await stage.status(last), 'pending')
    await stage.retry(id)
    assert.deepEqual(await waitsFor(stage, id), [before])
  }),
]
