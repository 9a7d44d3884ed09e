import { describe, expect, test } from 'vitest'
import { memoryQueue } from '../../src/index.js'
import { started, stop, submit } from './fake-stage.js'
import { gate, job, newService, until } from './stage.js'

describe('a pause', () => {
  test('of the queue starts nothing more until it is resumed, in every service', async () => {
    const queue = memoryQueue()
    const ran: string[] = []
    const x = job('x', (_, ctx) => void ran.push(ctx.job.id))
    const stage = await started([x], { queue })
    const other = newService({ queue, jobs: [x] })
    await other.pause()
    const id = await submit(stage, 'x')
    await stage.clock.advance(10_000)
    expect(ran).toEqual([])
    expect(await stage.service.getQueueStats()).toMatchObject({ paused: true, pausedTypes: [], pending: 1 })
    expect(await stage.service.explainJob(id)).toMatchObject({ reason: 'queue_paused' })
    await other.resume()
    await stage.clock.advance(1_000)
    expect(ran).toEqual([id])
    await stop(stage)
  })

  test('of a type holds up no other, and is told apart from one of the queue', async () => {
    const ran: string[] = []
    const stage = await started(['a', 'b'].map((name) => job(name, () => void ran.push(name))))
    const { service, clock } = stage
    await service.pause({ type: 'a' })
    await submit(stage, 'a')
    await submit(stage, 'b')
    expect(ran).toEqual(['b'])
    expect(await service.getQueueStats()).toMatchObject({ paused: false, pausedTypes: ['a'] })
    await service.resume()
    await clock.advance(1_000)
    expect(ran).toEqual(['b'])
    await service.resume({ type: 'a' })
    await clock.advance(1_000)
    expect(ran).toEqual(['b', 'a'])
    await stop(stage)
  })

  test.each([
    [{ type: 'a b' }, 'ID_INVALID', '/type'],
    [{ types: 'a' }, 'FIELD_UNKNOWN', '/types'],
    [[], 'ARGUMENT_INVALID', '/'],
  ])('of %j is refused', async (options, code, path) => {
    const service = newService()
    await expect(service.pause(options as never)).rejects.toMatchObject({ code, path })
    await expect(service.resume(options as never)).rejects.toMatchObject({ code, path })
    expect(await service.getQueueStats()).toMatchObject({ paused: false, pausedTypes: [] })
  })
})

describe('to drain', () => {
  test('pauses, and resolves when what runs has ended', async () => {
    const opened = gate()
    const service = newService({ jobs: [job('wait', () => opened.opened)], workers: { count: 1 } })
    await service.start()
    const { id } = await service.submitJob({ type: 'wait', payload: null })
    await until(async () => (await service.getJob(id))?.status === 'processing')
    let isDrained = false
    const draining = service.drain({ timeoutMs: 20_000 }).then(() => (isDrained = true))
    await until(async () => (await service.getQueueStats()).paused)
    expect(isDrained).toBe(false)
    opened.open()
    await draining
    expect(await service.getJob(id)).toMatchObject({ status: 'completed' })
    expect((await service.getQueueStats()).paused).toBe(true)
  })

  test('gives up after its time or by its signal; the pause stays', async () => {
    const opened = gate()
    const service = newService({ jobs: [job('wait', () => opened.opened)] })
    await service.start()
    const { id } = await service.submitJob({ type: 'wait', payload: null })
    await until(async () => (await service.getJob(id))?.status === 'processing')
    await expect(service.drain({ timeoutMs: 0 })).rejects.toMatchObject({
      code: 'TIMEOUT',
      facts: { running: 1 },
    })
    const abort = new AbortController()
    const draining = service.drain({ signal: abort.signal })
    abort.abort()
    await expect(draining).rejects.toMatchObject({ code: 'ABORTED' })
    expect((await service.getQueueStats()).paused).toBe(true)
    opened.open()
  })

  test('by a signal that has aborted pauses nothing', async () => {
    const service = newService()
    await expect(service.drain({ signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'ABORTED' })
    await expect(service.drain({ signal: {} as never })).rejects.toMatchObject({ code: 'ARGUMENT_INVALID' })
    await expect(service.drain({ timeoutMs: -1 })).rejects.toMatchObject({ code: 'RANGE' })
    expect((await service.getQueueStats()).paused).toBe(false)
  })
})
