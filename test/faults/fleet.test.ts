import { beforeAll, describe, expect, test } from 'vitest'
import { idOf } from '../../src/core/random.js'
import type { WorkerService } from '../../src/index.js'
import { type RedisProcess, describeRedis, startRedis } from '../drivers/redis/redis-server.js'
import { Fleet, type FleetOptions, job, jobs, nowUs } from './fleet.js'
import { until } from './patience.js'

let redis: RedisProcess

function newFleet(options: Partial<FleetOptions> = {}): Fleet {
  return new Fleet({ at: { url: redis.url }, call: redis.call, leaseMs: 15_000, ...options })
}

describeRedis('processes on one namespace', () => {
  beforeAll(async () => {
    redis = await startRedis()
  })

  test('share the work evenly', async () => {
    const fleet = newFleet()
    const workers = await fleet.spawn(2)
    await fleet.submit(fleet.producer(redis.url), jobs(400, 'work', { ms: 5 }))
    await fleet.allEnded()
    const shares = workers.map(({ pid }) => fleet.runs().filter((run) => run.pid === pid).length / 400)
    expect(Math.min(...shares)).toBeGreaterThan(0.35)
    expect(Math.max(...shares)).toBeLessThan(0.65)
    expect(await fleet.wrongs()).toEqual([])
  })

  test('make one job of each slot of a schedule, though five look and one of them is killed', async () => {
    const fleet = newFleet({ scheduler: true })
    const workers = await fleet.spawn(5)
    const producer = fleet.producer(redis.url)
    const everyMs = 100
    const made = await producer.addScheduledJob({
      name: 'often',
      everyMs,
      overlap: 'allow',
      job: job('work'),
    })
    const standing = async () => (await producer.listScheduledJobs())[0]!
    await until('twenty slots have fired', async () => (await standing()).runCount >= 20)
    await fleet.kill(workers[2]!)
    await until('fifty have', async () => (await standing()).runCount >= 50)
    expect(await standing()).toMatchObject({ skippedCount: 0 })
    await producer.removeScheduledJob(made.id)
    const { jobs: all } = await fleet.snapshot()
    const ids = Array.from({ length: all.size }, (_, i) =>
      idOf('schedule', made.id, made.version, made.nextRunAt! + i * everyMs),
    )
    fleet.acknowledged.push(...ids)
    expect(all.size).toBeGreaterThanOrEqual(50)
    await fleet.allEnded()
    expect(await fleet.wrongs()).toEqual([])
  })

  test('hear of a cancel within a second', async () => {
    const fleet = newFleet()
    const producer = fleet.producer(redis.url)
    await fleet.spawn(2)
    const waits: number[] = []
    for (let i = 0; i < 40; i++) {
      const [id] = await fleet.submit(producer, [job('work', { ms: 60_000 })])
      await until('it runs', () => fleet.runs(id).length === 1)
      const sinceUs = nowUs()
      await producer.cancelJob(id!)
      const aborts = () => fleet.told('abort').filter((line) => line.job === id)
      await until('its signal aborts', () => aborts().length > 0)
      expect(aborts()).toMatchObject([{ code: 'CANCELLED' }])
      waits.push((aborts()[0]!.us - sinceUs) / 1000)
    }
    expect(Math.max(...waits)).toBeLessThan(1000)
    await fleet.allEnded()
    expect(fleet.told('completed')).toEqual([])
    expect(await fleet.wrongs()).toEqual([])
  })

  describe('of which one runs no jobs', () => {
    test('tell it the results that it waits for', async () => {
      const fleet = newFleet()
      const producer = fleet.producer(redis.url)
      const [worker] = await fleet.spawn(1)
      const ids = await fleet.submit(
        producer,
        [job('work', { ms: 300 }), job('fail', { times: 99 }), job('work', { ms: 60_000 })],
        { retry: { maxAttempts: 2 } },
      )
      const waiting = ids.map((id) => producer.waitForJob(id, { timeoutMs: 20_000 }))
      await fleet.started(3)
      await producer.cancelJob(ids[2]!)
      expect(await Promise.all(waiting)).toMatchObject([
        { jobId: ids[0], success: true, data: { pid: worker!.pid, attempt: 1 } },
        { jobId: ids[1], success: false, error: { code: 'JOB_FAILED' } },
        { jobId: ids[2], success: false, error: { code: 'CANCELLED' } },
      ])
      await fleet.allEnded()
      expect(await fleet.wrongs()).toEqual([])
    })

    test('tell it of every end', async () => {
      const fleet = newFleet()
      const producer = fleet.producer(redis.url)
      const ended = await endsHeardBy(fleet.producer(redis.url))
      await fleet.spawn(2)
      const completed = await fleet.submit(producer, jobs(50, 'work', { ms: 5 }))
      const failed = await fleet.submit(producer, jobs(5, 'fail', { times: 99 }), {
        retry: { maxAttempts: 1 },
      })
      const cancelled = await fleet.submit(producer, jobs(5, 'work'), { delayMs: 60_000 })
      for (const id of cancelled) await producer.cancelJob(id)
      await fleet.allEnded()
      await until('it has heard of all', () => ended.size === 60)
      expect(Object.fromEntries(ended)).toEqual({
        ...statuses(completed, 'completed'),
        ...statuses(failed, 'dead_letter'),
        ...statuses(cancelled, 'cancelled'),
      })
      expect(await fleet.wrongs()).toEqual([])
    })
  })
})

// -------------------------------------------------------------------------------------------------------------------

/** The ends that a service hears of, which does nothing but listen. */
async function endsHeardBy(service: WorkerService): Promise<Map<string, string>> {
  const ended = new Map<string, string>()
  service.on('fleet:ended', ({ jobId, status }) => ended.set(jobId, status))
  const gaps: unknown[] = []
  service.on('fleet:gap', (gap) => gaps.push(gap))
  await service.getQueueStats()
  await until('it listens', () => gaps.length > 0)
  return ended
}

function statuses(ids: readonly string[], status: string): Record<string, string> {
  return Object.fromEntries(ids.map((id) => [id, status]))
}
