import assert from 'node:assert/strict'
import { contractCase } from './case.js'
import { hearsOfWork } from './hearing.js'
import { soon } from './patience.js'
import { complete, outcomeOf } from './script.js'
import { jobIn } from './states.js'
import { keyed, rated, termsOf } from './terms.js'

/** Who waits learns when a rate opens, and hears of every job that a key lets start. */
export const rateHintCases = [
  contractCase('who waits for work is told of a job behind a closed rate', ['I20', 'I21'], async (stage) => {
    await hearsOfWork(
      stage,
      async () => {
        for (let left = 1; left > 0;) left = (await stage.claim(9, { instance: 'others' })).length
        const part = rated(stage.token(), 1, 60_000)
        await stage.add(part)
        await stage.end(await stage.take({ types: ['task'] }), complete())
        await stage.cycle({ instance: 'waiting', wanted: [0], types: ['task'] })
        return part
      },
      (part) => stage.add(part),
    )
  }),

  contractCase(
    'when a rate opens is told although most of its jobs are held up by other keys',
    ['I21'],
    async (stage) => {
      const begin = stage.now
      const rate = { key: 'rate', max: 1, perMs: 1000 }
      await stage.addMany(1, termsOf({ rate }))
      await stage.claim(1, { leaseMs: 1e9 })
      const tenants = Array.from({ length: 90 }, (_, i) => ({ key: `tenant-${i}`, max: 1 }))
      for (const { key } of tenants) await stage.add(keyed(key))
      assert.equal((await stage.claimAll(90, { leaseMs: 1e9 })).length, 90)
      for (const concurrency of tenants) await stage.add(termsOf({ concurrency, rate }))
      const free = await stage.add(termsOf({ rate }))
      assert.equal((await stage.cycle({ wanted: [0], leaseMs: 1e9 })).nextDueAt, begin + 1000)
      await stage.pass(1000)
      assert.deepEqual(await stage.takeIds(9, { leaseMs: 1e9 }), [free])
    },
  ),

  contractCase(
    'a job that lives again leaves the limits of its keys as the newest has set them',
    ['I8'],
    async (stage) => {
      const rate = (max: number) => rated('rate', max, 60_000)
      const old = await jobIn(stage, 'cancelled', rate(1))
      await stage.finish(complete(), rate(5))
      assert.equal((await stage.retry(old)).kind, 'done')
      await stage.take()
      assert.equal((await stage.queue.keyState({ concurrency: null, rate: 'rate' })).rate?.max, 5)
    },
  ),

  contractCase('as many who wait are told as runs of a key end in one step', ['I20'], async (stage) => {
    let heard = 0
    const names = ['waiting-1', 'waiting-2']
    const stops = names.map((name) =>
      stage.queue.subscribe(name, ({ kind }) => void (heard += kind === 'work' ? 1 : 0)),
    )
    await stage.until(
      'two hints of work',
      () => heard >= 2,
      async () => {
        for (let left = 1; left > 0;)
          left = (await stage.claim(9, { instance: 'others', leaseMs: 1e9 })).length
        const key = stage.token()
        await stage.addMany(4, keyed(key, 2))
        const runs = await stage.claim(2, { types: ['task'], leaseMs: 1e9 })
        for (const instance of names)
          await stage.cycle({ instance, wanted: [0], types: ['task'], leaseMs: 1e9 })
        heard = 0
        await stage.cycle({ outcomes: runs.map((run) => outcomeOf(run, complete())) })
        await soon(() => heard >= 2)
      },
    )
    for (const stop of stops) stop()
  }),
]
