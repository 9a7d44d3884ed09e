import { describe, expect, test } from 'vitest'
import { type QueueAdapter, WorkerService, memoryQueue } from '../../src/index.js'
import { FakeClock } from '../../src/testing/fake-clock.js'
import { type Fault, type Verb, faultyQueue } from './faulty-queue.js'
import { job, newFakeService, quiet } from './stage.js'

const second = 1_000
const tick = { type: 'tick', payload: null }

/** Services on one store that fire one schedule each second, and what they tell of it. */
async function fleet(queues: readonly QueueAdapter[], clock: FakeClock) {
  const told: string[] = []
  const services = queues.map(
    (queue) => new WorkerService({ queue, clock, logger: quiet, jobs: [job('tick', () => 1)] }),
  )
  for (const service of services) {
    service.on('job:submitted', ({ jobId }) => told.push(jobId))
    await service.start()
  }
  return {
    told,
    services,
    stop: () =>
      Promise.all([...services.map((service) => service.stop({ graceMs: 0 })), clock.advance(5 * second)]),
  }
}

describe('the jobs of a schedule', () => {
  test('are told of once, by the process that made them, however many try', async () => {
    const clock = new FakeClock()
    const store = memoryQueue()
    const { told, services, stop } = await fleet([store, store, store, store, store], clock)
    await services[0]?.addScheduledJob({ name: 's', everyMs: second, job: tick, overlap: 'allow' })
    await clock.advance(30 * second)
    expect(told).toHaveLength(30)
    expect(new Set(told).size).toBe(30)
    await stop()
  })

  test.each(['before', 'after', 'twice', 'silent'] as const)(
    'are made and told of once each when every third call befalls "%s"',
    async (fault) => {
      const clock = new FakeClock()
      const store = memoryQueue()
      let calls = 0
      const faultOf = (verb: Verb): Fault =>
        (verb === 'fire' || verb === 'schedules') && ++calls % 3 === 0 ? fault : undefined
      const { told, services, stop } = await fleet([faultyQueue(store, faultOf)], clock)
      await services[0]?.addScheduledJob({ name: 's', everyMs: second, job: tick, overlap: 'allow' })
      await clock.advance(30 * second + 500)
      const { total } = (await services[0]?.listJobs()) ?? { total: 0 }
      expect(total).toBeGreaterThanOrEqual(25)
      expect([told.length, new Set(told).size]).toEqual([total, total])
      await stop()
    },
  )

  test('come again when the store has been silent for a while', async () => {
    const clock = new FakeClock()
    const store = memoryQueue()
    let isSilent = false
    const queue = faultyQueue(store, (verb) =>
      isSilent && (verb === 'fire' || verb === 'schedules') ? 'silent' : undefined,
    )
    const { told, services, stop } = await fleet([queue], clock)
    await services[0]?.addScheduledJob({ name: 's', everyMs: second, job: tick, overlap: 'allow' })
    isSilent = true
    await clock.advance(60 * second)
    isSilent = false
    await clock.advance(10 * second)
    expect(told.length).toBeGreaterThan(0)
    await stop()
  })
})

describe('a schedule that cannot fire', () => {
  test('for lack of room keeps no other from firing, and fires when there is room', async () => {
    const clock = new FakeClock()
    const queue = memoryQueue({ maxBytes: 1_000 })
    const { service } = newFakeService({
      queue,
      clock,
      jobs: [job('tick', () => 1), job('big', () => 1)],
      retention: { completed: { count: 0 }, cancelled: { count: 0 } },
    })
    await service.start()
    const filler = await service.submitJob(
      { type: 'tick', payload: 'x'.repeat(600) },
      { delayMs: 60 * second },
    )
    await service.addScheduledJob({
      name: 'a-big',
      everyMs: second,
      job: { type: 'big', payload: 'x'.repeat(500) },
    })
    await service.addScheduledJob({ name: 'b-small', everyMs: second, job: tick })
    const runs: string[] = []
    service.on('job:completed', ({ type }) => runs.push(type))
    await clock.advance(20 * second)
    expect(runs.filter((type) => type === 'tick').length).toBeGreaterThan(5)
    expect(runs).not.toContain('big')
    await service.cancelJob(filler.id)
    await clock.advance(10 * second)
    expect(runs).toContain('big')
    await Promise.all([service.stop({ graceMs: 0 }), clock.advance(5 * second)])
  })

  test('because its record cannot be read keeps no other from firing', async () => {
    const { service, clock } = newFakeService({ jobs: [job('tick', () => 1)] })
    const queue = memoryQueue()
    const other = newFakeService({ queue, clock, jobs: [job('tick', () => 1)] }).service
    await queue.open({ logger: quiet, clock })
    await queue.putSchedule({
      id: 'a',
      name: 'a',
      digest: 'd',
      definition: '{not json',
      enabled: true,
      nextSlot: clock.now() + second,
    })
    const codes: string[] = []
    other.on('service:error', ({ error }) => codes.push(error.code))
    await other.start()
    await clock.advance(0)
    const queueOf = await other.getQueueStats()
    expect(queueOf.total).toBe(0)
    await expect(other.addScheduledJob({ name: 'b', everyMs: second, job: tick })).resolves.toMatchObject({
      name: 'b',
    })
    await clock.advance(3 * second)
    expect((await other.getQueueStats()).completed).toBe(3)
    expect(codes.length).toBeGreaterThan(0)
    await Promise.all([other.stop({ graceMs: 0 }), service.stop({ graceMs: 0 }), clock.advance(5 * second)])
  })
})

describe('a schedule that changes while it fires', () => {
  test('makes no job by its old definition once the new one is acknowledged', async () => {
    const { service, clock } = newFakeService({ jobs: [job('tick', (payload) => payload)] })
    await service.start()
    const declare = (payload: number) =>
      service.addScheduledJob({ name: 's', everyMs: 100, job: { type: 'tick', payload }, overlap: 'allow' })
    const made: { payload: unknown; after: number }[] = []
    for (let version = 0; version < 20; version++) {
      const moving = clock.advance(370)
      await declare(version)
      const acknowledged = (await service.listJobs({ limit: 500 })).total
      await moving
      const { total } = await service.listJobs()
      const { jobs } = await service.listJobs({ limit: Math.max(1, total - acknowledged) })
      for (const { id } of total > acknowledged ? jobs : [])
        made.push({ payload: (await service.getJob(id))?.payload, after: version })
    }
    expect(made.length).toBeGreaterThan(20)
    expect(made.filter(({ payload, after }) => payload !== after)).toEqual([])
    await service.stop({ graceMs: 0 })
  })

  test('disabled and enabled again goes on from then, and makes nothing up', async () => {
    const { service, clock } = newFakeService({ jobs: [job('tick', () => 1)] })
    await service.start()
    const declare = (enabled: boolean) =>
      service.addScheduledJob({ name: 's', everyMs: second, job: tick, enabled, misfire: 'all' })
    await declare(true)
    await clock.advance(3 * second)
    expect(await declare(false)).toMatchObject({ enabled: false, nextRunAt: null, runCount: 3 })
    await clock.advance(60 * second)
    await declare(true)
    await clock.advance(2 * second)
    expect((await service.listScheduledJobs())[0]).toMatchObject({ runCount: 5, skippedCount: 0, version: 3 })
    await service.stop({ graceMs: 0 })
  })

  test('whose queued jobs wait is removed, and they run on one after the other, cancelled ones apart', async () => {
    let running = 0
    let most = 0
    const { service, clock } = newFakeService({
      jobs: [
        job('tick', async () => {
          most = Math.max(most, ++running)
          await clock.sleep(10 * second)
          running--
        }),
      ],
    })
    await service.start()
    const { id } = await service.addScheduledJob({ name: 's', everyMs: second, job: tick, overlap: 'queue' })
    await clock.advance(6 * second)
    await service.removeScheduledJob(id)
    const { jobs } = await service.listJobs({ status: 'blocked' })
    expect(jobs).toHaveLength(5)
    await service.cancelJob(jobs[2]?.id ?? '')
    await clock.advance(100 * second)
    expect(await service.getQueueStats()).toMatchObject({ completed: 5, cancelled: 1, blocked: 0 })
    expect(most).toBe(1)
    await service.stop({ graceMs: 0 })
  })
})
