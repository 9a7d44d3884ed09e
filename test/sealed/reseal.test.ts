import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { FireRequest } from '../../src/core/queue-adapter.js'
import { type Result, type WorkerService, memoryQueue } from '../../src/index.js'
import { FakeClock } from '../../src/testing/fake-clock.js'
import { job, newService } from '../service/stage.js'

type Queue = ReturnType<typeof memoryQueue>
type Key = ReturnType<typeof keyOf>
const keyOf = (id: string) => ({ id, secret: randomBytes(32).toString('base64') })
const [a, b] = [keyOf('a'), keyOf('b')]
const hour = 3_600_000
const tick = { type: 'tick', payload: { text: 'a' } }
const schedule = { name: 's', everyMs: hour, job: tick }
const template = { name: 't', job: tick }

function serviceOn(queue: Queue, keys: readonly Key[], clock?: FakeClock): WorkerService {
  const options = { queue, jobs: [job('tick', (payload) => payload)], ...(clock && { clock }) }
  return newService({
    ...options,
    scheduler: { enabled: false },
    ...(keys.length > 0 && { encryption: { keys } }),
  })
}

async function reseal(service: WorkerService): Promise<Result['data']> {
  await service.start()
  const { id } = await service.submitJob({ type: 'maintenance', taskType: 'reseal' })
  return (await service.waitForJob(id)).data
}

const storedIn = async (queue: Queue): Promise<string> =>
  JSON.stringify([await queue.schedules(), await queue.settings({ prefix: '', after: null, limit: 100 })])

describe('a rotation', () => {
  test('ends: what was resealed needs the old key no more, and declared again nothing changes', async () => {
    const queue = memoryQueue()
    const before = serviceOn(queue, [a])
    const made = await before.addScheduledJob(schedule)
    await before.putTemplate(template)
    const { id: hook, secret } = await before.addWebhook({ url: 'https://own.example/' })
    const during = serviceOn(queue, [b, a])
    expect(await during.addScheduledJob(schedule)).toEqual(made)
    expect(await reseal(during)).toEqual({ task: 'reseal', resealed: 3, left: 0, unreadable: 0 })
    expect(await storedIn(queue)).not.toContain('~s1.a.')
    expect(await reseal(during)).toEqual({ task: 'reseal', resealed: 0, left: 0, unreadable: 0 })
    const after = serviceOn(queue, [b])
    const standing = { ...made, version: 2 }
    expect(await after.listScheduledJobs()).toEqual([standing])
    expect(await after.addScheduledJob(schedule)).toEqual(standing)
    expect(await after.putTemplate(template)).toMatchObject({ version: 1 })
    expect(await after.getWebhook(hook)).toMatchObject({ secret: `whsec_****${secret.slice(-4)}` })
    const { id } = await after.submitJob({ type: 'template', template: 't' })
    await during.stop()
    await after.start()
    expect(await after.waitForJob(id)).toMatchObject({ success: true, data: tick.payload })
  })

  test.each([
    ['behind the old one', [a, b]],
    ['in front of it', [b, a]],
  ])('leaves submissions recognised with the new key %s', async (_, keys) => {
    const queue = memoryQueue()
    await serviceOn(queue, [a]).submitJob(tick, { id: 'mine' })
    expect(await serviceOn(queue, keys).submitJob(tick, { id: 'mine' })).toMatchObject({ created: false })
  })

  test('seals what was stored in the clear', async () => {
    const queue = memoryQueue()
    const before = serviceOn(queue, [])
    await before.addScheduledJob(schedule)
    await before.putTemplate(template)
    const after = serviceOn(queue, [a])
    expect(await reseal(after)).toMatchObject({ resealed: 2, left: 0 })
    expect(await storedIn(queue)).not.toContain('tick')
    expect(await after.listScheduledJobs()).toMatchObject([{ job: tick }])
  })

  test('passes over what no key opens, and counts it', async () => {
    const queue = memoryQueue()
    const lost = serviceOn(queue, [keyOf('lost')])
    await lost.addScheduledJob(schedule)
    await lost.putTemplate(template)
    const service = serviceOn(queue, [b, a])
    await service.addWebhook({ url: 'https://own.example/' })
    const stored = await storedIn(queue)
    expect(await reseal(service)).toMatchObject({ resealed: 0, left: 2, unreadable: 2 })
    expect(await storedIn(queue)).toBe(stored)
  })

  test('undoes no change that others make meanwhile', async () => {
    const queue = memoryQueue()
    await serviceOn(queue, [a]).putTemplate(template)
    const put = queue.putSetting.bind(queue)
    queue.putSetting = async (request) => {
      queue.putSetting = put
      await put({ ...request, text: '{"digest":"theirs"}', token: 'theirs' })
      return put(request)
    }
    expect(await reseal(serviceOn(queue, [b, a]))).toMatchObject({ resealed: 0, left: 1, unreadable: 0 })
    expect(await storedIn(queue)).toContain('theirs')
  })

  test('is refused where nothing is sealed', async () => {
    const service = serviceOn(memoryQueue(), [])
    await expect(service.submitJob({ type: 'maintenance', taskType: 'reseal' })).rejects.toMatchObject({
      code: 'NOT_SUPPORTED',
      message: expect.stringContaining('encryption') as string,
    })
  })
})

describe('a schedule whose slot is due', () => {
  /** A schedule that is due and that nobody has fired, and the queue that it stands in. */
  async function due(): Promise<{ queue: Queue; clock: FakeClock; slot: number }> {
    const [queue, clock] = [memoryQueue(), new FakeClock()]
    const service = serviceOn(queue, [a], clock)
    const { nextRunAt } = await service.addScheduledJob(schedule)
    await clock.advance(hour + 5_000)
    return { queue, clock, slot: nextRunAt ?? 0 }
  }

  async function resealed(queue: Queue, clock: FakeClock): Promise<readonly (number | null)[]> {
    const service = serviceOn(queue, [b, a], clock)
    const done = reseal(service)
    await clock.advance(1_000)
    expect(await done).toMatchObject({ resealed: 1, left: 0 })
    expect(await service.addScheduledJob(schedule)).toMatchObject({ version: 3 })
    return (await service.listScheduledJobs()).map(({ nextRunAt }) => nextRunAt)
  }

  test('keeps it', async () => {
    const { queue, clock, slot } = await due()
    expect(await resealed(queue, clock)).toEqual([slot])
  })

  test('does not go back to it when it fires meanwhile', async () => {
    const { queue, clock, slot } = await due()
    const put = queue.putSchedule.bind(queue)
    queue.putSchedule = async (request) => {
      queue.putSchedule = put
      expect(await queue.fire(await fireOf(queue, slot))).toMatchObject({ kind: 'skipped' })
      return put(request)
    }
    expect(await resealed(queue, clock)).toEqual([slot + hour])
  })
})

async function fireOf(queue: Queue, slot: number): Promise<FireRequest> {
  const [standing] = await queue.schedules()
  return {
    ...{ id: standing?.id ?? '', version: 1, slot, next: slot + hour },
    ...{ job: null, overlap: 'skip', queueLimit: 1, missed: 0 },
  }
}
