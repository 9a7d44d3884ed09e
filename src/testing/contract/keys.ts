import assert from 'node:assert/strict'
import type { Claim, KeyState } from '../../core/queue-adapter.js'
import type { Settlement } from '../../core/settlement.js'
import { contractCase } from './case.js'
import { complete, fail, lanes, leaseMs, outcomeOf, plain, release, retryIn } from './script.js'
import type { Stage } from './stage.js'
import { after, chain, keyed, rated, statusesOf, termsOf } from './terms.js'
import { alikeKeys } from './texts.js'

/** How many jobs with one key run at once. */
export const keyCases = [
  contractCase('no more jobs of a key run than its max, whoever claims', ['I8'], async (stage) => {
    const ids = await stage.addMany(6, keyed('k', 2))
    assert.deepEqual(await stage.takeIds(5), ids.slice(0, 2))
    assert.deepEqual(await stage.takeIds(5, { instance: 'i2' }), [])
    assert.deepEqual(await keyOf(stage, 'k'), { max: 2, running: 2 })
  }),

  contractCase('a job whose key is full holds up no other', ['I7', 'I8'], async (stage) => {
    const [a] = await stage.addMany(3, keyed('k'))
    const [b, c] = [await stage.add(), await stage.add(keyed('other'))]
    assert.deepEqual([...(await stage.takeIds(9))].sort(), [a, b, c].sort())
  }),

  ...(
    [
      ['completes', complete()],
      ['fails for good', fail()],
      ['fails and is to be tried again', retryIn(60_000)],
    ] as readonly (readonly [string, Settlement])[]
  ).flatMap(([how, settlement]) =>
    [true, false].map((kept) =>
      contractCase(
        `a run that ${how}${kept ? '' : ', and is not kept,'} makes room for the next of its key`,
        ['I8'],
        async (stage) => {
          const [first, second] = await stage.addMany(3, keyed('k'))
          const run = await stage.take()
          const request = stage.request({
            outcomes: [outcomeOf(run, settlement, { keep: kept })],
            wanted: [0, 1],
          })
          const reply = await stage.queue.cycle(request)
          assert.deepEqual(
            [run.id, reply.kind === 'done' && reply.claims.map(({ id }) => id)],
            [first, [second]],
          )
          assert.deepEqual(await keyOf(stage, 'k'), { max: 1, running: 1 })
        },
      ),
    ),
  ),

  contractCase(
    'a run that is cancelled makes room, and its late outcome no more',
    ['I3', 'I8', 'I12'],
    async (stage) => {
      const ids = await stage.addMany(4, keyed('k'))
      const run = await stage.take()
      await stage.cancel(run.id)
      assert.deepEqual(await stage.takeIds(5), ids.slice(1, 2))
      await stage.end(run, complete())
      assert.deepEqual([await stage.takeIds(5), await keyOf(stage, 'k')], [[], { max: 1, running: 1 }])
    },
  ),

  contractCase(
    'a run whose lease is over makes room, and its late outcome no more',
    ['I3', 'I8', 'I19'],
    async (stage) => {
      const ids = await stage.addMany(3, keyed('k'))
      const lost = await stage.take({ instance: 'dead' })
      await stage.pass(leaseMs)
      assert.deepEqual(await stage.takeIds(5), [ids[1]])
      await stage.end(lost, complete())
      assert.deepEqual([await stage.takeIds(5), await keyOf(stage, 'k')], [[], { max: 1, running: 1 }])
    },
  ),

  contractCase('a run that crashed for good makes room', ['I5', 'I8'], async (stage) => {
    const ids = await stage.addMany(2, { maxAttempts: 1, ...keyed('k') })
    await stage.take({ instance: 'dead' })
    await stage.pass(leaseMs)
    assert.deepEqual(await stage.takeIds(5), [ids[1]])
  }),

  contractCase('a run that is handed back makes room, and goes first in it', ['I7', 'I8'], async (stage) => {
    const ids = await stage.addMany(3, keyed('k', 2))
    const [a] = await stage.claim(2)
    assert.ok(a)
    await stage.end(a, release)
    assert.deepEqual(await stage.takeIds(5), ids.slice(0, 1))
  }),

  contractCase('no more run than may when two adapters claim at once', ['I4', 'I8'], async (stage) => {
    const other = await stage.other()
    await stage.addMany(20, keyed('k', 3))
    await stage.addMany(20, keyed('l', 1))
    const cycles = Array.from({ length: 10 }, (_, i) =>
      stage.cycle({ instance: `i${i}`, wanted: lanes(3) }, i % 2 ? other : stage.queue),
    )
    const claims = (await Promise.all(cycles)).flatMap((reply) => reply.claims)
    assert.equal(claims.length, 4)
    assert.deepEqual(
      [await keyOf(stage, 'k'), await keyOf(stage, 'l')],
      [
        { max: 3, running: 3 },
        { max: 1, running: 1 },
      ],
    )
  }),

  contractCase('whatever happens, no more run than may', ['I8', 'I18'], async (stage) => {
    const keys = ['a', 'b', 'c']
    for (const [i, key] of keys.entries()) await stage.addMany(20, { maxAttempts: 9, ...keyed(key, i + 1) })
    const running = new Map<string, { readonly run: Claim; readonly key: string }>()
    const settlements = [complete(), retryIn(3), release, fail(), complete()]
    for (let step = 0; step < 150; step++) {
      const mine = [...running.values()].filter((_, i) => (i + step) % 3 === 0)
      const outcomes = mine.map(({ run }, i) => outcomeOf(run, settlements[(step + i) % 5] ?? release))
      for (const { run } of mine) running.delete(run.id)
      for (const run of await stage.claim(4, { outcomes, leaseMs: 1_000_000 })) {
        const { terms } = await stage.record(run.id)
        running.set(run.id, { run, key: terms?.concurrency?.key ?? '' })
      }
      for (const [i, key] of keys.entries()) {
        const own = [...running.values()].filter((one) => one.key === key).length
        assert.ok(own <= i + 1, `${own} of ${key} run`)
        assert.equal((await keyOf(stage, key))?.running ?? 0, own)
      }
      await stage.pass(1)
    }
  }),

  contractCase('the running jobs of a key count whatever their types and classes', ['I8'], async (stage) => {
    await stage.add({ type: 'other', priority: 'low', ...keyed('k', 2) })
    const ids = await stage.addMany(2, { priority: 'critical', ...keyed('k', 2) })
    await stage.take({ types: ['other'] })
    assert.deepEqual(await stage.takeIds(5), ids.slice(0, 1))
  }),

  contractCase('the job that was submitted last says the max of its key', ['I8'], async (stage) => {
    const ids = await stage.addMany(5, keyed('k'))
    await stage.take()
    await stage.add({ type: 'other', ...keyed('k', 3) })
    assert.deepEqual(await stage.takeIds(5), ids.slice(1, 3))
    await stage.add({ type: 'other', ...keyed('k', 1) })
    assert.deepEqual(await keyOf(stage, 'k'), { max: 1, running: 3 })
    assert.deepEqual(await stage.takeIds(5), [])
  }),

  contractCase('a submission that is sent again does not say it again', ['I8', 'I10'], async (stage) => {
    const first = stage.job(keyed('k', 1))
    await stage.queue.submit([first])
    await stage.add(keyed('k', 2))
    await stage.queue.submit([first])
    assert.deepEqual(await keyOf(stage, 'k'), { max: 2, running: 0 })
  }),

  contractCase(
    'a key is told apart from every other, whatever it looks like',
    ['I8', 'I15'],
    async (stage) => {
      const keys = [...alikeKeys, ' a', 'a\u0000', '\n', "'"]
      for (const key of keys) await stage.addMany(2, keyed(key))
      assert.equal((await stage.claimAll(2 * keys.length)).length, keys.length)
      for (const key of keys) assert.deepEqual(await keyOf(stage, key), { max: 1, running: 1 }, key)
      assert.equal(await keyOf(stage, 'aa'), null)
    },
  ),

  contractCase('a concurrency key and a rate key of the same text are two', ['I8', 'I15'], async (stage) => {
    await stage.addMany(2, rated('k', 5, 1000))
    await stage.addMany(2, keyed('k', 1))
    assert.equal((await stage.claim(9)).length, 3)
    const { concurrency, rate } = await stage.queue.keyState({ concurrency: 'k', rate: 'k' })
    assert.deepEqual(plain([concurrency, rate]), [
      { max: 1, running: 1 },
      { max: 5, perMs: 1000, freeAt: null },
    ])
  }),

  contractCase('jobs with one concurrency key and several rates share it', ['I8'], async (stage) => {
    const both = (rate: string) =>
      termsOf({ concurrency: { key: 'k', max: 1 }, rate: { key: rate, max: 9, perMs: 1000 } })
    const [a, b] = [await stage.add(both('a')), await stage.add(both('b'))]
    const run = await stage.take()
    assert.deepEqual([run.id, await stage.takeIds(5)], [a, []])
    await stage.end(run, complete())
    assert.deepEqual(await stage.takeIds(5), [b])
  }),

  contractCase('nothing remains of a key that no live job has', ['I8', 'I17', 'I36'], async (stage) => {
    assert.equal(await keyOf(stage, 'k'), null)
    const id = await stage.add(keyed('k', 4))
    assert.deepEqual(await keyOf(stage, 'k'), { max: 4, running: 0 })
    await stage.end(await stage.take(), fail())
    assert.equal(await keyOf(stage, 'k'), null)
    await stage.add(keyed('k', 9))
    await stage.retry(id)
    assert.equal((await keyOf(stage, 'k'))?.running, 0)
    for (const run of await stage.claim(9)) await stage.end(run, complete())
    assert.equal(await keyOf(stage, 'k'), null)
  }),

  contractCase('a new life of a job brings its key back', ['I8'], async (stage) => {
    const ids = await stage.addMany(2, keyed('k', 1))
    for (let run = 0; run < ids.length; run++) await stage.end(await stage.take(), fail())
    for (const id of ids) await stage.retry(id)
    assert.equal((await stage.claim(9)).length, 1)
    assert.deepEqual(await keyOf(stage, 'k'), { max: 1, running: 1 })
  }),

  contractCase('a job that is not ready has its key already', ['I8'], async (stage) => {
    const parent = await stage.add({ type: 'other' })
    await stage.add({ ...termsOf({ ...after(parent).terms, concurrency: { key: 'blocked', max: 2 } }) })
    await stage.add({ delayMs: 1000, ...keyed('delayed', 3) })
    assert.deepEqual(await keyOf(stage, 'blocked'), { max: 2, running: 0 })
    assert.deepEqual(await keyOf(stage, 'delayed'), { max: 3, running: 0 })
  }),

  contractCase('a job becomes ready in its key whichever way', ['I8', 'I11'], async (stage) => {
    const [parent] = await chain(stage, 2)
    const late = await stage.add({ delayMs: 5, ...keyed('k') })
    const children = await Promise.all(
      [0, 1].map(() => stage.add(termsOf({ ...after(parent).terms, concurrency: { key: 'k', max: 1 } }))),
    )
    await stage.end(await stage.take(), complete())
    await stage.pass(5)
    const first = await stage.claim(9)
    assert.equal(first.length, 2, 'the one without a key, and one of the key')
    const keyedRun = first.find(({ id }) => [late, ...children].includes(id))
    assert.ok(keyedRun)
    await stage.end(keyedRun, complete())
    assert.equal((await stage.claim(9)).length, 1)
    const left = (await statusesOf(stage, [late, ...children])).filter((status) => status === 'pending')
    assert.equal(left.length, 1)
  }),

  contractCase('ready jobs that their key holds up count as pending', ['I31'], async (stage) => {
    const readyAt = stage.now
    await stage.addMany(4, keyed('k'))
    await stage.pass(10)
    await stage.take()
    const { pending, delayed, processing, oldestReadyAt } = await stage.queue.counts()
    assert.deepEqual(
      { pending, delayed, processing, oldestReadyAt },
      { pending: 3, delayed: 0, processing: 1, oldestReadyAt: readyAt },
    )
    assert.equal((await stage.list({ status: 'pending' })).total, 3)
  }),

  contractCase(
    'two thousand keys are served in bounded steps, each job once',
    ['I8', 'I36'],
    async (stage) => {
      const n = 2000
      for (let i = 0; i < n; i += 50)
        await stage.queue.submit(Array.from({ length: 50 }, (_, j) => stage.job(keyed(`key-${i + j}`))))
      await stage.addMany(50, keyed('key-7'))
      const first = await stage.claimAll(n + 50)
      assert.equal(new Set(first.map(({ id }) => id)).size, n)
      assert.deepEqual(await stage.takeIds(9), [])
      const seventh = first[7]
      assert.ok(seventh)
      await stage.end(seventh, complete())
      assert.equal((await stage.claim(9)).length, 1)
    },
  ),
]

// -------------------------------------------------------------------------------------------------------------------

async function keyOf(stage: Stage, key: string): Promise<KeyState['concurrency']> {
  const { concurrency } = await stage.queue.keyState({ concurrency: key, rate: null })
  return concurrency && { max: concurrency.max, running: concurrency.running }
}
