import assert from 'node:assert/strict'
import { noticeType } from '../../core/job-terms.js'
import { contractCase } from './case.js'
import { complete, plain } from './script.js'
import { keyed, rated, termsOf } from './terms.js'

/** Slots whose jobs have keys, or notices. */
export const slotTermCases = [
  contractCase(
    'the jobs of slots hold to their key, beside those that were submitted',
    ['I8', 'I24'],
    async (stage) => {
      const { id } = await stage.schedule()
      const own = await stage.add(keyed('k', 1))
      const fired = await stage.fired(id, { job: stage.job(keyed('k', 1)) })
      assert.deepEqual(plain((await stage.record(fired)).terms), keyed('k', 1).terms)
      const run = await stage.take()
      assert.deepEqual([run.id, await stage.takeIds(5)], [own, []])
      await stage.end(run, complete())
      assert.deepEqual(await stage.takeIds(5), [fired])
      assert.equal((await stage.scheduleNow(id)).live, 1)
    },
  ),

  contractCase(
    'the jobs of slots start no more often than their rate allows',
    ['I8', 'I24'],
    async (stage) => {
      const { id } = await stage.schedule()
      const ids: string[] = []
      for (let slot = 0; slot < 3; slot++)
        ids.push(await stage.fired(id, { job: stage.job(rated('r', 2, 1000)) }))
      assert.deepEqual(await stage.takeIds(5), ids.slice(0, 2))
      await stage.pass(1000)
      assert.deepEqual(await stage.takeIds(5), ids.slice(2))
    },
  ),

  contractCase(
    'a job that is let go in its line takes its place in its key',
    ['I8', 'I11'],
    async (stage) => {
      const { id } = await stage.schedule()
      const job = () => stage.job(keyed('k', 1))
      const [first, second] = [
        await stage.fired(id, { overlap: 'queue', job: job() }),
        await stage.fired(id, { overlap: 'queue', job: job() }),
      ]
      const own = await stage.add(keyed('k', 1))
      for (const expected of [first, own, second]) {
        const run = await stage.take()
        assert.deepEqual([run.id, await stage.takeIds(5)], [expected, []])
        await stage.end(run, complete())
      }
      const { concurrency } = await stage.queue.keyState({ concurrency: 'k', rate: null })
      assert.equal(concurrency, null)
    },
  ),

  contractCase('a slot that is fired twice registers its job once', ['I8', 'I24'], async (stage) => {
    const { id, version, nextSlot } = await stage.schedule()
    const slot = nextSlot ?? 0
    const request = {
      id,
      version,
      slot,
      next: slot + 1,
      job: stage.job(keyed('k', 2)),
      missed: 0,
      queueLimit: 9,
    }
    const first = await stage.queue.fire({ ...request, overlap: 'allow' })
    const again = await stage.unchanged(() => stage.queue.fire({ ...request, overlap: 'allow' }))
    assert.deepEqual(plain(again), plain(first))
    await stage.end(await stage.take(), complete())
    const { concurrency } = await stage.queue.keyState({ concurrency: 'k', rate: null })
    assert.equal(concurrency, null)
  }),

  contractCase(
    'the end of a slot’s job makes the notice that its terms ask for',
    ['I24', 'I37'],
    async (stage) => {
      const { id } = await stage.schedule()
      const fired = await stage.fired(id, { job: stage.job(termsOf({ notices: ['completed'] })) })
      await stage.end(await stage.take(), complete())
      const notice = await stage.take({ types: [noticeType] })
      assert.equal((JSON.parse(notice.payload) as { readonly job: string }).job, fired)
      assert.equal((await stage.scheduleNow(id)).live, 0)
    },
  ),
]
