import { describe, expect, test } from 'vitest'
import { type QueueAdapter, memoryQueue } from '../../src/index.js'
import { faultyQueue } from './faulty-queue.js'
import { started, stop } from './fake-stage.js'
import { job, newFakeService, newService } from './stage.js'

const minute = 60_000
const tick = { name: 'tick', everyMs: minute, job: { type: 'x', payload: { n: 1 } } }

describe('a schedule', () => {
  test('is run now, beside its slots, with what it says of its jobs', async () => {
    const ran: string[] = []
    const stage = await started([job('x', (_, ctx) => void ran.push(ctx.job.scheduleId ?? ''))])
    const { service, clock } = stage
    const { id, nextRunAt } = await service.addScheduledJob({
      ...tick,
      priority: 'high',
      concurrencyKey: 'k',
    })
    const running = service.runScheduledJob(id)
    await clock.advance(0)
    const submitted = await running
    expect(submitted).toMatchObject({ created: true })
    expect(await service.getJob(submitted.id)).toMatchObject({
      payload: { n: 1 },
      priority: 'high',
      scheduleId: id,
      concurrencyKey: { key: 'k', max: 1 },
    })
    expect(ran).toEqual([id])
    expect(await service.listScheduledJobs()).toMatchObject([{ nextRunAt, runCount: 0 }])
    await expect(service.runScheduledJob('nobody')).rejects.toMatchObject({ code: 'SCHEDULE_NOT_FOUND' })
    await stop(stage)
  })

  test('that is switched off fires no more, and switched on again from then on', async () => {
    const at: number[] = []
    const stage = await started([job('x', () => void at.push(stage.clock.now()))])
    const { service, clock } = stage
    const { id } = await service.addScheduledJob(tick)
    const begun = clock.now()
    expect(await service.setScheduledJobEnabled(id, false)).toMatchObject({
      id,
      enabled: false,
      nextRunAt: null,
    })
    await clock.advance(5 * minute)
    expect(at).toEqual([])
    const on = await service.setScheduledJobEnabled(id, true)
    expect(on).toMatchObject({ enabled: true, nextRunAt: begun + 6 * minute })
    expect(await service.setScheduledJobEnabled(id, true)).toEqual(on)
    await clock.advance(minute + 1_000)
    expect(at).toEqual([begun + 6 * minute])
    await stop(stage)
  })

  test('that others change meanwhile is not put back: the newer definition is switched', async () => {
    const store = memoryQueue()
    const { service } = newFakeService({ queue: store, jobs: [job('x', () => 1)] })
    const { id } = await service.addScheduledJob(tick)
    let isChanged = false
    const beforePut: QueueAdapter = new Proxy(store, {
      get(target, key) {
        const value: unknown = Reflect.get(target, key, target)
        if (typeof value !== 'function') return value
        const call = value.bind(target) as (...args: unknown[]) => unknown
        if (key !== 'putSchedule' || isChanged) return call
        return async (...args: unknown[]) => {
          isChanged = true
          await service.addScheduledJob({ ...tick, everyMs: 2 * minute })
          return call(...args)
        }
      },
    })
    const other = newService({ queue: beforePut, jobs: [job('x', () => 1)] })
    expect(await other.setScheduledJobEnabled(id, false)).toMatchObject({
      enabled: false,
      everyMs: 2 * minute,
    })
  })

  test('that was switched off stays so when it is declared again, unless that says otherwise', async () => {
    const { service, clock } = newFakeService({ jobs: [job('x', () => 1)] })
    const { id } = await service.addScheduledJob(tick)
    const off = await service.setScheduledJobEnabled(id, false)
    await clock.advance(minute)
    expect(await service.addScheduledJob(tick)).toEqual(off)
    const slower = { ...tick, everyMs: 2 * minute }
    expect(await service.addScheduledJob(slower)).toMatchObject({
      enabled: false,
      nextRunAt: null,
      version: 3,
    })
    expect(await service.addScheduledJob({ ...slower, enabled: true })).toMatchObject({
      enabled: true,
      version: 4,
    })
  })

  test('that is switched off while it is declared again stays so', async () => {
    const store = memoryQueue()
    const { service } = newFakeService({ queue: store, jobs: [job('x', () => 1)] })
    const { id } = await service.addScheduledJob(tick)
    let isSwitched = false
    const beforePut: QueueAdapter = new Proxy(store, {
      get(target, key) {
        const value: unknown = Reflect.get(target, key, target)
        if (typeof value !== 'function') return value
        const call = value.bind(target) as (...args: unknown[]) => unknown
        if (key !== 'putSchedule' || isSwitched) return call
        return async (...args: unknown[]) => {
          isSwitched = true
          await service.setScheduledJobEnabled(id, false)
          return call(...args)
        }
      },
    })
    const other = newService({ queue: beforePut, jobs: [job('x', () => 1)] })
    expect(await other.addScheduledJob({ ...tick, everyMs: 2 * minute })).toMatchObject({
      enabled: false,
      everyMs: 2 * minute,
    })
  })

  test('is switched once although replies get lost', async () => {
    let calls = 0
    const queue = faultyQueue(memoryQueue(), (verb) =>
      verb === 'putSchedule' && ++calls === 2 ? 'after' : undefined,
    )
    const service = newService({ queue, jobs: [job('x', () => 1)] })
    const { id } = await service.addScheduledJob(tick)
    expect(await service.setScheduledJobEnabled(id, false)).toMatchObject({ enabled: false, version: 2 })
  })

  test('that is not there cannot be switched', async () => {
    const service = newService()
    await expect(service.setScheduledJobEnabled('a', true)).rejects.toMatchObject({
      code: 'SCHEDULE_NOT_FOUND',
    })
    await expect(service.setScheduledJobEnabled('a', 'no' as never)).rejects.toMatchObject({
      code: 'TYPE_MISMATCH',
      path: '/enabled',
    })
  })

  test('gives limits to each of its jobs, and shows them', async () => {
    const stage = await started([job('x', () => 1)])
    const { service, clock } = stage
    const limits = { concurrencyKey: { key: 'c', max: 2 }, rateLimit: { key: 'r', max: 5, perMs: 1_000 } }
    expect(await service.addScheduledJob({ ...tick, ...limits })).toMatchObject(limits)
    await clock.advance(minute + 1_000)
    const id = (await service.listJobs()).jobs[0]?.id ?? ''
    expect(await service.getJob(id)).toMatchObject(limits)
    await expect(
      service.addScheduledJob({ ...tick, rateLimit: { key: 'r', max: 0, perMs: 1 } }),
    ).rejects.toMatchObject({ code: 'RANGE', path: '/rateLimit/max' })
    await stop(stage)
  })
})

describe('a preview', () => {
  const from = Date.UTC(2026, 0, 1, 12)
  const day = 86_400_000

  test('tells the next slots of a schedule that is not made yet', async () => {
    const service = newService()
    const cron = { cron: '0 9 * * *', timezone: 'Europe/Paris' }
    const first = Date.UTC(2026, 0, 2, 8)
    expect(await service.previewSchedule(cron, { count: 3, from })).toEqual([
      first,
      first + day,
      first + 2 * day,
    ])
    expect(await service.previewSchedule({ everyMs: minute }, { from })).toHaveLength(10)
    expect(await service.listScheduledJobs()).toEqual([])
  })

  test('tells those of one that stands', async () => {
    const { service, clock } = newFakeService({ jobs: [job('x', () => 1)] })
    const { id } = await service.addScheduledJob(tick)
    const now = clock.now()
    expect(await service.previewSchedule(id, { count: 2 })).toEqual([now + minute, now + 2 * minute])
    await expect(service.previewSchedule('nobody')).rejects.toMatchObject({ code: 'SCHEDULE_NOT_FOUND' })
  })

  test('ends where the years that can be written down do', async () => {
    const cron = { cron: '0 0 29 2 *' }
    const slots = await newService().previewSchedule(cron, { count: 1_000, from: Date.UTC(9_990, 0, 1) })
    expect(slots).toEqual([Date.UTC(9_992, 1, 29), Date.UTC(9_996, 1, 29)])
  })

  test.each([
    [{ cron: '* * * * *' }, { count: 0 }, 'RANGE', '/count'],
    [{ cron: '* * * * *' }, { count: 1_001 }, 'RANGE', '/count'],
    [{ cron: '* * * * *' }, { from: '2026-02-30T00:00:00Z' }, 'DATE_INVALID', '/from'],
    [{ cron: '* * *' }, {}, 'CRON_FIELD_COUNT', '/cron'],
    [{}, {}, 'FIELDS_CONFLICT', '/'],
    [{ cron: '* * * * *', name: 'x' }, {}, 'FIELD_UNKNOWN', '/name'],
    [undefined, {}, 'ARGUMENT_INVALID', '/'],
  ])('of %j with %j is refused', async (schedule, options, code, path) => {
    const preview = newService().previewSchedule(schedule as never, options as never)
    await expect(preview).rejects.toMatchObject({ code, path })
  })
})
