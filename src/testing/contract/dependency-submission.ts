import assert from 'node:assert/strict'
import { contractCase } from './case.js'
import { complete, plain } from './script.js'
import { after, waitsFor } from './terms.js'

/** How a job is submitted that depends on others, also once more. */
export const dependencySubmissionCases = [
  contractCase('a job that depends on one that is not there is not added', ['I11', 'I34'], async (stage) => {
    const standing = await stage.add()
    const [answer] = await stage.unchanged(() => stage.submit(after([standing, 'no', 'nope'])))
    assert.deepEqual(plain(answer), { kind: 'orphan', missing: 'no' })
    for (const id of ['', '__proto__', `${standing} `, '*'])
      assert.deepEqual(plain(await stage.submit(after(id))), [{ kind: 'orphan', missing: id }])
  }),

  contractCase('a job that depends on itself is not added', ['I11', 'I34'], async (stage) => {
    const [answer] = await stage.unchanged(() => stage.submit({ id: 'self', ...after('self') }))
    assert.deepEqual(plain(answer), { kind: 'orphan', missing: 'self' })
  }),

  contractCase(
    'a job may depend on an earlier one of the same step, and not on a later one',
    ['I11'],
    async (stage) => {
      const answers = await stage.submit(
        { id: 'early', ...after('late') },
        { id: 'first' },
        { id: 'second', ...after('first') },
        { id: 'late', ...after('second') },
      )
      assert.deepEqual(plain(answers), [
        { kind: 'orphan', missing: 'late' },
        { kind: 'created', id: 'first', status: 'pending' },
        { kind: 'created', id: 'second', status: 'blocked' },
        { kind: 'created', id: 'late', status: 'blocked' },
      ])
      assert.equal(await stage.status('early'), 'missing')
    },
  ),

  contractCase(
    'the id decides before the dependencies do, and the dedupe key too',
    ['I9', 'I10'],
    async (stage) => {
      const id = await stage.add({ digest: 'one', dedupeKey: 'key' })
      const answers = await stage.unchanged(() =>
        stage.submit(
          { id, digest: 'one', ...after('nope') },
          { id, digest: 'two', ...after('nope') },
          { dedupeKey: 'key', ...after('nope') },
        ),
      )
      assert.deepEqual(plain(answers), [
        { kind: 'standing', id, status: 'pending' },
        { kind: 'conflict', id },
        { kind: 'standing', id, status: 'pending' },
      ])
    },
  ),

  contractCase(
    'a submission with dependencies that is sent again makes no second job',
    ['I10', 'I11'],
    async (stage) => {
      const parent = await stage.add()
      const job = stage.job(after(parent))
      const first = await stage.queue.submit([job])
      assert.deepEqual(plain(await stage.unchanged(() => stage.queue.submit([job]))), plain(first))
      await stage.end(await stage.take(), complete())
      await stage.end(await stage.take(), complete())
      const again = await stage.unchanged(() => stage.queue.submit([job]))
      assert.deepEqual([again[0]?.kind, await waitsFor(stage, job.id)], ['created', []])
    },
  ),

  contractCase('it is so even when those that it depended on are gone', ['I10', 'I11'], async (stage) => {
    const parent = await stage.finish()
    const job = stage.job(after(parent))
    await stage.queue.submit([job])
    await stage.end(await stage.take(), complete())
    await stage.settle()
    assert.equal((await stage.discard(parent)).kind, 'done')
    const [again] = await stage.unchanged(() => stage.queue.submit([job]))
    assert.equal(again?.kind, 'created')
  }),

  contractCase(
    'an orphan comes when it is sent again after the one it depends on',
    ['I10', 'I11'],
    async (stage) => {
      const job = stage.job(after('parent'))
      assert.equal((await stage.queue.submit([job]))[0]?.kind, 'orphan')
      await stage.add({ id: 'parent' })
      assert.deepEqual(plain(await stage.queue.submit([job])), [
        { kind: 'created', id: job.id, status: 'blocked' },
      ])
    },
  ),
]

// -------------------------------------------------------------------------------------------------------------------
