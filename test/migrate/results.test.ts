import { describe, expect, test } from 'vitest'
import { partKeys } from '../../src/core/storage-adapter.js'
import { type QueueAdapter, memoryQueue, migrate } from '../../src/index.js'
import { completeWith, cycleOf, jobOf, lanes, outcomeOf } from '../../src/testing/contract/script.js'
import { FakeClock } from '../../src/testing/index.js'
import { opened } from './cargo.js'
import { kinds, stores } from './stores.js'

/** A completed job whose result stands under a key. */
async function completed(queue: QueueAdapter, key: string, resultTtlMs: number): Promise<void> {
  await queue.submit([jobOf(1, {})])
  const reply = await queue.cycle(cycleOf({ wanted: lanes(1) }))
  const [claim] = reply.kind === 'done' ? reply.claims : []
  if (claim === undefined) throw new Error('there is nothing to claim')
  const outcomes = [outcomeOf(claim, completeWith({ key }), { resultTtlMs })]
  await queue.cycle(cycleOf({ seq: 2, outcomes }))
}

describe.each(kinds)('into a %s queue', (kind) => {
  test('a result that stands in the storage comes along, for the time that is left to it', async () => {
    const [source, target, clock] = [memoryQueue(), (await stores[kind]())(), new FakeClock()]
    await opened([source, target], clock, async () => {
      const text = JSON.stringify('€🌊'.repeat(200_000))
      await source.storage.set('result/1', text, 5_000)
      await completed(source, 'result/1', 5_000)
      await clock.advance(2_000)
      expect(await migrate(source, target, { clock })).toMatchObject({ jobs: 1, results: 1 })
      expect([(await target.storage.get('result/1')) === text, await source.storage.get('result/1')]).toEqual(
        [true, undefined],
      )
      await clock.advance(2_999)
      expect(await target.storage.get('result/1')).toBe(text)
      await clock.advance(1)
      expect(await target.storage.get('result/1')).toBeUndefined()
    })
  })

  test('a result that is kept in parts comes along, part by part', async () => {
    const [source, target, clock] = [memoryQueue(), (await stores[kind]())(), new FakeClock()]
    await opened([source, target], clock, async () => {
      const key = 'result/job-1/1/7~3'
      const parts = partKeys(key)
      for (const [i, part] of parts.entries()) await source.storage.set(part, `[${i}]`, 5_000)
      await completed(source, key, 5_000)
      expect(await migrate(source, target, { clock })).toMatchObject({ jobs: 1, results: 1 })
      expect((await target.get('job-1'))?.result).toEqual({ key })
      for (const [i, part] of parts.entries())
        expect([await target.storage.get(part), await source.storage.get(part)]).toEqual([
          `[${i}]`,
          undefined,
        ])
    })
  })

  test('a result in a storage of the app stays there, and its job still says where', async () => {
    const [source, target, clock] = [memoryQueue(), (await stores[kind]())(), new FakeClock()]
    await opened([source, target], clock, async () => {
      await completed(source, 'result/elsewhere', 5_000)
      expect(await migrate(source, target, { clock })).toMatchObject({ jobs: 1, results: 1 })
      expect((await target.get('job-1'))?.result).toEqual({ key: 'result/elsewhere' })
      expect(await target.storage.get('result/elsewhere')).toBeUndefined()
    })
  })

  test('large jobs go in batches that both stores can take', async () => {
    const [source, target, clock] = [memoryQueue(), (await stores[kind]())(), new FakeClock()]
    await opened([source, target], clock, async () => {
      const payload = JSON.stringify('x'.repeat(300_000))
      const large = JSON.stringify('€'.repeat(2_000_000))
      for (let i = 0; i < 9; i++) await source.submit([jobOf(i, { payload: i === 4 ? large : payload })])
      const told: number[] = []
      const onProgress = ({ jobs }: { jobs: number }): void => void told.push(jobs)
      expect(await migrate(source, target, { clock, onProgress })).toMatchObject({ jobs: 9, left: 0 })
      const most = Math.max(...told.map((jobs, i) => jobs - (told[i - 1] ?? 0)))
      expect(most).toBeLessThanOrEqual(Math.max(1, Math.min(4_000_000, target.limits.bytes) / 300_000))
      expect([
        (await target.get('job-4'))?.payload === large,
        (await target.get('job-5'))?.payload === payload,
      ]).toEqual([true, true])
    })
  })
})
