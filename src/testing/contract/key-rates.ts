import assert from 'node:assert/strict'
import type { KeyState } from '../../core/queue-adapter.js'
import { contractCase } from './case.js'
import { complete, fail, lanes, plain, release } from './script.js'
import type { Stage } from './stage.js'
import { keyed, rated, termsOf } from './terms.js'

/** How many jobs with one key start within a time. */
export const keyRateCases = [
  contractCase('no more jobs of a key start at once than its rate allows', ['I8'], async (stage) => {
    const ids = await stage.addMany(6, rated('r', 3, 1000))
    assert.deepEqual(await stage.takeIds(5), ids.slice(0, 3))
    assert.deepEqual(await stage.takeIds(5, { instance: 'i2' }), [])
  }),

  contractCase(
    'in no window of that length do more start, wherever it begins',
    ['I8', 'I21'],
    async (stage) => {
      await stage.addMany(40, rated('r', 3, 1000))
      const begin = stage.now
      const starts: number[] = []
      while (stage.now < begin + 5000) {
        starts.push(...(await stage.claim(1 + (stage.now % 3))).map(({ startedAt }) => startedAt - begin))
        await stage.pass(1 + ((stage.now * 7) % 120))
      }
      for (const [i, start] of starts.entries()) {
        const fourth = starts[i + 3]
        assert.ok(fourth === undefined || fourth - start >= 1000, `four within a second: ${starts.join(' ')}`)
      }
      assert.ok(starts.length >= 13, `only ${starts.length} have started`)
    },
  ),

  contractCase(
    'the next starts when the oldest that counts is as old as the window, to the millisecond',
    ['I8', 'I21'],
    async (stage) => {
      const begin = stage.now
      await stage.addMany(5, rated('r', 2, 1000))
      assert.equal((await stage.cycle({ wanted: [0], leaseMs: 1_000_000 })).claims.length, 1)
      await stage.pass(300)
      assert.equal((await stage.cycle({ wanted: [0], leaseMs: 1_000_000 })).nextDueAt, begin + 1000)
      assert.deepEqual(await rateOf(stage, 'r'), { max: 2, perMs: 1000, freeAt: begin + 1000 })
      await stage.pass(699)
      assert.deepEqual(await stage.takeIds(2), [])
      await stage.pass(1)
      const { claims, nextDueAt } = await stage.cycle({ wanted: [0, 1], leaseMs: 1_000_000 })
      assert.deepEqual([claims.length, nextDueAt], [1, begin + 1300])
      await stage.pass(300)
      assert.equal((await stage.claim(2, { leaseMs: 1_000_000 })).length, 1)
    },
  ),

  contractCase('starts that were over count again when the time of a rate grows', ['I8'], async (stage) => {
    const rated = (perMs: number) => termsOf({ rate: { key: 'k', max: 2, perMs } })
    // A live job keeps what is known of its key.
    await stage.add({ ...rated(1000), delayMs: 1e6 })
    for (let i = 0; i < 2; i++) {
      await stage.add(rated(1000))
      await stage.end(await stage.take(), complete())
      await stage.pass(1500)
    }
    await stage.addMany(2, rated(60_000))
    assert.equal((await stage.claim(9)).length, 0)
  }),

  contractCase('a start counts after the job has ended, however it did', ['I8'], async (stage) => {
    for (const settlement of [complete(), fail()]) {
      await stage.add(rated('r', 2, 1000))
      await stage.end(await stage.take(), settlement, { keep: false })
    }
    const id = await stage.add(rated('r', 2, 1000))
    assert.deepEqual(await stage.takeIds(1), [])
    await stage.pass(1000)
    assert.deepEqual(await stage.takeIds(1), [id])
  }),

  contractCase('a start counts though the run was handed back, or taken away', ['I8'], async (stage) => {
    const [a, b] = await stage.addMany(2, rated('r', 2, 1000))
    assert.ok(a && b)
    await stage.end(await stage.take(), release)
    assert.deepEqual(await stage.takeIds(1), [a])
    assert.deepEqual(await stage.takeIds(1), [])
    await stage.cancel(a)
    assert.deepEqual(await stage.takeIds(1), [])
    await stage.pass(1000)
    assert.deepEqual(await stage.takeIds(1), [b])
  }),

  contractCase('each attempt is a start', ['I8'], async (stage) => {
    const id = await stage.add(rated('r', 1, 1000))
    await stage.end(await stage.take(), {
      kind: 'retry',
      afterMs: 10,
      error: { code: 'X', name: 'X', message: 'x' },
    })
    await stage.pass(10)
    assert.deepEqual(await stage.takeIds(1), [])
    await stage.pass(990)
    assert.deepEqual(await stage.takeIds(1), [id])
  }),

  contractCase('the job that was submitted last says the rate of its key', ['I8'], async (stage) => {
    await stage.addMany(4, rated('r', 1, 1000))
    await stage.take()
    await stage.add({ type: 'unknown', ...rated('r', 3, 1000) })
    assert.equal((await stage.claim(9)).length, 2)
    await stage.pass(500)
    await stage.add({ type: 'unknown', ...rated('r', 3, 500) })
    assert.equal((await stage.claim(9)).length, 1)
  }),

  contractCase('a step says when the first of several rates allows a start', ['I21'], async (stage) => {
    const begin = stage.now
    await stage.addMany(2, rated('slow', 1, 5000))
    await stage.addMany(2, rated('quick', 1, 700))
    const { claims, nextDueAt } = await stage.cycle({ wanted: lanes(9), leaseMs: 1_000_000 })
    assert.deepEqual([claims.length, nextDueAt], [2, begin + 700])
    const again = await stage.cycle({ wanted: [] })
    assert.equal(again.nextDueAt, begin + 700, 'whoever asks')
  }),

  contractCase('what no rate holds up falls due by none', ['I21'], async (stage) => {
    const both = termsOf({ concurrency: { key: 'k', max: 1 }, rate: { key: 'r', max: 1, perMs: 700 } })
    await stage.addMany(2, both)
    await stage.add(rated('alone', 1, 700))
    const begin = stage.now
    const { claims, nextDueAt } = await stage.cycle({ wanted: lanes(9), leaseMs: 1_000_000 })
    assert.deepEqual([claims.length, nextDueAt], [2, begin + 1_000_000])
    const full = await stage.end(claims.slice(0, 1), complete())
    assert.equal(full.nextDueAt, begin + 700)
  }),

  contractCase(
    'a rate that nobody has any more, and whose time is over, begins anew',
    ['I8'],
    async (stage) => {
      const rated = (perMs: number) => termsOf({ rate: { key: 'k', max: 1, perMs } })
      await stage.add(rated(500))
      await stage.end(await stage.take(), complete())
      await stage.pass(500)
      const id = await stage.add(rated(60_000))
      assert.deepEqual(await stage.takeIds(9), [id])
      await stage.add(rated(60_000))
      assert.deepEqual(await stage.takeIds(9), [])
    },
  ),

  contractCase('a rate and a concurrency key hold each in its own way', ['I8'], async (stage) => {
    const both = termsOf({ concurrency: { key: 'k', max: 2 }, rate: { key: 'r', max: 3, perMs: 1000 } })
    await stage.addMany(9, both)
    const first = await stage.claim(9)
    await stage.end(first, complete())
    const second = await stage.claim(9)
    assert.deepEqual([first.length, second.length], [2, 1])
    await stage.pass(1000)
    assert.equal((await stage.claim(9)).length, 1, 'one of the second runs still')
  }),

  contractCase('a rate holds for jobs of all types and classes together', ['I8'], async (stage) => {
    await stage.add({ type: 'other', priority: 'low', ...rated('r', 2, 1000) })
    await stage.addMany(3, { priority: 'critical', ...rated('r', 2, 1000) })
    await stage.take({ types: ['other'] })
    assert.equal((await stage.claim(9)).length, 1)
  }),

  contractCase('no more start than may when two adapters claim at once', ['I4', 'I8'], async (stage) => {
    const other = await stage.other()
    await stage.addMany(20, rated('r', 3, 1000))
    const cycles = Array.from({ length: 10 }, (_, i) =>
      stage.cycle({ instance: `i${i}`, wanted: lanes(2) }, i % 2 ? other : stage.queue),
    )
    assert.equal((await Promise.all(cycles)).flatMap((reply) => reply.claims).length, 3)
  }),

  contractCase('a cycle sent twice is one start', ['I2', 'I8'], async (stage) => {
    await stage.addMany(3, rated('r', 2, 1000))
    const request = stage.request({ wanted: [0] })
    const first = await stage.queue.cycle(request)
    assert.deepEqual(plain(await stage.queue.cycle(request)), plain(first))
    assert.equal((await stage.claim(9)).length, 1)
  }),

  contractCase(
    'nothing remains of a rate whose starts are old and that no live job has',
    ['I17', 'I36'],
    async (stage) => {
      await stage.add(rated('r', 1, 1000))
      await stage.end(await stage.take(), complete())
      await stage.pass(1000)
      await stage.settle()
      await stage.prune()
      assert.equal(await rateOf(stage, 'r'), null)
      assert.equal(await rateOf(stage, 'never'), null)
      await stage.add(rated('r', 1, 1000))
      assert.deepEqual(await rateOf(stage, 'r'), { max: 1, perMs: 1000, freeAt: null })
    },
  ),

  contractCase('a rate of many thousand starts is kept to the last of them', ['I8', 'I36'], async (stage) => {
    const begin = stage.now
    await stage.addMany(300, rated('r', 250, 1000))
    for (let i = 0; i < 5; i++) {
      assert.equal((await stage.claimAll(50)).length, 50)
      await stage.pass(100)
    }
    assert.deepEqual(await stage.takeIds(9), [])
    assert.equal((await rateOf(stage, 'r'))?.freeAt, begin + 1000)
    await stage.pass(500)
    assert.equal((await stage.claimAll(100)).length, 50)
  }),

  contractCase('a rate that allows many at once wakes for the whole of it', ['I20', 'I21'], async (stage) => {
    const ids = await stage.addMany(4, rated('r', 2, 100))
    await stage.claim(4)
    const { nextDueAt } = await stage.cycle({ wanted: [0] })
    assert.equal(nextDueAt, stage.now + 100)
    await stage.pass(100)
    assert.deepEqual(await stage.takeIds(9), ids.slice(2))
  }),

  contractCase('keys with rates and keys without take turns alike', ['I23'], async (stage) => {
    const a = await stage.addMany(2, rated('r', 9, 1000))
    const b = await stage.addMany(2, keyed('k', 9))
    assert.deepEqual(await stage.takeIds(9), [a[0], b[0], a[1], b[1]])
  }),
]

// -------------------------------------------------------------------------------------------------------------------

async function rateOf(stage: Stage, key: string): Promise<KeyState['rate']> {
  const { rate } = await stage.queue.keyState({ concurrency: null, rate: key })
  return rate && { max: rate.max, perMs: rate.perMs, freeAt: rate.freeAt }
}
