import { describe, expect, test } from 'vitest'
import { memoryQueue } from '../../src/index.js'
import { gate, job, newFakeService, quiet } from './stage.js'
import { WorkerService } from '../../src/index.js'
import { FakeClock } from '../../src/testing/fake-clock.js'

const second = 1_000
const minute = 60 * second

async function started(
  ...[options]: Parameters<typeof newFakeService>
): Promise<ReturnType<typeof newFakeService>> {
  const stage = newFakeService(options)
  await stage.service.start()
  await stage.clock.advance(0)
  return stage
}

describe('a schedule', () => {
  test('fires by itself at each slot, and says when the next one is', async () => {
    const at: number[] = []
    const { service, clock } = await started({ jobs: [job('tick', () => void at.push(clock.now()))] })
    const schedule = await service.addScheduledJob({
      name: 'minutely',
      cron: '* * * * *',
      job: { type: 'tick', payload: null },
    })
    expect(schedule).toMatchObject({ enabled: true, nextRunAt: clock.now() + minute, runCount: 0 })
    await clock.advance(3 * minute + second)
    expect(at).toEqual([1, 2, 3].map((n) => Date.UTC(2026, 0, 1) + n * minute))
    expect((await service.listScheduledJobs())[0]).toMatchObject({
      runCount: 3,
      lastRunAt: at[2],
      nextRunAt: (at[2] ?? 0) + minute,
    })
    await service.stop({ graceMs: 0 })
  })

  test('declared again with the same definition stands as it is; with another it is updated and keeps its id', async () => {
    const { service, clock } = await started({ jobs: [job('tick', () => 1)] })
    const declare = (everyMs: number) =>
      service.addScheduledJob({ name: 's', everyMs, job: { type: 'tick', payload: null } })
    const first = await declare(minute)
    await clock.advance(30 * second)
    expect(await declare(minute)).toEqual(first)
    const updated = await declare(2 * minute)
    expect(updated).toMatchObject({ id: first.id, version: 2, everyMs: 2 * minute })
    expect(await service.listScheduledJobs()).toHaveLength(1)
    await service.stop({ graceMs: 0 })
  })

  test('removed fires no more; removing it again says that there is none', async () => {
    let runs = 0
    const { service, clock } = await started({ jobs: [job('tick', () => runs++)] })
    const { id } = await service.addScheduledJob({
      name: 's',
      everyMs: second,
      job: { type: 'tick', payload: null },
    })
    await clock.advance(2 * second)
    await service.removeScheduledJob(id)
    const before = runs
    await clock.advance(10 * second)
    expect(runs).toBe(before)
    await expect(service.removeScheduledJob(id)).rejects.toMatchObject({ code: 'SCHEDULE_NOT_FOUND' })
    await service.stop({ graceMs: 0 })
  })

  test('disabled does not fire', async () => {
    let runs = 0
    const { service, clock } = await started({ jobs: [job('tick', () => runs++)] })
    await service.addScheduledJob({
      name: 's',
      everyMs: second,
      job: { type: 'tick', payload: null },
      enabled: false,
    })
    await clock.advance(10 * second)
    expect(runs).toBe(0)
    await service.stop({ graceMs: 0 })
  })

  test.each([
    ['skip', 1],
    ['allow', 4],
  ] as const)('with overlap %s starts %i jobs while the first one runs', async (overlap, expected) => {
    const end = gate()
    let starts = 0
    const { service, clock } = await started({ jobs: [job('slow', () => (starts++, end.opened))] })
    await service.addScheduledJob({
      name: 's',
      everyMs: second,
      job: { type: 'slow', payload: null },
      overlap,
    })
    await clock.advance(4 * second + 500)
    expect(starts).toBe(expected)
    end.open()
    await service.stop({ graceMs: 0 })
  })

  test('with overlap queue runs its jobs one after the other', async () => {
    let running = 0
    let most = 0
    let runs = 0
    const { service, clock } = await started({
      jobs: [
        job('slow', async () => {
          most = Math.max(most, ++running)
          await clock.sleep(2_500)
          running--
          runs++
        }),
      ],
    })
    const { id } = await service.addScheduledJob({
      name: 's',
      everyMs: second,
      job: { type: 'slow', payload: null },
      overlap: 'queue',
    })
    await clock.advance(4 * second + 100)
    expect((await service.getQueueStats()).blocked).toBeGreaterThan(0)
    await service.removeScheduledJob(id)
    await clock.advance(20 * second)
    expect([most, runs]).toEqual([1, 4])
    await service.stop({ graceMs: 0 })
  })

  test.each([
    ['skip', 0],
    ['last', 1],
    ['all', 5],
  ] as const)(
    'with misfire %s makes %i jobs of five slots that passed while nobody was there',
    async (misfire, expected) => {
      const queue = memoryQueue()
      const clock = new FakeClock()
      let runs = 0
      const make = (): WorkerService =>
        new WorkerService({ queue, clock, logger: quiet, jobs: [job('tick', () => runs++)] })
      const first = make()
      await first.start()
      await first.addScheduledJob({
        name: 's',
        everyMs: minute,
        job: { type: 'tick', payload: null },
        misfire,
      })
      await first.stop({ graceMs: 0 })
      await clock.advance(5 * minute + 30 * second)
      const second_ = make()
      await second_.start()
      await clock.advance(second)
      expect(runs).toBe(expected)
      await second_.stop({ graceMs: 0 })
    },
  )

  test('fires each slot once however many services share the store', async () => {
    const queue = memoryQueue()
    const clock = new FakeClock()
    let runs = 0
    const services = Array.from(
      { length: 5 },
      () => new WorkerService({ queue, clock, logger: quiet, jobs: [job('tick', () => runs++)] }),
    )
    for (const service of services) await service.start()
    await Promise.all(
      services.map((service) =>
        service.addScheduledJob({
          name: 's',
          everyMs: 100,
          job: { type: 'tick', payload: null },
          overlap: 'allow',
        }),
      ),
    )
    await clock.advance(20 * second + 50)
    expect(runs).toBe(200)
    await Promise.all(services.map((service) => service.stop({ graceMs: 0 })))
  })

  test('does not fire a slot again when the clock is set back', async () => {
    let runs = 0
    const { service, clock } = await started({ jobs: [job('tick', () => runs++)] })
    await service.addScheduledJob({ name: 's', everyMs: minute, job: { type: 'tick', payload: null } })
    await clock.advance(2 * minute + second)
    clock.setNow(clock.now() - 60 * minute)
    await clock.advance(10 * minute)
    expect(runs).toBe(2)
    await service.stop({ graceMs: 0 })
  })

  test.each([
    [{ name: 's', job: { type: 'tick', payload: null } }, 'FIELDS_CONFLICT', '/'],
    [{ name: 's', cron: '* * *', job: { type: 'tick', payload: null } }, 'CRON_FIELD_COUNT', '/cron'],
    [{ name: 's', cron: '0 0 30 2 *', job: { type: 'tick', payload: null } }, 'CRON_NEVER_FIRES', '/cron'],
    [{ name: 's', everyMs: 1, job: { type: 'tick', payload: null } }, 'INTERVAL_INVALID', '/everyMs'],
    [{ name: 'a b', everyMs: 1000, job: { type: 'tick', payload: null } }, 'NAME_INVALID', '/name'],
    [{ name: 's', everyMs: 1000, job: { type: 'tock', payload: null } }, 'JOB_TYPE_UNKNOWN', '/job/type'],
    [{ name: 's', everyMs: 1000, job: { type: 'batch_crawl', urls: [] } }, 'URLS_INVALID', '/job/urls'],
    [
      { name: 's', everyMs: 1000, job: { type: 'tick', payload: null }, retry: { maxAttempts: 0 } },
      'RANGE',
      '/retry/maxAttempts',
    ],
    [
      { name: 's', everyMs: 1000, job: { type: 'tick', payload: null }, overlap: 'maybe' },
      'TYPE_MISMATCH',
      '/overlap',
    ],
  ])('%j is refused', async (given, code, path) => {
    const { service } = newFakeService({ jobs: [job('tick', () => 1)] })
    await expect(service.addScheduledJob(given as never)).rejects.toMatchObject({ code, path })
    await service.stop()
  })
})
