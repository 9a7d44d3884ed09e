import assert from 'node:assert/strict'
import { contractCase } from './case.js'
import { hearsOfWork } from './hearing.js'
import { complete, lanes, leaseMs, plain, release } from './script.js'
import type { Stage } from './stage.js'
import { after, keyed } from './terms.js'

const noticeLane = { wanted: [20, 21], types: ['riptide.x'] }

/** Types of which, or a queue of which, nothing starts. */
export const pauseCases = [
  contractCase('of a paused type nothing starts, and of others all', ['I7'], async (stage) => {
    const held = await stage.addMany(2, { priority: 'critical' })
    const other = await stage.add({ type: 'other', priority: 'low' })
    await stage.queue.pause('task')
    assert.deepEqual(await stage.takeIds(9), [other])
    assert.deepEqual(await pausesOf(stage), { queue: false, types: ['task'] })
    await stage.queue.resume('task')
    assert.deepEqual(await stage.takeIds(9), held)
    assert.deepEqual(await pausesOf(stage), { queue: false, types: [] })
  }),

  contractCase(
    'of a paused queue nothing starts but what is of the library itself',
    ['I7'],
    async (stage) => {
      const ids = await stage.addMany(2)
      const own = await stage.addMany(2, { type: 'riptide.x' })
      await stage.queue.pause(null)
      assert.deepEqual(await pausesOf(stage), { queue: true, types: [] })
      assert.deepEqual(await stage.takeIds(5, { types: ['task', 'other'] }), [])
      assert.deepEqual(await stage.takeIds(1, { types: ['task', 'riptide.x'] }), own.slice(0, 1))
      assert.deepEqual(await stage.takeIds(5, { types: ['task'], asides: [noticeLane] }), own.slice(1))
      await stage.queue.resume(null)
      assert.deepEqual(await stage.takeIds(5), ids)
    },
  ),

  contractCase('a type of the library can be paused by itself', ['I7'], async (stage) => {
    const id = await stage.add({ type: 'riptide.x' })
    await stage.queue.pause('riptide.x')
    assert.deepEqual(await stage.takeIds(1, { types: ['riptide.x'] }), [])
    await stage.queue.resume('riptide.x')
    assert.deepEqual(await stage.takeIds(1, { types: ['riptide.x'] }), [id])
  }),

  contractCase(
    'the pauses of the queue and of its types are undone each by itself',
    ['I7'],
    async (stage) => {
      const id = await stage.add()
      await stage.queue.pause('task')
      await stage.queue.pause('other')
      await stage.queue.pause(null)
      await stage.queue.resume(null)
      const { queue, types } = await stage.queue.pauses()
      assert.deepEqual([queue, [...types].sort(), await stage.takeIds(1)], [false, ['other', 'task'], []])
      await stage.queue.pause(null)
      await stage.queue.resume('task')
      assert.deepEqual(await stage.takeIds(1), [])
      await stage.queue.resume(null)
      assert.deepEqual(await stage.takeIds(1), [id])
      assert.deepEqual(await pausesOf(stage), { queue: false, types: ['other'] })
    },
  ),

  contractCase('a pause or its end that is sent twice is one', ['I2'], async (stage) => {
    for (const type of ['task', null]) {
      await stage.queue.pause(type)
      await stage.unchanged(() => stage.queue.pause(type))
    }
    for (const type of ['task', null, 'never']) {
      await stage.queue.resume(type)
      await stage.unchanged(() => stage.queue.resume(type))
    }
    const id = await stage.add()
    assert.deepEqual(await stage.takeIds(1), [id])
  }),

  contractCase(
    'a pause holds for every process, and is there for one that comes later',
    ['I15', 'I20'],
    async (stage) => {
      await stage.add()
      await stage.queue.pause('task')
      const other = await stage.other()
      assert.deepEqual(plain(await other.pauses()), { queue: false, types: ['task'] })
      assert.equal((await stage.cycle({ wanted: [0], instance: 'i2' }, other)).claims.length, 0)
      await other.resume('task')
      assert.equal((await stage.claim(1)).length, 1)
    },
  ),

  contractCase('types are told apart, whatever they look like', ['I15'], async (stage) => {
    const types = ['a', 'A', 'a:b', '__proto__', 'constructor', '*', 'é', '🌊']
    for (const type of types) await stage.add({ type })
    for (const type of types) await stage.queue.pause(type)
    assert.deepEqual([...(await stage.queue.pauses()).types].sort(), [...types].sort())
    for (const type of types) {
      await stage.queue.resume(type)
      const claims = await stage.claim(9, { types })
      assert.deepEqual(
        claims.map((claim) => claim.type),
        [type],
      )
    }
  }),

  contractCase('what runs goes on in a pause, and what comes waits', ['I1', 'I4'], async (stage) => {
    await stage.addMany(2)
    const [first, second] = await stage.claim(2)
    assert.ok(first && second)
    await stage.queue.pause(null)
    assert.equal((await stage.renew([first])).lost.length, 0)
    await stage.end(first, complete())
    await stage.end(second, release)
    await stage.submit({}, { delayMs: 10 })
    await stage.pass(10)
    await stage.settle()
    const { pending, completed } = await stage.queue.counts()
    assert.deepEqual([pending, completed, await stage.takeIds(9)], [3, 1, []])
    await stage.queue.resume(null)
    assert.equal((await stage.claim(9)).length, 3)
  }),

  contractCase(
    'in a pause runs whose leases are over are taken back, and dependencies followed',
    ['I11', 'I19'],
    async (stage) => {
      const parent = await stage.add()
      const child = await stage.add(after(parent))
      await stage.take()
      await stage.queue.pause(null)
      await stage.pass(leaseMs)
      await stage.settle()
      assert.equal(await stage.status(parent), 'pending')
      await stage.cancel(parent)
      await stage.settle()
      assert.equal(await stage.status(child), 'dead_letter')
    },
  ),

  contractCase('paused jobs do not count as waiting: nothing is skipped for them', ['I23'], async (stage) => {
    await stage.addMany(3, { type: 'other', priority: 'low' })
    await stage.addMany(20, { priority: 'critical' })
    await stage.queue.pause('other')
    await stage.claim(18)
    assert.equal((await stage.queue.counts()).skips.low, 0)
    await stage.queue.resume('other')
    await stage.claim(1)
    assert.equal((await stage.queue.counts()).skips.low, 1)
  }),

  contractCase(
    'with paused and full keys in the way a low job waits at most 17 claims',
    ['I8', 'I23'],
    async (stage) => {
      await stage.addMany(30, { priority: 'critical' })
      await stage.addMany(30, { type: 'other', priority: 'high' })
      await stage.addMany(5, { priority: 'normal', ...keyed('full', 1) })
      const low = await stage.add({ priority: 'low' })
      await stage.queue.pause('other')
      let waited = 0
      for (let isServed = false; !isServed; waited++) {
        assert.ok(waited < 17, 'it waits for no more claims')
        isServed = (await stage.take()).id === low
      }
    },
  ),

  contractCase(
    'a key whose first job is of a paused type goes on with another',
    ['I7', 'I8'],
    async (stage) => {
      await stage.add({ type: 'other', ...keyed('k', 1) })
      const id = await stage.add(keyed('k', 1))
      await stage.queue.pause('other')
      assert.deepEqual(await stage.takeIds(9), [id])
    },
  ),

  ...([null, 'task'] as const).map((type) =>
    contractCase(
      `who waits is told when the pause of ${type === null ? 'the queue' : 'its type'} is over`,
      ['I20'],
      (stage) =>
        hearsOfWork(
          stage,
          async () => {
            await stage.queue.pause(type)
            await stage.add()
            await stage.cycle({ instance: 'waiting', wanted: lanes(9), types: ['task'] })
          },
          () => stage.queue.resume(type),
        ),
    ),
  ),

  contractCase(
    'who claims at once with a pause gets all or nothing, and who comes after it nothing',
    ['I7'],
    async (stage) => {
      const other = await stage.other()
      await stage.addMany(40)
      const cycles = Array.from({ length: 6 }, (_, i) => stage.cycle({ instance: `i${i}`, wanted: lanes(2) }))
      const [, ...replies] = await Promise.all([other.pause('task'), ...cycles])
      for (const { claims } of replies) assert.ok(claims.length === 0 || claims.length === 2)
      assert.deepEqual(await stage.takeIds(9), [])
    },
  ),
]

// -------------------------------------------------------------------------------------------------------------------

async function pausesOf(stage: Stage): Promise<unknown> {
  return plain(await stage.queue.pauses())
}
