import { describe, expect, test } from 'vitest'
import { WorkerService, memoryQueue } from '../../src/index.js'
import { gate, job, newFakeService, newService, quiet, until } from './stage.js'

describe('start and stop', () => {
  test('a constructor opens nothing and leaves nothing open', () => {
    const { clock } = newFakeService({ jobs: [job('x', () => 1)] })
    expect(clock.pendingTimers).toBe(0)
  })

  test('may be called twice and at once', async () => {
    const service = newService()
    await Promise.all([service.start(), service.start()])
    await service.start()
    expect(service.isRunning).toBe(true)
    await Promise.all([service.stop(), service.stop()])
    await service.stop()
    expect(service.isRunning).toBe(false)
  })

  test('a stop while it starts ends stopped, and a start while it stops ends started', async () => {
    const service = newService()
    const starting = service.start().catch((error: unknown) => (error as { code: string }).code)
    await service.stop()
    expect([undefined, 'ABORTED']).toContain(await starting)
    expect(service.isRunning).toBe(false)
    await service.start()
    const stopping = service.stop()
    await service.start()
    await stopping
    expect(service.isRunning).toBe(true)
  })

  test('a stop without a start resolves', async () => {
    await expect(new WorkerService({ logger: quiet }).stop()).resolves.toBeUndefined()
  })

  test('jobs submitted before the start run after it', async () => {
    const service = newService({ jobs: [job('early', () => 'ran')] })
    const { id } = await service.submitJob({ type: 'early', payload: null })
    await service.start()
    expect((await service.waitForJob(id)).data).toBe('ran')
  })

  test('after a stop every call says so, until the next start', async () => {
    const service = newService({ jobs: [job('x', () => 1)] })
    await service.start()
    const { id } = await service.submitJob({ type: 'x', payload: 1 })
    await service.waitForJob(id)
    await service.stop()
    await expect(service.submitJob({ type: 'x', payload: 1 })).rejects.toMatchObject({
      code: 'STATE_INVALID',
    })
    await expect(service.getJob(id)).rejects.toMatchObject({ code: 'STATE_INVALID' })
    await service.start()
    expect((await service.getJob(id))?.status).toBe('completed')
  })

  test('a stop lets running jobs end', async () => {
    const end = gate()
    const service = newService({ jobs: [job('x', async () => (await end.opened, 'ended'))] })
    await service.start()
    const { id } = await service.submitJob({ type: 'x', payload: 1 })
    await until(async () => (await service.getJob(id))?.status === 'processing')
    const stopping = service.stop()
    const waiting = service.waitForJob(id)
    end.open()
    expect((await waiting).data).toBe('ended')
    await stopping
  })

  test('a stop hands back what does not end within its grace, no attempt spent', async () => {
    const queue = memoryQueue()
    const stubborn = gate()
    let asked = false
    const service = newService({
      queue,
      jobs: [
        job(
          'deaf',
          (_, ctx) => (ctx.signal.addEventListener('abort', () => (asked = true)), stubborn.opened),
        ),
      ],
    })
    await service.start()
    const { id } = await service.submitJob({ type: 'deaf', payload: 1 })
    await until(async () => (await service.getJob(id))?.status === 'processing')
    const begun = performance.now()
    await service.stop({ graceMs: 300 })
    expect(performance.now() - begun).toBeLessThan(300)
    expect(asked).toBe(true)
    expect(await newService({ queue }).getJob(id)).toMatchObject({
      status: 'pending',
      retryCount: 0,
      attempt: expect.any(Number) as number,
    })
    stubborn.open()
  })

  test('a handler that ends because of the shutdown is handed back too', async () => {
    const queue = memoryQueue()
    const service = newService({
      queue,
      jobs: [
        job(
          'kind',
          (_, ctx) =>
            new Promise((_resolve, reject) =>
              ctx.signal.addEventListener('abort', () => reject(ctx.signal.reason as Error)),
            ),
        ),
      ],
    })
    await service.start()
    const { id } = await service.submitJob({ type: 'kind', payload: 1 })
    await until(async () => (await service.getJob(id))?.status === 'processing')
    await service.stop({ graceMs: 200 })
    expect(await newService({ queue }).getJob(id)).toMatchObject({ status: 'pending', retryCount: 0 })
  })

  test('a start that fails undoes itself and can be tried again', async () => {
    const queue = memoryQueue()
    let broken = true
    const open = queue.open.bind(queue)
    queue.open = (options) => (broken ? Promise.reject(new Error('no store')) : open(options))
    const service = newService({ queue, jobs: [job('x', () => 1)] })
    await expect(service.start()).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
      cause: { message: 'no store' },
    })
    expect(service.isRunning).toBe(false)
    broken = false
    await service.start()
    expect(service.isRunning).toBe(true)
  })

  test('a stop returns in its grace when the store does not answer any more', async () => {
    const queue = memoryQueue()
    const service = newService({ queue, jobs: [job('x', () => 1)] })
    await service.start()
    const never = (): Promise<never> => new Promise(() => undefined)
    Object.assign(queue, {
      cycle: never,
      renew: never,
      leave: never,
      close: never,
      prune: never,
      schedules: never,
    })
    const begun = performance.now()
    await service.stop({ graceMs: 500 })
    expect(performance.now() - begun).toBeLessThan(1_500)
  })

  test('a start that hangs is interrupted by a stop', async () => {
    const queue = memoryQueue()
    queue.open = () => new Promise(() => undefined)
    const service = newService({ queue })
    const starting = expect(service.start()).rejects.toMatchObject({ code: 'ABORTED' })
    await service.stop({ graceMs: 100 })
    await starting
  })

  test('after a stop no timer is left, however often it was started', async () => {
    const { service, clock } = newFakeService({ jobs: [job('x', () => 1)] })
    for (let i = 0; i < 200; i++) {
      await service.start()
      await service.stop({ graceMs: 100 })
    }
    expect(clock.pendingTimers).toBe(0)
  })

  test('it is an async disposable', async () => {
    const service = newService()
    await service.start()
    await service[Symbol.asyncDispose]()
    expect(service.isRunning).toBe(false)
  })

  test('started and stopped are told', async () => {
    const service = newService()
    const told: string[] = []
    service.on('service:started', () => told.push('started'))
    service.on('service:stopped', () => told.push('stopped'))
    await service.start()
    await service.stop()
    expect(told).toEqual(['started', 'stopped'])
  })
})
