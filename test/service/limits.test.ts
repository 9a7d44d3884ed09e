import { describe, expect, test } from 'vitest'
import { memoryQueue } from '../../src/index.js'
import { started, stop, submit } from './fake-stage.js'
import { gate, job, newService, until } from './stage.js'

describe('a limit', () => {
  test('of a key holds up its own jobs only, and no slot', async () => {
    const ran: string[] = []
    const x = job('x', async (_, ctx) => {
      ran.push(ctx.job.id)
      await stage.clock.sleep(100)
    })
    const stage = await started([x], { workers: { count: 4 } })
    const { service, clock } = stage
    const first = await submit(stage, 'x', { concurrencyKey: 'a' })
    const second = await submit(stage, 'x', { concurrencyKey: 'a' })
    await submit(stage, 'x', { concurrencyKey: 'b' })
    await submit(stage, 'x')
    expect(await service.getQueueStats()).toMatchObject({ processing: 3, pending: 1 })
    expect(await service.explainJob(second)).toMatchObject({
      reason: 'concurrency_key_full',
      facts: { key: 'a', max: 1, running: 1 },
    })
    expect(await service.explainJob(first)).toMatchObject({ reason: 'runs' })
    await clock.advance(1_000)
    expect(ran).toHaveLength(4)
    expect(ran.at(-1)).toBe(second)
    await stop(stage)
  })

  test('of a rate says when the next one may start', async () => {
    const stage = await started([job('x', () => 1)])
    const { service, clock } = stage
    const rateLimit = { key: 'api', max: 1, perMs: 60_000 }
    await submit(stage, 'x', { rateLimit })
    const begun = clock.now()
    const held = await submit(stage, 'x', { rateLimit })
    const explained = await service.explainJob(held)
    expect(explained).toMatchObject({ reason: 'rate_limited', facts: { key: 'api', max: 1, perMs: 60_000 } })
    expect(explained.facts['until']).toBe(begun + 60_000)
    await clock.advance(59_000)
    expect((await service.getJob(held))?.status).toBe('pending')
    await clock.advance(2_000)
    expect((await service.getJob(held))?.status).toBe('completed')
    await stop(stage)
  })

  test('of the whole queue holds for all services together', async () => {
    const queue = memoryQueue()
    const opened = gate()
    const options = { queue, jobs: [job('wait', () => opened.opened)], limits: { concurrency: 2 } }
    const services = [newService(options), newService(options)]
    await Promise.all(services.map((service) => service.start()))
    const [service] = services
    if (!service) throw new Error('there is none')
    const answers = await service.submitJobs(
      Array.from({ length: 5 }, () => ({ type: 'wait', payload: null })),
    )
    await until(async () => (await service.getQueueStats()).processing === 2)
    const { jobs } = await service.listJobs({ status: 'pending' })
    expect(jobs).toHaveLength(3)
    expect(await service.explainJob(jobs[0]?.id ?? '')).toMatchObject({
      reason: 'queue_limit_full',
      facts: { max: 2, running: 2 },
    })
    opened.open()
    await Promise.all(answers.map(({ id }) => service.waitForJob(id)))
  })
})

describe('the figures', () => {
  test('say how often each class was served', async () => {
    const stage = await started([job('x', () => 1)])
    for (const priority of ['high', 'high', 'high', 'low']) await submit(stage, 'x', { priority })
    expect((await stage.service.getQueueStats()).classes).toEqual({
      critical: { claims: 0, share: 0 },
      high: { claims: 3, share: 0.75 },
      normal: { claims: 0, share: 0 },
      low: { claims: 1, share: 0.25 },
    })
    await stop(stage)
  })

  test('advise on the number of workers, by what happened lately', async () => {
    const stage = await started([job('wait', () => stage.clock.sleep(3_600_000))], { workers: { count: 1 } })
    const { service, clock } = stage
    expect(await service.getScale()).toMatchObject({
      desiredWorkers: 0,
      currentWorkers: 1,
      targetP95WaitMs: 1_000,
    })
    for (let n = 0; n < 12; n++) await submit(stage, 'wait')
    await clock.advance(30_000)
    expect(await service.getScale()).toMatchObject({
      desiredWorkers: 2,
      ready: 8,
      running: 4,
      oldestReadyMs: 30_000,
    })
    expect(await service.getScale({ targetP95WaitMs: 60_000 })).toMatchObject({ desiredWorkers: 1 })
    await expect(service.getScale({ targetP95WaitMs: 0 })).rejects.toMatchObject({ code: 'RANGE' })
    await stop(stage)
  })

  test('tell what the autoscaler does, where there is one', async () => {
    const stage = await started([job('x', () => 1)], {
      workers: { autoscale: { min: 2, max: 6, targetP95WaitMs: 500 } },
    })
    expect((await stage.service.getWorkerStats()).autoscale).toMatchObject({
      workers: 4,
      min: 2,
      max: 6,
      targetP95WaitMs: 500,
    })
    await stop(stage)
    expect((await newService().getWorkerStats()).autoscale).toBeNull()
  })
})

test('a job is told how those that it depends on have ended', async () => {
  const service = newService({
    jobs: [
      job('x', (payload) => payload),
      job('boom', () => Promise.reject(new Error('boom'))),
      job('sum', async (_, ctx) => ctx.dependencies()),
    ],
  })
  await service.start()
  const retry = { maxAttempts: 1 }
  const [good, bad] = await service.submitJobs([
    { type: 'x', payload: 7 },
    { job: { type: 'boom', payload: null }, options: { retry } },
  ])
  const dependsOn = [good?.id ?? '', { id: bad?.id ?? '', onFailure: 'ignore' } as const]
  const { id } = await service.submitJob({ type: 'sum', payload: null }, { dependsOn })
  expect((await service.waitForJob(id)).data).toMatchObject({
    [good?.id ?? '']: { success: true, data: 7 },
    [bad?.id ?? '']: { success: false, error: { message: 'boom' } },
  })
})
