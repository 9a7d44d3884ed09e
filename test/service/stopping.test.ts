import { describe, expect, test } from 'vitest'
import { memoryQueue } from '../../src/index.js'
import { gate, job, newFakeService, newService, until } from './stage.js'

const never = (): Promise<never> => new Promise(() => undefined)

/** Goes through so many microtasks: as far as a promise chain of that length gets. */
async function microtasks(n: number): Promise<void> {
  for (let i = 0; i < n; i++) await Promise.resolve()
}

describe('a stop', () => {
  test('at any moment of a start leaves nothing that runs', async () => {
    const left: number[] = []
    for (let moment = 0; moment < 80; moment++) {
      const { service, clock } = newFakeService({ jobs: [job('x', () => 1)] })
      const starting = service.start().catch(() => undefined)
      await microtasks(moment)
      await Promise.all([service.stop({ graceMs: 0 }), starting])
      await clock.advance(0)
      if (clock.pendingTimers > 0) left.push(moment)
    }
    expect(left).toEqual([])
  })

  test('while a claim is under way hands what it brings straight back, no attempt spent', async () => {
    const queue = memoryQueue()
    const cycle = queue.cycle.bind(queue)
    const reply = gate()
    let claiming = false
    queue.cycle = async (request) => {
      const answer = await cycle(request)
      if (answer.kind === 'done' && answer.claims.length > 0) {
        claiming = true
        await reply.opened
      }
      return answer
    }
    let runs = 0
    const service = newService({ queue, jobs: [job('x', () => runs++)] })
    await service.start()
    const { id } = await service.submitJob({ type: 'x', payload: null })
    await until(() => claiming)
    const stopping = service.stop()
    reply.open()
    await stopping
    expect(runs).toBe(0)
    expect(await newService({ queue }).getJob(id)).toMatchObject({ status: 'pending', retryCount: 0 })
  })

  test.each([0, 100, 3_000])(
    'with %i ms of grace returns in time from a silent store, and leaves no timer',
    async (graceMs) => {
      const queue = memoryQueue()
      const { service, clock } = newFakeService({ queue, jobs: [job('x', () => gate().opened)] })
      await service.start()
      await service.submitJob({ type: 'x', payload: null })
      await clock.advance(0)
      for (const verb of ['cycle', 'renew', 'leave', 'close', 'prune', 'schedules', 'get'] as const)
        queue[verb] = never
      await clock.advance(7_000)
      const asking = service.getJob('x').catch((error: unknown) => error)
      const begun = clock.now()
      let took = -1
      let left = -1
      const stopping = service.stop({ graceMs }).then(() => {
        took = clock.now() - begun
        left = clock.pendingTimers
      })
      await clock.advance(graceMs + 5_000)
      await stopping
      expect(took).toBeLessThanOrEqual(graceMs + 1_000)
      expect(left).toBe(0)
      expect(await asking).toMatchObject({
        code: expect.stringMatching(/STATE_INVALID|STORE_TIMEOUT/) as string,
      })
    },
  )

  test('told again with less grace hurries', async () => {
    const { service, clock } = newFakeService({ jobs: [job('deaf', () => gate().opened)] })
    await service.start()
    await service.submitJob({ type: 'deaf', payload: null })
    await clock.advance(0)
    const begun = clock.now()
    const patient = service.stop({ graceMs: 60_000 })
    await clock.advance(1_000)
    let took = -1
    const hasty = service.stop({ graceMs: 500 }).then(() => (took = clock.now() - begun))
    await clock.advance(100_000)
    await Promise.all([patient, hasty])
    expect(took).toBeLessThanOrEqual(1_500)
  })

  test('told again with more grace stays as it was', async () => {
    const { service, clock } = newFakeService({ jobs: [job('deaf', () => gate().opened)] })
    await service.start()
    await service.submitJob({ type: 'deaf', payload: null })
    await clock.advance(0)
    const stops = [service.stop({ graceMs: 1_000 }), service.stop({ graceMs: 60_000 }), service.stop()]
    await clock.advance(2_000)
    await Promise.all(stops)
    expect(service.isRunning).toBe(false)
  })

  test('lets a running handler submit and wait for the answer', async () => {
    const begin = gate()
    const queue = memoryQueue()
    const service = newService({
      queue,
      jobs: [
        job('parent', async () => {
          await begin.opened
          return (await service.submitJob({ type: 'child', payload: null })).id
        }),
        job('child', () => 1),
      ],
    })
    await service.start()
    const { id } = await service.submitJob({ type: 'parent', payload: null })
    await until(async () => (await service.getJob(id))?.status === 'processing')
    const stopping = service.stop()
    begin.open()
    await stopping
    const looker = newService({ queue })
    const result = await looker.getJobResult(id)
    expect(result).toMatchObject({ success: true })
    expect(await looker.getJob(String(result?.data))).toMatchObject({ status: 'pending', retryCount: 0 })
  })

  test('by a listener or by a handler ends like any other', async () => {
    const queue = memoryQueue()
    const service = newService({
      queue,
      jobs: [job('last', () => 1), job('suicide', () => service.stop({ graceMs: 50 }))],
    })
    await service.start()
    service.once('job:completed', () => void service.stop())
    await service.submitJob({ type: 'last', payload: null })
    await until(() => !service.isRunning)
    await service.start()
    const { id } = await service.submitJob({ type: 'suicide', payload: null })
    await until(() => !service.isRunning)
    await service.stop()
    expect(await newService({ queue }).getJob(id)).toMatchObject({ status: 'pending', retryCount: 0 })
  })

  test.each([[null], ['now'], [{ graceMs: -1 }], [{ graceMs: '1s' }], [{ grace: 5 }]])(
    'with %j is refused by a rejection, and the service goes on',
    async (options) => {
      const service = newService()
      await service.start()
      await expect(service.stop(options as never)).rejects.toMatchObject({
        code: expect.stringMatching(/ARGUMENT_INVALID|RANGE|FIELD_UNKNOWN/) as string,
      })
      expect(service.isRunning).toBe(true)
    },
  )
})

describe('starts and stops a thousand times', () => {
  test('leave no timers or subscriptions, and jobs run in each life', async () => {
    let runs = 0
    const queue = memoryQueue({ maxJobs: 10_000 })
    let subscribed = 0
    const subscribe = queue.subscribe.bind(queue)
    queue.subscribe = (...args) => {
      const off = subscribe(...args)
      subscribed++
      return () => (subscribed--, off())
    }
    const { service, clock } = newFakeService({
      queue,
      jobs: [job('x', () => void runs++)],
      retention: { completed: { count: 0 } },
    })
    for (let i = 0; i < 1_000; i++) {
      await service.start()
      const { id } = await service.submitJob({ type: 'x', payload: null })
      await service.waitForJob(id)
      await service.stop({ graceMs: 100 })
    }
    expect([runs, subscribed, clock.pendingTimers]).toEqual([1_000, 0, 0])
  }, 60_000)
})
