import assert from 'node:assert/strict'
import { contractCase } from './case.js'
import { complete, leaseMs } from './script.js'
import type { Stage } from './stage.js'

/** Work that is too much for one step is done in several, and none is lost between them. */
export const boundCases = [
  contractCase('the limits of a step are such that something can be done', ['I36'], async (stage) => {
    const { items, bytes, wakeJitterMs } = stage.queue.limits
    assert.ok(Number.isInteger(items) && items >= 16, `${items} items`)
    assert.ok(bytes >= 1_000_000, `${bytes} bytes`)
    assert.ok(wakeJitterMs >= 0 && wakeJitterMs <= 1000, `${wakeJitterMs} ms`)
    assert.match(stage.queue.kind, /^[a-z][a-z0-9-]*$/)
    await stage.add()
  }),

  contractCase('a step may carry as many jobs as the limit says', ['I1', 'I36'], async (stage) => {
    const n = Math.min(stage.queue.limits.items, 1024)
    const ids = await stage.addMany(n)
    assert.deepEqual(await drainIds(stage, n), ids)
  }),

  contractCase(
    'a thousand jobs that fall due at once are all ready, in bounded steps',
    ['I6', 'I21', 'I36'],
    async (stage) => {
      await stage.addMany(1000, { delayMs: 1000 })
      await stage.pass(1000)
      await stage.settle()
      const { pending, delayed } = await stage.queue.counts()
      assert.deepEqual([pending, delayed], [1000, 0])
    },
  ),

  contractCase(
    'a thousand runs whose leases are over at once are taken back once each',
    ['I5', 'I19', 'I36'],
    async (stage) => {
      await stage.addMany(1000)
      assert.equal((await stage.claimAll(1000)).length, 1000)
      await stage.pass(leaseMs)
      let reclaimed = 0
      for (let more = true; more;) {
        const reply = await stage.cycle({ instance: 'rescue' })
        reclaimed += reply.reclaimed.length
        more = reply.more
      }
      assert.equal(reclaimed, 1000)
      assert.equal((await stage.queue.metrics()).types['task']?.crashed, 1000)
    },
  ),

  contractCase('a step that was cut short says so, and one that was not does not', ['I36'], async (stage) => {
    await stage.addMany(5)
    const { more, claims } = await stage.cycle({ wanted: [0] })
    assert.deepEqual([claims.length, more], [1, false])
  }),

  contractCase('many small steps and one large one come to the same', ['I31'], async (stage) => {
    await stage.addMany(60)
    const ids = await drainIds(stage, 1)
    assert.equal(new Set(ids).size, 60)
    assert.equal((await stage.queue.counts()).completed, 60)
  }),
]

// -------------------------------------------------------------------------------------------------------------------

/** Claims and completes everything, up to `n` at a time; the ids in the order of their claims. */
async function drainIds(stage: Stage, n: number): Promise<readonly string[]> {
  const ids: string[] = []
  for (;;) {
    const claims = await stage.claim(n)
    if (claims.length === 0) return ids
    ids.push(...claims.map((claim) => claim.id))
    await stage.end(claims, complete())
  }
}
