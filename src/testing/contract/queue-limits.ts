import assert from 'node:assert/strict'
import { contractCase } from './case.js'
import { hearsOfWork } from './hearing.js'
import { complete, lanes, outcomeOf, plain, release } from './script.js'
import { keyed } from './terms.js'

/** Limits of the whole queue, as each claimer brings them. */
export const queueLimitCases = [
  contractCase('no more jobs run in the queue than its limit, whoever claims', ['I8'], async (stage) => {
    const limits = { concurrency: 3, rate: null }
    await stage.addMany(10)
    const first = await stage.claim(9, { limits })
    assert.deepEqual([first.length, (await stage.claim(9, { limits, instance: 'i2' })).length], [3, 0])
    await stage.end(first.slice(0, 2), complete())
    assert.equal((await stage.claim(9, { limits, instance: 'i2' })).length, 2)
  }),

  contractCase('more that run than the limit allows let nobody start', ['I8'], async (stage) => {
    await stage.addMany(10)
    const running = await stage.claim(5)
    assert.equal((await stage.claim(5, { limits: { concurrency: 2, rate: null } })).length, 0)
    await stage.end(running.slice(0, 4), release)
    assert.equal((await stage.claim(5, { limits: { concurrency: 2, rate: null } })).length, 1)
  }),

  contractCase('a limit that is none holds nobody up', ['I8'], async (stage) => {
    await stage.addMany(5)
    assert.equal((await stage.claim(9, { limits: { concurrency: null, rate: null } })).length, 5)
  }),

  contractCase('jobs of the library itself neither count nor are held up', ['I8'], async (stage) => {
    const limits = { concurrency: 1, rate: { max: 1, perMs: 1000 } }
    await stage.addMany(4, { type: 'riptide.x' })
    await stage.addMany(3)
    const asides = [{ wanted: [20, 21], types: ['riptide.x'] }]
    const first = await stage.claim(9, { limits, asides, types: ['task'] })
    assert.deepEqual(
      first.map(({ type }) => type),
      ['task', 'riptide.x', 'riptide.x'],
    )
    const second = await stage.claim(9, { limits, asides, types: ['task'] })
    assert.deepEqual(
      second.map(({ type }) => type),
      ['riptide.x', 'riptide.x'],
    )
  }),

  contractCase(
    'slots set aside are held up as all others, and what runs in them counts',
    ['I8'],
    async (stage) => {
      const limits = { concurrency: 3, rate: null }
      await stage.addMany(4, { type: 'other' })
      await stage.addMany(2)
      const asides = [{ wanted: [20, 21, 22], types: ['other'] }]
      const first = await stage.claim(1, { limits, asides, types: ['task'] })
      assert.deepEqual(
        first.map(({ type }) => type),
        ['task', 'other', 'other'],
      )
      assert.equal((await stage.claim(3, { limits, asides, types: ['task'] })).length, 0)
      await stage.end(first.slice(1, 2), complete())
      const second = await stage.claim(0, { limits, asides, types: ['task'] })
      assert.deepEqual(
        second.map(({ type }) => type),
        ['other'],
      )
    },
  ),

  contractCase('starts in slots set aside count for the rate of the queue', ['I8'], async (stage) => {
    const limits = { concurrency: null, rate: { max: 3, perMs: 1000 } }
    const begin = stage.now
    await stage.addMany(4, { type: 'other' })
    await stage.addMany(1)
    const asides = [{ wanted: [20, 21, 22], types: ['other'] }]
    const { claims, nextDueAt } = await stage.cycle({
      wanted: lanes(2),
      limits,
      asides,
      types: ['task'],
      leaseMs: 1e6,
    })
    assert.deepEqual([claims.length, nextDueAt], [3, begin + 1000])
    const query = { concurrency: null, rate: null, queueRate: limits.rate }
    assert.equal((await stage.queue.keyState(query)).queueFreeAt, begin + 1000)
    await stage.pass(1000)
    assert.equal((await stage.queue.keyState(query)).queueFreeAt, null)
    assert.equal((await stage.claim(0, { limits, asides, types: ['task'] })).length, 2)
  }),

  contractCase(
    'no more start within any time than the rate of the queue allows',
    ['I8', 'I21'],
    async (stage) => {
      const limits = { concurrency: null, rate: { max: 3, perMs: 1000 } }
      const begin = stage.now
      await stage.addMany(9)
      const first = await stage.cycle({ wanted: lanes(2), limits, leaseMs: 1e6 })
      assert.deepEqual([first.claims.length, first.nextDueAt], [2, begin + 1e6])
      await stage.pass(400)
      const second = await stage.cycle({ instance: 'i2', wanted: lanes(2), limits, leaseMs: 1e6 })
      assert.deepEqual([second.claims.length, second.nextDueAt], [1, begin + 1000])
      await stage.pass(599)
      assert.deepEqual(await stage.takeIds(9, { limits }), [])
      await stage.pass(1)
      const third = await stage.cycle({ wanted: lanes(9), limits, leaseMs: 1e6 })
      assert.deepEqual([third.claims.length, third.nextDueAt], [2, begin + 1400])
    },
  ),

  contractCase(
    'whoever the limit holds up is told when a run ends, whatever its types',
    ['I20'],
    async (stage) => {
      const limits = { concurrency: 1, rate: null }
      for (const type of ['a', 'b']) {
        await hearsOfWork(
          stage,
          async () => {
            for (let left; left === undefined || left.length > 0; await stage.end(left, complete()))
              left = await stage.claim(9, { types: ['a', 'b', 'task'] })
            const gone = await stage.add({ type: 'a' })
            await stage.add({ type: 'b' })
            await stage.add()
            const run = await stage.take({ limits })
            await stage.cycle({ instance: 'idle', types: ['a'], wanted: [0], limits })
            await stage.cycle({ instance: 'waiting', types: ['b'], wanted: [0], limits })
            if (type === 'a') await stage.cancel(gone)
            return run
          },
          (run) => stage.cycle({ outcomes: [outcomeOf(run, complete())], limits }),
        )
      }
    },
  ),

  contractCase('a rate that holds nobody up falls due for nobody', ['I21'], async (stage) => {
    const limits = { concurrency: null, rate: { max: 1, perMs: 1000 } }
    await stage.add()
    const run = await stage.take({ limits })
    await stage.end(run, complete())
    assert.equal((await stage.cycle({ wanted: [0], limits })).nextDueAt, null)
  }),

  contractCase('a cycle with limits that is sent twice is one', ['I2', 'I8'], async (stage) => {
    const limits = { concurrency: null, rate: { max: 3, perMs: 1000 } }
    await stage.addMany(9)
    const request = stage.request({ wanted: lanes(2), limits })
    const first = await stage.queue.cycle(request)
    assert.deepEqual(plain(await stage.unchanged(() => stage.queue.cycle(request))), plain(first))
    assert.equal((await stage.claim(9, { limits })).length, 1)
  }),

  contractCase(
    'no more run in the queue than may when two adapters claim at once',
    ['I4', 'I8'],
    async (stage) => {
      const other = await stage.other()
      await stage.addMany(30)
      const limits = { concurrency: 4, rate: null }
      const cycles = Array.from({ length: 10 }, (_, i) =>
        stage.cycle({ instance: `i${i}`, wanted: lanes(2), limits }, i % 2 ? other : stage.queue),
      )
      assert.equal((await Promise.all(cycles)).flatMap((reply) => reply.claims).length, 4)
    },
  ),

  contractCase('the limits of the queue and of keys hold together', ['I8'], async (stage) => {
    await stage.addMany(3, keyed('k', 2))
    await stage.addMany(5)
    const limits = { concurrency: 4, rate: null }
    const claims = await stage.claim(9, { limits })
    const { running } =
      (await stage.queue.keyState({ concurrency: 'k', rate: null })).concurrency ?? assert.fail()
    assert.deepEqual([claims.length, running], [4, 2])
  }),
]
