import { describe, expect, test } from 'vitest'
import { RiptideError, type StorageAdapter, memoryQueue } from '../../src/index.js'
import { gate, job, newFakeService, newService, until } from './stage.js'

const never = (): Promise<never> => new Promise(() => undefined)

/** A storage of someone else's, whose opening is given. */
function foreignStorage(open: () => Promise<void>): StorageAdapter {
  return { ...memoryQueue().storage, open }
}

describe('a store that does not open', () => {
  test('makes every call reject in its time, and none hang', async () => {
    const queue = memoryQueue()
    queue.open = never
    const { service, clock } = newFakeService({ queue, jobs: [job('x', () => 1)] })
    const begun = clock.now()
    const settledAfter = async (call: Promise<unknown>): Promise<[string, number]> => {
      const code = await call.then(
        () => 'none',
        (error: unknown) => (error as RiptideError).code,
      )
      return [code, clock.now() - begun]
    }
    const calls = Promise.all([
      settledAfter(service.getJob('a')),
      settledAfter(service.submitJob({ type: 'x', payload: null })),
      settledAfter(service.submitJobs([{ type: 'x', payload: null }])),
      settledAfter(service.getQueueStats()),
      settledAfter(service.waitForJob('a')),
      settledAfter(service.addScheduledJob({ name: 's', everyMs: 1_000, job: { type: 'x', payload: null } })),
    ])
    await clock.advance(20_000)
    for (const [code, ms] of await calls) {
      expect(code).toBe('STORE_TIMEOUT')
      expect(ms).toBeLessThanOrEqual(10_000)
    }
    await Promise.all([service.stop({ graceMs: 0 }), clock.advance(2_000)])
    expect(clock.pendingTimers).toBe(0)
  })

  test('lets a wait give up by its own timeout and signal', async () => {
    const queue = memoryQueue()
    queue.open = never
    const { service, clock } = newFakeService({ queue })
    const controller = new AbortController()
    const late = service.waitForJob('a', { timeoutMs: 100 }).catch((error: unknown) => error)
    const aborted = service.waitForJob('a', { signal: controller.signal }).catch((error: unknown) => error)
    controller.abort()
    await clock.advance(100)
    expect(await Promise.all([late, aborted])).toMatchObject([{ code: 'TIMEOUT' }, { code: 'ABORTED' }])
    await Promise.all([service.stop({ graceMs: 0 }), clock.advance(20_000)])
  })

  test('is told by the health within two seconds', async () => {
    const queue = memoryQueue()
    queue.open = never
    const { service, clock } = newFakeService({ queue })
    const asked = service.healthCheck()
    await clock.advance(2_000)
    expect(await asked).toMatchObject({
      healthy: false,
      queue: { healthy: false, error: expect.stringContaining('STORE_TIMEOUT') as string },
    })
    await Promise.all([service.stop({ graceMs: 0 }), clock.advance(20_000)])
  })

  test('and says that it never will is not asked again', async () => {
    const queue = memoryQueue()
    let opens = 0
    queue.open = () => {
      opens++
      return Promise.reject(new RiptideError('STORE_UNAVAILABLE', 'wrong password'))
    }
    await expect(newService({ queue }).getJob('a')).rejects.toThrow('wrong password')
    expect(opens).toBe(1)
  })
})

describe('an opening that is not all there', () => {
  test('closes the queue again when the storage does not open', async () => {
    const queue = memoryQueue()
    let opened = 0
    const [open, close] = [queue.open.bind(queue), queue.close.bind(queue)]
    queue.open = (options) => (opened++, open(options))
    queue.close = () => (opened--, close())
    let broken = true
    const storage = foreignStorage(() => (broken ? Promise.reject(new Error('no disk')) : Promise.resolve()))
    const service = newService({ queue, storage, jobs: [job('x', () => 1)] })
    await expect(service.start()).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
      cause: { message: 'no disk' },
    })
    expect(opened).toBe(0)
    broken = false
    await service.start()
    const { id } = await service.submitJob({ type: 'x', payload: null })
    expect((await service.waitForJob(id)).success).toBe(true)
    await service.stop()
    expect(opened).toBe(0)
  })

  test('that comes through after the stop is closed, and nobody listens to it', async () => {
    const queue = memoryQueue()
    const late = gate()
    const log: string[] = []
    const [open, close, subscribe] = [
      queue.open.bind(queue),
      queue.close.bind(queue),
      queue.subscribe.bind(queue),
    ]
    queue.open = async (options) => {
      await late.opened
      log.push('open')
      await open(options)
    }
    queue.close = () => (log.push('close'), close())
    queue.subscribe = (...args) => {
      const off = subscribe(...args)
      log.push('on')
      return () => (log.push('off'), off())
    }
    const service = newService({ queue })
    const starting = service.start().catch((error: unknown) => error)
    await service.stop({ graceMs: 0 })
    expect(await starting).toMatchObject({ code: 'ABORTED' })
    late.open()
    await until(() => log.includes('close'))
    expect(log).toEqual(['open', 'close'])
  })

  test('that fails after a new start has opened does not undo that one', async () => {
    const queue = memoryQueue()
    const late = gate()
    const open = queue.open.bind(queue)
    let opens = 0
    queue.open = (options) =>
      opens++ === 0 ? late.opened.then(() => Promise.reject(new Error('too late'))) : open(options)
    const service = newService({ queue, jobs: [job('x', () => 1)] })
    const starting = service.start().catch(() => undefined)
    await service.stop({ graceMs: 0 })
    await starting
    await service.start()
    late.open()
    const { id } = await service.submitJob({ type: 'x', payload: null })
    expect((await service.waitForJob(id)).success).toBe(true)
    expect(opens).toBe(2)
  })
})

test('a storage that does not answer any more makes reading a result reject, not hang', async () => {
  const storage = foreignStorage(() => Promise.resolve())
  const { service, clock } = newFakeService({ storage, jobs: [job('x', () => 'kept elsewhere')] })
  await service.start()
  const { id } = await service.submitJob({ type: 'x', payload: null })
  await clock.advance(0)
  Object.assign(storage, { get: never })
  const asked = service.getJobResult(id).catch((error: unknown) => error)
  await clock.advance(10_000)
  expect(await asked).toMatchObject({ code: 'STORE_TIMEOUT' })
  await Promise.all([service.stop({ graceMs: 0 }), clock.advance(5_000)])
})
