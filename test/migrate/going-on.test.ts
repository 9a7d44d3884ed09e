import { describe, expect, test } from 'vitest'
import { type QueueAdapter, RiptideError, memoryQueue, migrate } from '../../src/index.js'
import { jobOf } from '../../src/testing/contract/script.js'
import { FakeClock } from '../../src/testing/index.js'
import { faultyQueue, seeded } from '../service/faulty-queue.js'
import { contentsOf, exportAll, load, nothing, opened, passing } from './cargo.js'
import { haltOnTheWay } from './halt.js'
import { stores, ways } from './stores.js'
import { whereabouts } from './whereabouts.js'

test.each(ways)(
  'what stopped on the way from %s to %s comes back when that is asked for',
  async (from, to) => {
    const [here, there, clock] = [await stores[from](), await stores[to](), new FakeClock()]
    const [source, target] = [here(), there()]
    await opened([source, target], clock, async () => {
      await load(source, clock, 20)
      const before = await contentsOf(source)
      await haltOnTheWay(here, there, clock, 2)
      const report = await migrate(there(), here(), { clock })
      expect(report).toMatchObject({ conflicts: [], left: 0 })
      const after = await contentsOf(source)
      expect([after.jobs, after.schedules, after.results]).toEqual([
        before.jobs,
        before.schedules,
        before.results,
      ])
      expect(await contentsOf(target)).toMatchObject(nothing)
    })
  },
)

test('what was on its way to a queue that is lost comes into another one when that is asked for', async () => {
  const [here, lost, there] = [await stores.sqlite(), await stores.redis(), await stores.redis()]
  const [source, target, clock] = [here(), there(), new FakeClock()]
  await opened([source, target], clock, async () => {
    await load(source, clock, 20)
    const before = await contentsOf(source)
    await haltOnTheWay(here, lost, clock)
    await expect(migrate(here(), there(), { clock })).rejects.toMatchObject({ code: 'STATE_CONFLICT' })
    expect(await migrate(here(), there(), { clock, adopt: true })).toMatchObject({ left: 0 })
    expect(await contentsOf(target)).toEqual(before)
  })
})

test('what was on its way to a memory queue that ended with its process goes to the next one', async () => {
  const [here, first, clock] = [await stores.redis(), memoryQueue(), new FakeClock()]
  const [source, second] = [here(), memoryQueue()]
  await opened([source, first, second], clock, async () => {
    await load(source, clock, 20)
    const before = await contentsOf(source)
    await haltOnTheWay(here, () => first, clock, 2)
    const lost = (await exportAll(first)).map(({ record }) => record.id)
    const refused = migrate(here(), second, { clock })
    await expect(refused).rejects.toMatchObject({ code: 'STATE_CONFLICT', retryable: true })
    await clock.advance(60_000)
    expect(await migrate(here(), second, { clock })).toMatchObject({ left: 0 })
    const arrived = Object.keys((await contentsOf(second)).jobs)
    expect([...lost, ...arrived].sort()).toEqual(Object.keys(before.jobs).sort())
  })
})

describe.each(ways)('from %s to %s', (from, to) => {
  test('two calls at once lose and double nothing', async () => {
    const [here, there, clock] = [await stores[from](), await stores[to](), new FakeClock()]
    const [source, target] = [here(), there()]
    await opened([source, target], clock, async () => {
      await load(source, clock, 30)
      const before = await contentsOf(source)
      const calls = [1, 2, 3].map(() => migrate(here(), there(), { clock, batchSize: 3 }))
      for (const call of await Promise.allSettled(calls))
        if (call.status === 'rejected') expect(call.reason).toMatchObject({ code: 'STATE_CONFLICT' })
      const places = [...(await whereabouts(source, target)).values()]
      expect(places.filter((one) => one.length !== 1)).toEqual([])
      expect(await migrate(here(), there(), { clock })).toMatchObject({ left: 0 })
      expect((await contentsOf(target)).jobs).toEqual(before.jobs)
    })
  })

  test('replies that are lost, and calls that arrive twice, change nothing', async () => {
    const [here, there] = [await stores[from](), await stores[to]()]
    const [source, target, clock, random] = [here(), there(), new FakeClock(), seeded(7)]
    await opened([source, target], clock, async () => {
      await load(source, clock, 20)
      const before = await contentsOf(source)
      const faulty = (queue: QueueAdapter): QueueAdapter =>
        faultyQueue(queue, () => (['before', 'after', 'twice'] as const)[Math.floor(random() * 10)])
      const call = migrate(faulty(here()), faulty(there()), { clock, batchSize: 3 })
      expect(await passing(call, clock)).toMatchObject({ conflicts: [], left: 0 })
      expect((await contentsOf(target)).jobs).toEqual(before.jobs)
    })
  })
})

test('a signal stops between two batches, and the next call goes on', async () => {
  const [from, to, clock] = [memoryQueue(), memoryQueue(), new FakeClock()]
  await opened([from, to], clock, async () => {
    await load(from, clock, 20)
    const before = await contentsOf(from)
    const stop = new AbortController()
    const told: number[] = []
    const onProgress = ({ jobs }: { jobs: number }): void => {
      told.push(jobs)
      if (told.length === 2) stop.abort(new RiptideError('SHUTDOWN', 'enough'))
    }
    const options = { clock, batchSize: 4, onProgress }
    await expect(migrate(from, to, { ...options, signal: stop.signal })).rejects.toThrow('enough')
    expect([told, (await exportAll(to)).length]).toEqual([[4, 8], 8])
    await expect(migrate(from, to, { ...options, signal: stop.signal })).rejects.toThrow('enough')
    expect(await migrate(from, to, options)).toMatchObject({ jobs: before.list.length - 8, left: 0 })
    expect(await contentsOf(to)).toEqual(before)
  })
})

test('where there is no room all stops, and goes on when there is', async () => {
  const [from, to, clock] = [memoryQueue(), memoryQueue({ maxJobs: 10 }), new FakeClock()]
  await opened([from, to], clock, async () => {
    await from.submit(Array.from({ length: 14 }, (_, i) => jobOf(i, {})))
    const full = migrate(from, to, { clock, batchSize: 4 })
    await expect(full).rejects.toMatchObject({ code: 'STORE_FULL', retryable: true })
    expect([(await exportAll(from)).length, (await exportAll(to)).length]).toEqual([6, 8])
    for (const { record } of (await exportAll(to)).slice(0, 4))
      await to.cancel({ id: record.id, token: 't', reason: null })
    const none = { ageMs: 0, count: 0, bytes: 0 }
    await to.prune({ completed: none, dead_letter: none, cancelled: none, limit: 100 })
    expect(await migrate(from, to, { clock, batchSize: 4 })).toMatchObject({ jobs: 6, left: 0 })
  })
})

test('jobs that come meanwhile go along, and the next call takes those that come later', async () => {
  const [from, to, clock] = [memoryQueue(), memoryQueue(), new FakeClock()]
  await opened([from, to], clock, async () => {
    await from.submit(Array.from({ length: 8 }, (_, i) => jobOf(i, {})))
    let left = 3
    const onProgress = (): void => {
      if (left-- > 0) void from.submit([jobOf(100 + left, {})])
    }
    expect(await migrate(from, to, { clock, batchSize: 4, onProgress })).toMatchObject({ jobs: 10, left: 1 })
    await from.submit([jobOf(200, {})])
    expect(await migrate(from, to, { clock })).toMatchObject({ jobs: 2, left: 0 })
    const ids = (await exportAll(to)).map(({ record }) => record.id)
    const first = Array.from({ length: 8 }, (_, i) => `job-${i}`)
    expect(ids).toEqual([...first, 'job-102', 'job-101', 'job-100', 'job-200'])
  })
})
