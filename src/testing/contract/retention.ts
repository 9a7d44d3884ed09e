import assert from 'node:assert/strict'
import { isFinal, jobStates } from '../../core/states.js'
import { contractCase } from './case.js'
import { complete, completeWith, fail, keep, keepOfEach, plain } from './script.js'
import type { Stage } from './stage.js'
import { jobIn } from './states.js'

const hour = 3_600_000

/** What is removed, and what never is. */
export const retentionCases = [
  contractCase('nothing is removed that is to be kept', ['I1', 'I33'], async (stage) => {
    for (const settlement of [complete(), fail()]) await stage.finish(settlement)
    const answer = await stage.unchanged(() => stage.prune())
    assert.deepEqual(plain(answer), { removedJobs: 0, expiredResults: 0, orphanedResults: [], more: false })
  }),

  ...jobStates.map((status) =>
    contractCase(
      `a ${status} job is ${isFinal(status) ? 'removed' : 'kept'} when nothing is to be kept`,
      ['I1', 'I33'],
      async (stage) => {
        const id = await jobIn(stage, status)
        const { removedJobs } = await stage.prune(keepOfEach({ ageMs: 0, count: 0, bytes: 0 }))
        assert.deepEqual(
          [removedJobs, await stage.status(id)],
          isFinal(status) ? [1, 'missing'] : [0, status],
        )
      },
    ),
  ),

  contractCase('jobs beyond the count are removed, those that ended first', ['I33'], async (stage) => {
    const ids = await finishMany(stage, 6)
    const answer = await stage.prune(keepOfEach({ count: 2 }))
    assert.equal(answer.removedJobs, 4)
    assert.deepEqual((await stage.list()).jobs.map((job) => job.id).reverse(), ids.slice(4))
  }),

  contractCase('it is the end that counts, not the submission', ['I33'], async (stage) => {
    await stage.addMany(2)
    const [first, second] = await stage.claim(2)
    assert.ok(first && second)
    await stage.end(second, complete())
    await stage.pass(10)
    await stage.end(first, complete())
    await stage.prune(keepOfEach({ count: 1 }))
    assert.deepEqual([await stage.status(first.id), await stage.status(second.id)], ['completed', 'missing'])
  }),

  contractCase('jobs beyond the age are removed, and not before', ['I1', 'I33'], async (stage) => {
    const id = await stage.finish()
    await stage.pass(hour - 1)
    assert.equal((await stage.prune(keepOfEach({ ageMs: hour }))).removedJobs, 0)
    await stage.pass(2)
    assert.equal((await stage.prune(keepOfEach({ ageMs: hour }))).removedJobs, 1)
    assert.equal(await stage.status(id), 'missing')
  }),

  contractCase('jobs beyond the bytes are removed, those that ended first', ['I33', 'I36'], async (stage) => {
    const payload = JSON.stringify('x'.repeat(10_000))
    const ids = await finishMany(stage, 10, payload)
    await stage.prune(keepOfEach({ bytes: 50_000 }))
    const left = (await stage.list()).jobs.map((job) => job.id).reverse()
    assert.ok(left.length > 0 && left.length < 6, `${left.length} of ten are kept`)
    assert.deepEqual(left, ids.slice(-left.length))
  }),

  contractCase('results count as bytes', ['I33', 'I36'], async (stage) => {
    for (let i = 0; i < 10; i++) await stage.finish(complete(JSON.stringify('y'.repeat(10_000))))
    const { removedJobs } = await stage.prune(keepOfEach({ bytes: 50_000 }))
    assert.ok(removedJobs >= 5 && removedJobs < 10, `${removedJobs} of ten are removed`)
  }),

  contractCase('the tightest of the three decides', ['I33'], async (stage) => {
    await finishMany(stage, 5)
    assert.equal((await stage.prune(keepOfEach({ ageMs: hour, count: 3 }))).removedJobs, 2)
    await stage.pass(hour + 1)
    assert.equal((await stage.prune(keepOfEach({ ageMs: hour, count: 3 }))).removedJobs, 3)
  }),

  contractCase('each final state has a retention of its own', ['I33'], async (stage) => {
    const completed = await jobIn(stage, 'completed')
    const dead = await jobIn(stage, 'dead_letter')
    const cancelled = await jobIn(stage, 'cancelled')
    await stage.prune({ completed: keep({ count: 0 }) })
    assert.deepEqual(await statesOf(stage, [completed, dead, cancelled]), [
      'missing',
      'dead_letter',
      'cancelled',
    ])
    await stage.prune({ cancelled: keep({ count: 0 }) })
    assert.deepEqual(await statesOf(stage, [completed, dead, cancelled]), [
      'missing',
      'dead_letter',
      'missing',
    ])
    await stage.prune({ dead_letter: keep({ count: 0 }) })
    assert.deepEqual(await statesOf(stage, [completed, dead, cancelled]), ['missing', 'missing', 'missing'])
  }),

  contractCase(
    'one step removes no more than its limit, says so, and the next goes on',
    ['I33', 'I36'],
    async (stage) => {
      const ids = await finishMany(stage, 10)
      const removed: number[] = []
      for (let more = true; more;) {
        const answer = await stage.prune({ ...keepOfEach({ count: 1 }), limit: 4 })
        removed.push(answer.removedJobs)
        more = answer.more
        assert.ok(removed.length < 20)
      }
      assert.ok(Math.max(...removed) <= 4)
      assert.equal(
        removed.reduce((sum, n) => sum + n, 0),
        9,
      )
      assert.deepEqual(
        (await stage.list()).jobs.map((job) => job.id),
        ids.slice(-1),
      )
    },
  ),

  contractCase(
    'results whose time is over are dropped and their jobs stay',
    ['I14', 'I33'],
    async (stage) => {
      await stage.addMany(2)
      const [short, long] = await stage.claim(2)
      assert.ok(short && long)
      await stage.end(short, complete(), { resultTtlMs: 1000 })
      await stage.end(long, complete(), { resultTtlMs: 5000 })
      await stage.pass(1000)
      assert.equal((await stage.prune()).expiredResults, 1)
      assert.equal((await stage.prune()).expiredResults, 0)
      assert.equal((await stage.record(short.id)).status, 'completed')
      assert.notEqual((await stage.record(long.id)).result, null)
    },
  ),

  contractCase(
    'one step drops no more results than its limit, and the next goes on',
    ['I33', 'I36'],
    async (stage) => {
      await stage.addMany(10)
      await stage.end(await stage.claim(10), complete(), { resultTtlMs: 100 })
      await stage.pass(100)
      let dropped = 0
      for (let more = true; more;) {
        const answer = await stage.prune({ limit: 4 })
        assert.ok(answer.expiredResults <= 4, `${answer.expiredResults} of at most 4 are dropped`)
        dropped += answer.expiredResults
        more = answer.more
      }
      assert.equal(dropped, 10)
    },
  ),

  contractCase('the key of a result whose job is removed is handed back, once', ['I33'], async (stage) => {
    await stage.finish(completeWith({ key: 'result/a/1/2' }))
    await stage.finish(complete())
    const answer = await stage.prune(keepOfEach({ count: 0 }))
    assert.deepEqual(plain(answer.orphanedResults), ['result/a/1/2'])
    assert.deepEqual(plain((await stage.prune(keepOfEach({ count: 0 }))).orphanedResults), [])
  }),

  contractCase('a removed job takes nothing of the others with it', ['I1', 'I17'], async (stage) => {
    const gone = await stage.finish(complete(), { dedupeKey: 'k' })
    const kept = await stage.add({ dedupeKey: 'k' })
    await stage.prune(keepOfEach({ count: 0 }))
    assert.equal(await stage.status(gone), 'missing')
    const [answer] = await stage.submit({ dedupeKey: 'k' })
    assert.deepEqual(plain(answer), { kind: 'standing', id: kept, status: 'pending' })
  }),

  contractCase('a job with a new life is not removed for its old one', ['I1', 'I33'], async (stage) => {
    const id = await jobIn(stage, 'dead_letter')
    await stage.pass(hour)
    await stage.retry(id)
    await stage.prune(keepOfEach({ ageMs: 1, count: 0, bytes: 0 }))
    assert.equal(await stage.status(id), 'pending')
    await stage.end(await stage.take(), fail())
    await stage.prune(keepOfEach({ ageMs: 1 }))
    assert.equal(await stage.status(id), 'dead_letter')
  }),

  contractCase(
    'a removed job can neither be cancelled, nor revived, nor reported on',
    ['I33', 'I34'],
    async (stage) => {
      const id = await stage.add()
      const claim = await stage.take()
      await stage.end(claim, fail())
      await stage.prune(keepOfEach({ count: 0 }))
      assert.equal((await stage.cancel(id)).kind, 'missing')
      assert.equal((await stage.retry(id)).kind, 'missing')
      assert.equal((await stage.end(claim, complete())).stale.length, 1)
      assert.equal((await stage.renew([claim])).lost.length, 1)
    },
  ),

  contractCase(
    'an id that is used again gets no fence that its first job had',
    ['I3', 'I33'],
    async (stage) => {
      const id = await stage.add()
      const first = await stage.take()
      await stage.end(first, fail())
      await stage.prune(keepOfEach({ count: 0 }))
      await stage.add({ id, token: 'fresh' })
      const second = await stage.take()
      assert.ok(BigInt(second.fence) > BigInt(first.fence), 'a late worker of the first job is told apart')
    },
  ),
]

// -------------------------------------------------------------------------------------------------------------------

async function finishMany(stage: Stage, n: number, payload = '{}'): Promise<readonly string[]> {
  const ids: string[] = []
  for (let i = 0; i < n; i++) {
    ids.push(await stage.finish(complete(), { payload }))
    await stage.pass(1)
  }
  return ids
}

function statesOf(stage: Stage, ids: readonly string[]): Promise<readonly string[]> {
  return Promise.all(ids.map((id) => stage.status(id)))
}
