import assert from 'node:assert/strict'
import { contractCase } from './case.js'
import { complete, completeWith, fail, outcomeOf, plain, release, retryIn } from './script.js'
import type { Stage } from './stage.js'

/** Jobs of which nothing is kept once they have completed. */
export const unkeptCases = [
  contractCase(
    'a job of which nothing is to be kept is gone when it has completed',
    ['I33'],
    async (stage) => {
      const { id } = await completeUnkept(stage)
      assert.equal(await stage.queue.get(id), null)
      assert.deepEqual(plain(await stage.list()), { jobs: [], total: 0, nextCursor: null })
      assert.equal((await stage.queue.counts()).completed, 0)
    },
  ),

  contractCase('of the jobs of one step only those go that are not to be kept', ['I33'], async (stage) => {
    const ids = await stage.addMany(4)
    const claims = await stage.claim(4)
    const outcomes = claims.map((claim, i) => outcomeOf(claim, complete(), { keep: i % 2 === 0 }))
    assert.equal((await stage.cycle({ outcomes })).stale.length, 0)
    const states = await Promise.all(ids.map((id) => stage.status(id)))
    assert.deepEqual(states, ['completed', 'missing', 'completed', 'missing'])
  }),

  contractCase('nothing is left of it for retention, not even its result', ['I33'], async (stage) => {
    await completeUnkept(stage, completeWith({ key: 'result/x/1/99' }))
    const { removedJobs, orphanedResults, more } = await stage.prune({
      completed: { ageMs: 0, count: 0, bytes: 0 },
    })
    assert.deepEqual([removedJobs, [...orphanedResults], more], [0, [], false])
  }),

  contractCase('it counts as any other', ['I31'], async (stage) => {
    await completeUnkept(stage)
    await stage.finish()
    const metrics = (await stage.queue.metrics()).types['task']
    const runs = Object.values(metrics?.runs ?? {}).reduce((sum, n) => sum + n, 0)
    assert.deepEqual([metrics?.submitted, metrics?.completed, metrics?.totalRunMs, runs], [2, 2, 10, 2])
  }),

  contractCase('its dedupe key is free', ['I9'], async (stage) => {
    await stage.add({ dedupeKey: 'k' })
    await stage.end(await stage.take(), complete(), { keep: false })
    const [answer] = await stage.submit({ dedupeKey: 'k' })
    assert.equal(answer?.kind, 'created')
  }),

  contractCase('its id is free, and its fences go on growing', ['I3'], async (stage) => {
    const { id, fence } = await completeUnkept(stage)
    const [answer] = await stage.submit({ id, digest: 'another' })
    assert.equal(answer?.kind, 'created')
    assert.ok(BigInt((await stage.take()).fence) > BigInt(fence), 'the fence has grown')
  }),

  contractCase('a second report of it is stale, and the same cycle again is not', ['I2'], async (stage) => {
    const claim = await claimOne(stage)
    const request = stage.request({ outcomes: [outcomeOf(claim, complete(), { keep: false })] })
    const first = await stage.queue.cycle(request)
    assert.equal(first.kind === 'done' && first.stale.length, 0)
    assert.deepEqual(plain(await stage.unchanged(() => stage.queue.cycle(request))), plain(first))
    const second = await stage.unchanged(() => stage.end(claim, complete(), { keep: false }))
    assert.deepEqual(plain(second.stale), [{ id: claim.id, fence: claim.fence }])
  }),

  contractCase('a renewal of it is told that it is lost', ['I3'], async (stage) => {
    const claim = await completeUnkept(stage)
    assert.equal((await stage.renew([claim])).lost[0]?.id, claim.id)
  }),

  contractCase('only a completed job goes: others are kept as ever', ['I33'], async (stage) => {
    const ids = await stage.addMany(3)
    const claims = await stage.claim(3)
    const how = [fail(), retryIn(1000), release]
    const outcomes = claims.map((claim, i) => outcomeOf(claim, how[i] ?? release, { keep: false }))
    await stage.cycle({ outcomes })
    const states = await Promise.all(ids.map((id) => stage.status(id)))
    assert.deepEqual(states, ['dead_letter', 'retrying', 'pending'])
  }),

  contractCase('the line of its schedule goes on behind it, one by one', ['I11'], async (stage) => {
    const { id } = await stage.schedule()
    const line: string[] = []
    for (let i = 0; i < 3; i++) line.push(await stage.fired(id, { overlap: 'queue' }))
    for (const [i, expected] of line.entries()) {
      assert.equal((await stage.scheduleNow(id)).live, 3 - i)
      const claims = await stage.claim(3)
      assert.deepEqual(
        claims.map((claim) => claim.id),
        [expected],
      )
      await stage.end(claims, complete(), { keep: false })
      await stage.settle()
      assert.equal(await stage.status(expected), 'missing')
    }
    assert.equal((await stage.scheduleNow(id)).live, 0)
  }),

  contractCase('who waited for it is told, and waits for nobody', ['I11', 'I17'], async (stage) => {
    const { id } = await stage.schedule()
    await stage.fired(id, { overlap: 'queue' })
    const behind = await stage.fired(id, { overlap: 'queue' })
    await stage.end(await stage.take(), complete(), { keep: false })
    await stage.settle()
    const { status, blockedBy } = await stage.record(behind)
    assert.deepEqual([status, blockedBy], ['pending', null])
  }),
]

// -------------------------------------------------------------------------------------------------------------------

async function claimOne(stage: Stage): Promise<Awaited<ReturnType<Stage['take']>>> {
  await stage.add()
  return stage.take()
}

/** Runs one job to its end and keeps nothing of it; its claim. */
async function completeUnkept(stage: Stage, settlement = complete()): ReturnType<Stage['take']> {
  const claim = await claimOne(stage)
  await stage.end(claim, settlement, { keep: false })
  return claim
}
