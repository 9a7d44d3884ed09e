import assert from 'node:assert/strict'
import { contractCase } from './case.js'
import { complete, plain } from './script.js'
import { jobIn } from './states.js'
import { after, termsOf, unique, waitsFor } from './terms.js'

const replace = unique('key', 'replace')

/** What a replacement does to the dependencies of a job. */
export const dedupeTieCases = [
  contractCase(
    'a job that is replaced depends on what the new one does, and on nothing else',
    ['I9', 'I11', 'I33'],
    async (stage) => {
      const [a, b] = [await stage.add({ type: 'other' }), await stage.add({ type: 'other' })]
      const on = (id: string) => ({
        dedupeKey: 'key',
        ...termsOf({ ...after(id).terms, dedupe: replace.terms.dedupe }),
      })
      const id = await stage.add(on(a))
      assert.deepEqual(plain(await stage.submit(on(b))), [
        { kind: 'standing', id, status: 'blocked', replaced: true },
      ])
      assert.deepEqual(await waitsFor(stage, id), [b])
      await stage.cancel(a)
      await stage.settle()
      assert.deepEqual([await stage.status(id), (await stage.discard(a)).kind], ['blocked', 'done'])
      await stage.cancel(b)
      await stage.settle()
      assert.equal(await stage.status(id), 'dead_letter')
    },
  ),

  contractCase(
    'a job that is replaced keeps those it depended on no longer, at once',
    ['I9', 'I33'],
    async (stage) => {
      const parent = await jobIn(stage, 'completed')
      const terms = { ...after(parent).terms, dedupe: replace.terms.dedupe }
      await stage.add({ dedupeKey: 'key', ...termsOf(terms) })
      assert.equal((await stage.discard(parent)).kind, 'held')
      await stage.submit(replace)
      assert.equal((await stage.discard(parent)).kind, 'done')
    },
  ),

  contractCase(
    'a job that is replaced by one whose dependency failed ends by its rule',
    ['I9', 'I11'],
    async (stage) => {
      const parent = await jobIn(stage, 'cancelled', { type: 'other' })
      const id = await stage.add(replace)
      const part = {
        dedupeKey: 'key',
        ...termsOf({ ...after(parent, 'cancel').terms, dedupe: replace.terms.dedupe }),
      }
      assert.deepEqual(plain(await stage.submit(part)), [
        { kind: 'standing', id, status: 'cancelled', replaced: true },
      ])
      assert.equal((await stage.submit(replace))[0]?.kind, 'created')
    },
  ),

  contractCase(
    'who would replace a job and is an orphan changes nothing',
    ['I9', 'I11', 'I34'],
    async (stage) => {
      await stage.add(replace)
      const part = { dedupeKey: 'key', ...termsOf({ ...after('nope').terms, dedupe: replace.terms.dedupe }) }
      assert.deepEqual(plain(await stage.unchanged(() => stage.submit(part))), [
        { kind: 'orphan', missing: 'nope' },
      ])
    },
  ),

  contractCase(
    'who depends on a job that is replaced depends on it as before',
    ['I9', 'I11'],
    async (stage) => {
      const id = await stage.add(replace)
      const child = await stage.add(after(id))
      await stage.submit({ ...replace, type: 'other' })
      await stage.end(await stage.take({ types: ['other'] }), complete())
      assert.deepEqual(await stage.takeIds(5), [child])
    },
  ),

  contractCase(
    'who would replace a job and come to wait for it changes nothing',
    ['I9', 'I11', 'I34'],
    async (stage) => {
      const id = await stage.add(replace)
      const child = await stage.add(after(id))
      const grandchild = await stage.add(after(child))
      for (const waitsFor of [id, child, grandchild]) {
        const part = {
          dedupeKey: 'key',
          ...termsOf({ ...after(waitsFor).terms, dedupe: replace.terms.dedupe }),
        }
        const [answer] = await stage.unchanged(() => stage.submit(part))
        assert.deepEqual(plain(answer), { kind: 'circle', id: waitsFor })
      }
      assert.deepEqual(await stage.takeIds(5), [id])
    },
  ),

  contractCase('it waits for one that depended on it and has ended no more', ['I9', 'I11'], async (stage) => {
    const id = await stage.add(replace)
    const child = await stage.add(after(id))
    await stage.cancel(child)
    await stage.settle()
    const part = {
      dedupeKey: 'key',
      ...termsOf({ ...after(child, 'ignore').terms, dedupe: replace.terms.dedupe }),
    }
    assert.deepEqual(plain(await stage.submit(part)), [
      { kind: 'standing', id, status: 'pending', replaced: true },
    ])
    assert.deepEqual(await stage.takeIds(5), [id])
  }),

  contractCase(
    'two jobs that each depend on the other never wait for each other',
    ['I9', 'I11', 'I17'],
    async (stage) => {
      const id = await stage.add(replace)
      const child = await stage.add(after(id, 'ignore'))
      await stage.cancel(child)
      await stage.settle()
      await stage.submit({
        dedupeKey: 'key',
        ...termsOf({ ...after(child, 'ignore').terms, dedupe: replace.terms.dedupe }),
      })
      await stage.cancel(id)
      await stage.settle()
      for (const one of [child, id]) await stage.retry(one)
      assert.equal(await stage.status(id), 'blocked')
      await stage.cancel(child)
      await stage.retry(child)
      await stage.settle()
      for (let run = 0; run < 2; run++) await stage.end(await stage.take(), complete())
      assert.equal((await stage.queue.counts()).completed, 2)
    },
  ),
]
