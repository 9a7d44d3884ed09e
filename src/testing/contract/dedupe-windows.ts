import assert from 'node:assert/strict'
import { contractCase } from './case.js'
import { complete, keepOfEach, leaseMs, plain } from './script.js'
import { jobIn } from './states.js'
import { statusesOf, unique } from './terms.js'

const windowMs = 60_000

/** Dedupe keys that are held for a time. */
export const dedupeWindowCases = [
  ...(['completed', 'dead_letter', 'cancelled'] as const).map((end) =>
    contractCase(
      `a ${end} job with a window holds its dedupe key until that is over`,
      ['I9'],
      async (stage) => {
        const until = stage.now + windowMs
        const id = await jobIn(stage, end, unique('key', 'keep', windowMs))
        await stage.pass(until - stage.now - 1)
        const [held] = await stage.unchanged(() => stage.submit(unique('key', 'keep', windowMs)))
        assert.deepEqual(plain(held), { kind: 'standing', id, status: end })
        await stage.pass(1)
        assert.deepEqual(plain(await stage.submit({ id: 'second', ...unique('key', 'keep', windowMs) })), [
          { kind: 'created', id: 'second', status: 'pending' },
        ])
      },
    ),
  ),

  contractCase('a live job holds its key however long ago its window was over', ['I9'], async (stage) => {
    const id = await stage.add(unique('key', 'keep', windowMs))
    await stage.pass(windowMs * 2)
    const [held] = await stage.unchanged(() => stage.submit(unique('key', 'keep', windowMs)))
    assert.deepEqual(plain(held), { kind: 'standing', id, status: 'pending' })
    await stage.end(await stage.take(), complete())
    assert.equal((await stage.submit(unique('key', 'keep', windowMs)))[0]?.kind, 'created')
  }),

  contractCase('the window counts from the submission, whoever comes meanwhile', ['I9'], async (stage) => {
    await stage.add(unique('key', 'keep', 100))
    await stage.pass(50)
    await stage.submit(unique('key', 'keep', 1000))
    await stage.end(await stage.take(), complete())
    await stage.pass(50)
    assert.equal((await stage.submit({ dedupeKey: 'key' }))[0]?.kind, 'created')
  }),

  contractCase('it is how the holder took the key that says how long it has it', ['I9'], async (stage) => {
    const first = await stage.finish(complete(), { dedupeKey: 'plain' })
    assert.equal((await stage.submit(unique('plain', 'throttle', windowMs)))[0]?.kind, 'created')
    await stage.finish(complete(), unique('long', 'keep', windowMs))
    assert.equal((await stage.submit({ dedupeKey: 'long' }))[0]?.kind, 'standing')
    assert.equal(await stage.status(first), 'completed')
  }),

  ...(
    [
      ['keep', null],
      ['keep', 1],
    ] as const
  ).map(([mode, ms]) =>
    contractCase(
      `a window over one ${ms === null ? 'without a window' : 'that is over'} is the new one`,
      ['I9'],
      async (stage) => {
        await stage.finish(complete(), unique('key', mode, ms))
        await stage.pass(5)
        const id = await stage.finish(complete(), unique('key', 'keep', windowMs))
        await stage.pass(windowMs - 1)
        assert.deepEqual(plain(await stage.submit({ dedupeKey: 'key' })), [
          { kind: 'standing', id, status: 'completed' },
        ])
      },
    ),
  ),

  contractCase(
    'a holder that was removed is answered as completed while its window is open',
    ['I9', 'I33'],
    async (stage) => {
      const id = await stage.add(unique('unkept', 'keep', windowMs))
      await stage.end(await stage.take(), complete(), { keep: false })
      assert.deepEqual(plain(await stage.submit(unique('unkept', 'keep', windowMs))), [
        { kind: 'standing', id, status: 'completed' },
      ])
      const other = await jobIn(stage, 'cancelled', unique('pruned', 'keep', windowMs))
      await stage.prune(keepOfEach({ count: 0 }))
      assert.deepEqual(plain(await stage.submit({ dedupeKey: 'pruned' })), [
        { kind: 'standing', id: other, status: 'completed' },
      ])
      await stage.pass(windowMs)
      await stage.prune()
      assert.equal((await stage.submit({ dedupeKey: 'pruned' }))[0]?.kind, 'created')
    },
  ),

  contractCase(
    'throttled, a key is held by a live job for its window and no longer',
    ['I9'],
    async (stage) => {
      const first = await stage.add(unique('key', 'throttle', windowMs))
      await stage.pass(windowMs - 1)
      assert.deepEqual(plain(await stage.submit(unique('key', 'throttle', windowMs))), [
        { kind: 'standing', id: first, status: 'pending' },
      ])
      await stage.pass(1)
      const second = await stage.add(unique('key', 'throttle', windowMs))
      assert.deepEqual(await stage.takeIds(5), [first, second])
    },
  ),

  contractCase(
    'throttled, a key is held by a job that has ended for its window and no shorter',
    ['I9'],
    async (stage) => {
      const id = await stage.finish(complete(), unique('key', 'throttle', windowMs))
      await stage.pass(windowMs - 1)
      assert.deepEqual(plain(await stage.submit(unique('key', 'throttle', windowMs))), [
        { kind: 'standing', id, status: 'completed' },
      ])
      await stage.pass(1)
      assert.equal((await stage.submit(unique('key', 'throttle', windowMs)))[0]?.kind, 'created')
    },
  ),

  contractCase(
    'a throttled job that lives on takes nothing from the one that has the key now',
    ['I9'],
    async (stage) => {
      await stage.add(unique('key', 'throttle', 100))
      await stage.pass(100)
      const second = await stage.add({ dedupeKey: 'key' })
      await stage.end(await stage.take(), complete())
      assert.deepEqual(plain(await stage.submit({ dedupeKey: 'key' })), [
        { kind: 'standing', id: second, status: 'pending' },
      ])
      await stage.end(await stage.take(), complete())
      assert.equal((await stage.submit({ dedupeKey: 'key' }))[0]?.kind, 'created')
    },
  ),

  contractCase('two racing submissions with one throttled key get the same job', ['I9'], async (stage) => {
    const other = await stage.other()
    const jobs = Array.from({ length: 12 }, () => stage.job(unique('key', 'throttle', windowMs)))
    const answers = (
      await Promise.all(jobs.map((job, i) => (i % 2 ? other : stage.queue).submit([job])))
    ).flat()
    assert.equal(answers.filter(({ kind }) => kind === 'created').length, 1)
    assert.equal((await stage.queue.counts()).pending, 1)
  }),

  contractCase('a lost run goes on holding its key', ['I9', 'I19'], async (stage) => {
    const id = await stage.add(unique('key', 'keep', 1))
    await stage.take()
    await stage.pass(leaseMs)
    await stage.settle()
    assert.deepEqual(plain(await stage.submit({ dedupeKey: 'key' })), [
      { kind: 'standing', id, status: 'pending' },
    ])
  }),

  contractCase(
    'windows that are over are dropped without anyone asking for their keys',
    ['I36'],
    async (stage) => {
      for (let i = 0; i < 30; i++) await stage.add(unique(`key-${i}`, 'throttle', 10))
      for (const run of await stage.claimAll(30)) await stage.end(run, complete(), { keep: false })
      await stage.pass(10)
      await stage.prune()
      const answers = await stage.submit(
        ...Array.from({ length: 16 }, (_, i) => unique(`key-${i}`, 'throttle', 10)),
      )
      assert.deepEqual(new Set(answers.map(({ kind }) => kind)), new Set(['created']))
      const ids = answers.map((answer) => ('id' in answer ? answer.id : ''))
      assert.deepEqual(new Set(await statusesOf(stage, ids)), new Set(['pending']))
    },
  ),
]
