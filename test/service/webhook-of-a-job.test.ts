import { describe, expect, test } from 'vitest'
import { memoryQueue } from '../../src/index.js'
import { job, newService } from './stage.js'

const secret = `whsec_${Buffer.alloc(32, 'canary').toString('base64')}`
const webhook = { url: 'https://hooks.example/a', events: ['job.dead_letter'], secret } as const

describe('the webhook of a job', () => {
  test('is shown without its secret, by every look and in every event', async () => {
    const told: unknown[] = []
    const service = newService({
      jobs: [job('x', (_, ctx) => ctx.job)],
      retention: { completed: { count: 9 } },
    })
    for (const event of ['job:submitted', 'job:started', 'job:completed'] as const)
      service.on(event, (value) => told.push(value))
    await service.start()
    const { id } = await service.submitJob({ type: 'x', payload: null }, { webhook })
    const result = await service.waitForJob(id)
    const seen = [
      result,
      await service.getJob(id),
      await service.listJobs(),
      await service.explainJob(id),
      told,
    ]
    expect(JSON.stringify(seen)).not.toContain(secret.slice(6, 30))
    const shown = { url: webhook.url, events: ['job.dead_letter'] }
    expect(await service.getJob(id)).toMatchObject({ webhook: shown })
    expect(result.data).toMatchObject({ webhook: shown })
    await service
      .retryJob(id)
      .catch((error: unknown) => expect(JSON.stringify(error)).not.toContain('whsec_'))
  })

  test.each([[secret], [` ${secret}`], [{ url: secret }]])(
    'is refused without telling a secret that stands in the place of its url: %#',
    async (wrong) => {
      const service = newService({ jobs: [job('x', () => 1)] })
      const untold = { code: 'URL_INVALID', message: expect.not.stringContaining('whsec_') as string }
      const submitted = service.submitJob({ type: 'x', payload: null }, { webhook: wrong })
      await expect(submitted).rejects.toMatchObject(untold)
      const added = service.addWebhook(typeof wrong === 'string' ? { url: wrong } : wrong)
      await expect(added).rejects.toMatchObject(untold)
    },
  )

  test('asks the store for a notice of the ends that it is told of', async () => {
    const queue = memoryQueue()
    const service = newService({ queue, jobs: [job('x', () => 1)] })
    const { id } = await service.submitJob({ type: 'x', payload: null }, { webhook })
    expect((await queue.get(id))?.terms?.notices).toEqual(['dead_letter'])
  })

  test('of a schedule is given to its jobs, and shown without its secret', async () => {
    const service = newService({ jobs: [job('x', () => 1)] })
    const schedule = { name: 's', everyMs: 86_400_000, job: { type: 'x', payload: null }, webhook }
    const added = await service.addScheduledJob(schedule)
    expect(added.webhook).toEqual({ url: webhook.url, events: ['job.dead_letter'] })
    expect(JSON.stringify([added, await service.listScheduledJobs()])).not.toContain('whsec_')
    const { id } = await service.runScheduledJob(added.id)
    expect(await service.getJob(id)).toMatchObject({ webhook: { url: webhook.url } })
  })
})
