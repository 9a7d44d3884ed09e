import { describe, expect, test } from 'vitest'
import { WorkerService, memoryQueue } from '../../src/index.js'
import { gate, job, newFakeService, newService, quiet, until } from './stage.js'

const once = { retry: { maxAttempts: 1 } }

describe('the figures of the fleet', () => {
  test('count each job once, by type and in all, and outlive the service that made them', async () => {
    const queue = memoryQueue()
    const { service, clock } = newFakeService({
      queue,
      jobs: [
        job('good', async () => clock.sleep(100)),
        job('bad', () => {
          throw new Error('boom')
        }),
      ],
    })
    await service.start()
    await service.submitJobs(Array.from({ length: 8 }, () => ({ type: 'good', payload: null })))
    await service.submitJobs(
      [
        { type: 'bad', payload: null },
        { type: 'bad', payload: null },
      ],
      once,
    )
    await service.submitJob(
      { type: 'bad', payload: null },
      { retry: { maxAttempts: 2, initialDelayMs: 60_000 } },
    )
    await service.submitJob({ type: 'good', payload: null }, { delayMs: 600_000 })
    await clock.advance(1_000)
    expect(await service.getQueueStats()).toMatchObject({
      pending: 0,
      processing: 0,
      completed: 8,
      failed: 2,
      retry: 1,
      delayed: 1,
      total: 12,
      blocked: 0,
      cancelled: 0,
    })
    const metrics = await service.getMetrics()
    expect(metrics).toMatchObject({
      jobsSubmitted: 12,
      jobsCompleted: 8,
      jobsFailed: 3,
      jobsRetried: 1,
      jobsDeadLetter: 2,
      successRate: 80,
    })
    expect(metrics.jobTypeStats).toMatchObject({
      good: { submitted: 9, completed: 8, failed: 0 },
      bad: { submitted: 3, failed: 3, retried: 1, deadLetter: 2 },
    })
    expect(metrics.p95ProcessingTimeMs).toBeGreaterThan(94)
    expect(metrics.p95ProcessingTimeMs).toBeLessThan(106)
    expect(metrics.totalWorkers).toBe(4)
    await service.stop({ graceMs: 0 })
    const later = new WorkerService({ queue, clock, logger: quiet })
    expect(await later.getMetrics()).toMatchObject({ jobsCompleted: 8, jobsDeadLetter: 2, totalWorkers: 0 })
    await later.stop()
  })

  test('before anything has run are zeros, and nobody has failed', async () => {
    const service = newService()
    expect(await service.getMetrics()).toMatchObject({
      jobsSubmitted: 0,
      avgProcessingTimeMs: 0,
      p99ProcessingTimeMs: 0,
      successRate: 100,
    })
  })

  test('know the workers of every service on the store, and which of them are well', async () => {
    const queue = memoryQueue()
    const first = newFakeService({ queue, workers: { count: 3 } })
    await first.service.start()
    const second = new WorkerService({ queue, clock: first.clock, logger: quiet, workers: { count: 2 } })
    await second.start()
    expect(await second.getWorkerStats()).toMatchObject({
      totalWorkers: 5,
      healthyWorkers: 5,
      isRunning: true,
    })
    await second.stop({ graceMs: 0 })
    expect(await first.service.getWorkerStats()).toMatchObject({ totalWorkers: 3, healthyWorkers: 3 })
    await first.service.stop({ graceMs: 0 })
  })

  test('say how old the oldest ready job is, and which types nobody takes', async () => {
    const { service, clock } = newFakeService()
    await service.submitJob({ type: 'orphan', payload: null })
    await clock.advance(5_000)
    expect(await service.getQueueStats()).toMatchObject({ oldestReadyMs: 5_000, unknownTypes: ['orphan'] })
    await service.stop()
  })

  test('count up while a job runs', async () => {
    const end = gate()
    const { service, clock } = newFakeService({ jobs: [job('slow', () => end.opened)] })
    await service.start()
    const { id } = await service.submitJob({ type: 'slow', payload: null })
    await clock.advance(1_234)
    expect((await service.getJob(id))?.processingTimeMs).toBe(1_234)
    end.open()
    await service.stop({ graceMs: 0 })
  })
})

describe('the health of a service', () => {
  test('is good when it runs', async () => {
    const service = newService()
    await service.start()
    expect(await service.healthCheck()).toMatchObject({
      healthy: true,
      queue: { healthy: true, adapter: 'memory' },
      workers: { healthy: true, total: 4 },
      scheduler: { healthy: true },
    })
  })

  test('is bad with the reason, and never a rejection, when the store is away', async () => {
    const queue = memoryQueue()
    queue.instances = () => Promise.reject(new Error('gone'))
    const health = await newService({ queue }).healthCheck()
    expect(health).toMatchObject({
      healthy: false,
      queue: { healthy: false, error: expect.stringContaining('STORE_UNAVAILABLE') as string },
    })
  })
})

test('a job of a higher class is started first, also when it came later', async () => {
  const order: string[] = []
  const service = newService({
    jobs: [job('note', (payload) => void order.push(payload as string))],
    workers: { count: 1, maxConcurrentJobs: 1 },
  })
  for (const priority of ['low', 'normal', 'high', 'critical'] as const)
    await service.submitJob({ type: 'note', payload: priority }, { priority })
  await service.start()
  await until(() => order.length === 4)
  expect(order).toEqual(['critical', 'high', 'normal', 'low'])
})

test('no more jobs run at once than there are slots', async () => {
  let running = 0
  let most = 0
  const end = gate()
  const service = newService({
    workers: { count: 3, maxConcurrentJobs: 2 },
    jobs: [
      job('x', async () => {
        most = Math.max(most, ++running)
        await end.opened
        running--
      }),
    ],
  })
  await service.start()
  await service.submitJobs(Array.from({ length: 50 }, () => ({ type: 'x', payload: null })))
  await until(() => running === 6)
  end.open()
  await until(async () => (await service.getQueueStats()).completed === 50)
  expect(most).toBe(6)
})
