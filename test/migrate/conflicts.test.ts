import { describe, expect, test } from 'vitest'
import { type NewJob, type QueueAdapter, migrate } from '../../src/index.js'
import { jobOf, scheduleOf } from '../../src/testing/contract/script.js'
import { FakeClock } from '../../src/testing/index.js'
import { exportAll, opened } from './cargo.js'
import { type Kind, kinds, stores } from './stores.js'

const none = { ageMs: 0, count: 0, bytes: 0 }
const nothingKept = { completed: none, dead_letter: none, cancelled: none, limit: 100 }

/** Two empty stores of a kind. */
async function pair(
  kind: Kind,
  act: (source: QueueAdapter, target: QueueAdapter, clock: FakeClock) => Promise<void>,
): Promise<void> {
  const [source, target, clock] = [(await stores[kind]())(), (await stores[kind]())(), new FakeClock()]
  await opened([source, target], clock, () => act(source, target, clock))
}

async function idsIn(queue: QueueAdapter): Promise<readonly string[]> {
  return (await exportAll(queue)).map(({ record }) => record.id).sort()
}

describe.each(kinds)('on %s', (kind) => {
  test('a job whose id or dedupe key is taken stays, is named, and moves when they are free', async () => {
    await pair(kind, async (source, target, clock) => {
      const keyed = { dedupeKey: 'key' }
      await source.submit([
        jobOf(1, { id: 'taken' }),
        jobOf(2, { id: 'keyed', ...keyed }),
        jobOf(3, { id: 'free' }),
      ])
      await target.submit([jobOf(4, { id: 'taken', digest: 'other' }), jobOf(5, { id: 'holder', ...keyed })])
      const report = await migrate(source, target, { clock })
      expect(report).toMatchObject({ jobs: 1, left: 2 })
      expect(report.conflicts).toEqual([
        { kind: 'job', id: 'taken' },
        { kind: 'job', id: 'keyed' },
      ])
      expect(await idsIn(source)).toEqual(['keyed', 'taken'])
      for (const id of ['taken', 'holder']) await target.cancel({ id, token: 't', reason: null })
      await target.prune(nothingKept)
      expect(await migrate(source, target, { clock })).toMatchObject({ jobs: 2, conflicts: [], left: 0 })
      expect(await idsIn(target)).toEqual(['free', 'keyed', 'taken'])
    })
  })

  test('the same submission in both stores is one job: the one that has come further', async () => {
    await pair(kind, async (source, target, clock) => {
      const job = jobOf(1, {})
      await Promise.all([source.submit([job]), target.submit([job])])
      expect(await migrate(source, target, { clock })).toMatchObject({ jobs: 0, conflicts: [], left: 0 })
      expect([await idsIn(source), await idsIn(target)]).toEqual([[], [job.id]])
    })
  })

  test('a schedule whose name is taken stays, and is named', async () => {
    await pair(kind, async (source, target, clock) => {
      for (const n of [1, 2]) await source.putSchedule(scheduleOf(n, { nextSlot: clock.now() + 1 }))
      await target.putSchedule(scheduleOf(3, { name: 'name-1', nextSlot: clock.now() + 1 }))
      const report = await migrate(source, target, { clock })
      expect(report).toMatchObject({ schedules: 1, conflicts: [{ kind: 'schedule', id: 'schedule-1' }] })
      expect((await source.schedules()).map(({ id }) => id)).toEqual(['schedule-1'])
      expect((await target.schedules()).map(({ id }) => id).sort()).toEqual(['schedule-2', 'schedule-3'])
    })
  })

  test('what is taken between the look and the move is put back as it was', async () => {
    await pair(kind, async (source, target, clock) => {
      await source.submit([jobOf(1, { id: 'raced', delayMs: 900 }), jobOf(2, {})])
      await source.putSchedule(scheduleOf(1, { nextSlot: clock.now() + 1 }))
      const [before, schedules] = [await source.get('raced'), await source.schedules()]
      const rival = overtaken(target, jobOf(3, { id: 'raced', digest: 'other' }))
      const report = await migrate(source, rival, { clock })
      expect(report).toMatchObject({ jobs: 1, schedules: 0, left: 1 })
      expect(report.conflicts).toEqual([
        { kind: 'job', id: 'raced' },
        { kind: 'schedule', id: 'schedule-1' },
      ])
      expect([await source.get('raced'), await source.schedules()]).toEqual([before, schedules])
      expect(await migrate(source, rival, { clock })).toMatchObject({ jobs: 0, schedules: 0, left: 1 })
    })
  })

  test('what finds its place taken in both stores meanwhile is kept on its way', async () => {
    await pair(kind, async (source, target, clock) => {
      await source.submit([jobOf(1, { id: 'raced' })])
      const [there, here] = [jobOf(2, { id: 'raced', digest: 'b' }), jobOf(3, { id: 'raced', digest: 'c' })]
      const both = overtaken(target, there, () => source.submit([here]))
      const stuck = { code: 'STATE_CONFLICT', facts: { ids: ['raced'] } }
      await expect(migrate(source, both, { clock })).rejects.toMatchObject(stuck)
      await expect(migrate(source, target, { clock })).rejects.toMatchObject(stuck)
      await source.cancel({ id: 'raced', token: 't', reason: null })
      await source.prune(nothingKept)
      const report = await migrate(source, target, { clock })
      expect(report).toMatchObject({ conflicts: [{ kind: 'job', id: 'raced' }], left: 1 })
      expect((await exportAll(source)).map(({ digest }) => digest)).toEqual(['digest'])
    })
  })
})

// -------------------------------------------------------------------------------------------------------------------

/** The same queue, into which someone puts a job, and a schedule, right before the first import that brings any. */
function overtaken(queue: QueueAdapter, job: NewJob, more: () => Promise<unknown> = nothing): QueueAdapter {
  return new Proxy(queue, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key, target)
      if (typeof value !== 'function') return value
      const call = value.bind(target) as (...args: unknown[]) => Promise<unknown>
      if (key !== 'importJobs') return call
      return async (request: { readonly step: number }) => {
        if (request.step > 0) {
          await Promise.all([queue.submit([job]), more()])
          await queue.putSchedule(scheduleOf(9, { name: 'name-1' }))
        }
        return call(request)
      }
    },
  })
}

const nothing = (): Promise<unknown> => Promise.resolve()
