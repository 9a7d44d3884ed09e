import { describe, expect, test } from 'vitest'
import { type Claim, type QueueAdapter, memoryQueue, migrate } from '../../src/index.js'
import { complete, cycleOf, jobOf, lanes, outcomeOf } from '../../src/testing/contract/script.js'
import { FakeClock } from '../../src/testing/index.js'
import { exportAll, opened, passing } from './cargo.js'
import { kinds, stores } from './stores.js'

async function claim(queue: QueueAdapter, n: number, seq = 1): Promise<readonly Claim[]> {
  const reply = await queue.cycle(cycleOf({ instance: 'gone', seq, wanted: lanes(n) }))
  return reply.kind === 'done' ? reply.claims : []
}

describe.each(kinds)('a %s queue whose workers are lost', (kind) => {
  test('moves what they had when their leases are over, a failed attempt each', async () => {
    const [source, target, clock] = [(await stores[kind]())(), memoryQueue(), new FakeClock()]
    await opened([source, target], clock, async () => {
      await source.submit([jobOf(1, {}), jobOf(2, { maxAttempts: 1 }), jobOf(3, {})])
      await claim(source, 2)
      await clock.advance(10_000)
      expect(await migrate(source, target, { clock, waitMs: 0 })).toMatchObject({ jobs: 3, left: 0 })
      const moved = (await exportAll(target)).map(({ record }) => [record.id, record.status, record.failures])
      expect(moved).toEqual([
        ['job-2', 'dead_letter', 1],
        ['job-3', 'pending', 0],
        ['job-1', 'pending', 1],
      ])
    })
  })

  test('is waited for as long as it may be, and the others go ahead', async () => {
    const [source, target, clock] = [(await stores[kind]())(), memoryQueue(), new FakeClock()]
    await opened([source, target], clock, async () => {
      await source.submit([jobOf(1, {}), jobOf(2, {})])
      await claim(source, 1)
      const told: number[] = []
      const onProgress = ({ jobs }: { jobs: number }): void => void told.push(jobs)
      const begun = clock.now()
      const report = await passing(migrate(source, target, { clock, onProgress }), clock)
      expect(report).toMatchObject({ jobs: 2, left: 0 })
      expect(told).toEqual([1, 2])
      expect(clock.now() - begun).toBeGreaterThanOrEqual(10_000)
      expect(clock.now() - begun).toBeLessThan(30_000)
    })
  })

  test('keeps what still runs when the time is up, and all that hangs on it, for the next call', async () => {
    const [source, target, clock] = [(await stores[kind]())(), memoryQueue(), new FakeClock()]
    await opened([source, target], clock, async () => {
      const now = clock.now()
      const rest = { digest: '', definition: '', enabled: true, nextSlot: now - 2 }
      await source.putSchedule({ id: 'line', name: 'line', ...rest })
      for (const slot of [now - 2, now - 1, now]) {
        const fire = {
          id: 'line',
          version: 1,
          slot,
          next: slot + 1,
          overlap: 'queue',
          queueLimit: 9,
        } as const
        await source.fire({ ...fire, missed: 0, job: jobOf(slot - now, { id: `line-${slot - now}` }) })
      }
      await source.submit([jobOf(1, {})])
      const [run] = await claim(source, 1)
      const report = await migrate(source, target, { clock, waitMs: 0 })
      expect(report).toMatchObject({ jobs: 1, schedules: 0, conflicts: [], left: 3 })
      expect((await source.schedules()).map(({ live }) => live)).toEqual([3])
      const outcomes = run ? [outcomeOf(run, complete())] : []
      await source.cycle(cycleOf({ instance: 'gone', seq: 2, outcomes }))
      expect(await migrate(source, target, { clock })).toMatchObject({ jobs: 3, schedules: 1, left: 0 })
      const lined = (await exportAll(target)).map(({ record }) => [record.id, record.status])
      expect(lined).toEqual([
        ['line--2', 'completed'],
        ['job-1', 'pending'],
        ['line--1', 'pending'],
        ['line-0', 'blocked'],
      ])
    })
  })

  test('makes ready what is due, in the order of its time', async () => {
    const [source, target, clock] = [(await stores[kind]())(), memoryQueue(), new FakeClock()]
    await opened([source, target], clock, async () => {
      await source.submit([30, 10, 20].map((delayMs, i) => jobOf(i, { delayMs })))
      await clock.advance(25)
      expect(await migrate(source, target, { clock })).toMatchObject({ jobs: 3, left: 0 })
      const moved = (await exportAll(target)).map(({ record, place }) => [record.id, place])
      expect(moved).toEqual([
        ['job-1', 'pending'],
        ['job-2', 'pending'],
        ['job-0', 'delayed'],
      ])
    })
  })
})
