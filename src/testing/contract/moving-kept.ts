import assert from 'node:assert/strict'
import { movingCase } from './case.js'
import { Road, lookOf } from './road.js'
import { complete, keepOfEach, outcomeOf, plain, release } from './script.js'
import { after, keyed, rated, statusesOf, termsOf } from './terms.js'

/** Terms, ties, keys, notices and steps of jobs that go from one store to another. */
export const movingKeptCases = [
  movingCase('a job arrives with all of its terms', ['I1', 'I13'], async (stage) => {
    const road = await Road.away(stage)
    const parent = await stage.finish()
    const id = await stage.add({
      dedupeKey: 'key',
      delayMs: 60_000,
      ...termsOf({
        ...after(parent, 'ignore').terms,
        concurrency: { key: 'é 🌊', max: 3 },
        rate: { key: '__proto__', max: 2, perMs: 50 },
        dedupe: { mode: 'replace', windowMs: null },
        notices: ['cancelled', 'completed'],
      }),
    })
    const before = lookOf(await stage.record(id))
    await road.travel()
    assert.deepEqual(lookOf(await road.to.get(id)), before)
  }),

  movingCase('a job that came is tied to those that stand there', ['I33'], async (stage) => {
    const road = await Road.here(stage)
    await road.from.submit([stage.job({ id: 'parent' }), stage.job({ id: 'child', ...after('parent') })])
    await road.travel(1)
    await stage.end(await stage.take(), complete(), { keep: false })
    await stage.settle()
    assert.deepEqual([(await stage.discard('parent')).kind, await stage.status('child')], ['held', 'pending'])
    await stage.end(await stage.take(), complete())
    await stage.settle()
    assert.deepEqual(await statusesOf(stage, ['parent', 'child']), ['missing', 'completed'])
  }),

  movingCase('a job that was taken away ties nothing any more', ['I33'], async (stage) => {
    const road = await Road.away(stage)
    const parent = await stage.finish()
    const child = await stage.add(after(parent))
    await road.take(child)
    await stage.settle()
    await stage.prune(keepOfEach({ count: 0 }))
    assert.equal(await stage.status(parent), 'missing')
  }),

  movingCase('keys hold among those that came and those that are there', ['I8'], async (stage) => {
    const road = await Road.here(stage)
    await stage.add(keyed('k', 5))
    await road.from.submit(['a', 'b', 'c'].map((id) => stage.job({ id, ...keyed('k', 2) })))
    await road.travel()
    assert.deepEqual(plain((await stage.queue.keyState({ concurrency: 'k', rate: null })).concurrency), {
      max: 2,
      running: 0,
    })
    assert.equal((await stage.claim(9)).length, 2)
    const left = await road.from.keyState({ concurrency: 'k', rate: null })
    assert.equal(left.concurrency, null)
  }),

  movingCase('a rate holds for those that came', ['I8'], async (stage) => {
    const road = await Road.here(stage)
    await road.from.submit(['a', 'b', 'c'].map((id) => stage.job({ id, ...rated('r', 2, 1000) })))
    await road.travel()
    assert.deepEqual(await stage.takeIds(9), ['a', 'b'])
    await stage.pass(1000)
    assert.deepEqual(await stage.takeIds(9), ['c'])
  }),

  movingCase('steps go with their job', ['I13'], async (stage) => {
    const road = await Road.here(stage)
    await road.from.submit([stage.job({ id: 'job' })])
    const { claims } = await stage.cycle({ instance: 'far', wanted: [0] }, road.from)
    const run = { id: 'job', fence: claims[0]?.fence ?? '' }
    await road.from.keepStep({ ...run, key: 'é', text: '[1.0,"🌊"]' })
    const outcomes = claims.map((claim) => outcomeOf(claim, release))
    await stage.cycle({ instance: 'far', outcomes }, road.from)
    await road.travel()
    const { id, fence } = await stage.take()
    assert.deepEqual(plain(await stage.queue.steps({ id, fence })), [{ key: 'é', text: '[1.0,"🌊"]' }])
    assert.deepEqual(plain(await stage.queue.keepStep({ id, fence, key: 'é', text: '2' })), {
      kind: 'kept',
      text: '[1.0,"🌊"]',
    })
  }),

  movingCase(
    'neither a withdrawal nor an import makes a notice, and the end after it does',
    ['I37'],
    async (stage) => {
      const road = await Road.here(stage)
      const notices = ['completed', 'cancelled'] as const
      await road.from.submit(['a', 'b'].map((id) => stage.job({ id, ...termsOf({ notices }) })))
      await road.from.cancel({ id: 'b', token: stage.token(), reason: null })
      const made = (await road.from.list(everything)).jobs.length
      await road.travel()
      assert.equal((await stage.everyJob()).length, made)
      await stage.end(await stage.take(), complete())
      assert.equal((await stage.everyJob()).length, made + 1)
    },
  ),
]

// -------------------------------------------------------------------------------------------------------------------

const everything = { status: null, type: null, search: null, limit: 100, offset: 0, cursor: null }
