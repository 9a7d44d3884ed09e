import { randomBytes } from 'node:crypto'
import { afterEach, describe, expect, test } from 'vitest'
import { type RiptideError, WorkerService, memoryQueue } from '../../src/index.js'
import { job, newService, quiet } from '../service/stage.js'
import { FakeClock } from '../../src/testing/fake-clock.js'

type Queue = ReturnType<typeof memoryQueue>
const keysOf = (id: string) => ({ keys: [{ id, secret: randomBytes(32).toString('base64') }] })
const refused = expect.objectContaining({ code: 'DECRYPTION_FAILED' }) as Error
const minute = 60_000
const tick = { type: 'tick', payload: { text: 'a' } }
const stopping: WorkerService[] = []

afterEach(() => Promise.all(stopping.splice(0).map((service) => service.stop({ graceMs: 0 }))))

/** What another process left, whose key this one has not. */
async function left(queue: Queue): Promise<{ readonly schedule: string; readonly webhook: string }> {
  const other = newService({ queue, jobs: [job('tick', () => 1)], encryption: keysOf('lost') })
  const { id: schedule } = await other.addScheduledJob({ name: 'lost', everyMs: minute, job: tick })
  const { id: webhook } = await other.addWebhook({ url: 'https://lost.example/' })
  await other.putTemplate({ name: 'lost', job: tick })
  return { schedule, webhook }
}

describe.each([
  ['sealed with a key that this process has not', keysOf('own')],
  ['sealed, where this process has no keys', undefined],
])('a text that is %s', (_, encryption) => {
  const options = { jobs: [job('tick', () => 1)], ...(encryption && { encryption }) }

  test('stops no other schedule, and is told once', async () => {
    const [queue, clock] = [memoryQueue(), new FakeClock()]
    const service = new WorkerService({ ...options, queue, clock, logger: quiet })
    stopping.push(service)
    const errors: RiptideError[] = []
    service.on('service:error', ({ error }) => errors.push(error))
    await service.start()
    await service.addScheduledJob({ name: 'own', everyMs: minute, job: tick })
    await left(queue)
    await clock.advance(3 * minute + 1_000)
    const byName = Object.fromEntries((await service.listScheduledJobs()).map((one) => [one.name, one]))
    expect(byName['own']?.runCount).toBe(3)
    expect(byName['lost']).toMatchObject({
      runCount: 0,
      job: { type: '', payload: null },
      fault: { code: 'DECRYPTION_FAILED' },
    })
    const ofSchedule = errors.filter(({ facts }) => facts['schedule'] === 'lost')
    expect(ofSchedule).toMatchObject([{ code: 'DECRYPTION_FAILED' }])
  })

  test('is listed as a schedule and can be removed, and is refused where its definition is needed', async () => {
    const queue = memoryQueue()
    const { schedule } = await left(queue)
    const service = newService({ ...options, queue })
    await expect(service.runScheduledJob(schedule)).rejects.toThrow(refused)
    await expect(service.previewSchedule(schedule)).rejects.toThrow(refused)
    await expect(service.setScheduledJobEnabled(schedule, true)).rejects.toThrow(refused)
    expect(await service.listScheduledJobs()).toMatchObject([{ id: schedule, name: 'lost', enabled: true }])
    await service.removeScheduledJob(schedule)
    expect(await service.listScheduledJobs()).toEqual([])
  })

  test('is replaced as a schedule by one that is declared again', async () => {
    const queue = memoryQueue()
    const { schedule } = await left(queue)
    const service = newService({ ...options, queue })
    const put = await service.addScheduledJob({ name: 'lost', everyMs: minute, job: tick })
    expect(put).toMatchObject({ id: schedule, version: 2, job: tick })
    expect(await service.listScheduledJobs()).toEqual([put])
  })

  test('is passed over as a template, and can be put again and removed', async () => {
    const queue = memoryQueue()
    await left(queue)
    const service = newService({ ...options, queue })
    const errors: RiptideError[] = []
    service.on('service:error', ({ error }) => errors.push(error))
    await service.putTemplate({ name: 'own', job: tick })
    expect((await service.listTemplates()).map(({ name }) => name)).toEqual(['own'])
    await expect(service.getTemplate('lost')).rejects.toThrow(refused)
    expect(await service.putTemplate({ name: 'lost', job: tick })).toMatchObject({ version: 2 })
    await expect(service.getTemplate('lost', 1)).rejects.toThrow(refused)
    await service.removeTemplate('lost')
    expect((await service.listTemplates()).map(({ name }) => name)).toEqual(['own'])
    expect(errors).toHaveLength(1)
    expect(errors[0]).toMatchObject({ facts: { key: expect.stringMatching(/^template\/lost\//) as string } })
  })

  test('is passed over as a webhook, and can be removed', async () => {
    const queue = memoryQueue()
    const { webhook } = await left(queue)
    const service = newService({ ...options, queue })
    const { id } = await service.addWebhook({ url: 'https://own.example/' })
    expect((await service.listWebhooks()).map((one) => one.id)).toEqual([id])
    await expect(service.getWebhook(webhook)).rejects.toThrow(refused)
    await expect(service.updateWebhook(webhook, { enabled: false })).rejects.toThrow(refused)
    await service.removeWebhook(webhook)
    expect(await service.getWebhook(webhook)).toBeNull()
  })

  test('keeps no notice from making the deliveries of the other webhooks', async () => {
    const queue = memoryQueue()
    await left(queue)
    const service = newService({ ...options, queue })
    await service.addWebhook({ url: 'https://own.example/', events: ['job.completed'] })
    await service.start()
    await service.waitForJob((await service.submitJob(tick)).id)
    await expect.poll(() => service.listJobs({ type: 'riptide.webhook' })).toMatchObject({ total: 1 })
  })
})
