import { inspect } from 'node:util'
import { describe, expect, test } from 'vitest'
import { PermanentError, type WorkerServiceOptions } from '../../src/index.js'
import { job, newService, until } from '../service/stage.js'
import { startEndpoint } from './endpoint.js'

const secret = `whsec_${Buffer.alloc(32, 1).toString('base64')}`
const ofService = `whsec_${Buffer.alloc(32, 2).toString('base64')}`

const jobs = [
  job('work', (payload) => ({ got: payload })),
  job('fail', () => {
    throw new PermanentError('no')
  }),
  job('large', () => 'x'.repeat(70_000)),
]

const open = { crawl: { allowPrivateNetwork: true } }

async function running(options: WorkerServiceOptions = {}): Promise<ReturnType<typeof newService>> {
  const service = newService({ jobs, ...open, ...options })
  await service.start()
  return service
}

describe('the webhook of a job', () => {
  test('is told of its end, signed with the secret that came with it', async () => {
    const endpoint = await startEndpoint()
    const service = await running()
    const { id } = await service.submitJob(
      { type: 'work', payload: { n: 1 } },
      { webhook: { url: endpoint.url, secret }, metadata: { tenant: 7 } },
    )
    await until(() => endpoint.signedWith(secret).length === 1)
    expect(endpoint.received[0]?.event).toMatchObject({
      type: 'job.completed',
      data: {
        job_id: id,
        type: 'work',
        status: 'Completed',
        generation: 1,
        priority: 'Normal',
        metadata: { tenant: 7 },
        error: null,
        result: { got: { n: 1 } },
      },
    })
    const age = Date.now() / 1000 - Number(endpoint.received[0]?.headers['webhook-timestamp'])
    expect(Math.abs(age)).toBeLessThan(30)
  })

  test('is told only what it asked for', async () => {
    const endpoint = await startEndpoint()
    const service = await running()
    const webhook = { url: endpoint.url, events: ['job.dead_letter' as const], secret }
    await service.submitJob({ type: 'work', payload: 1 }, { webhook })
    const { id } = await service.submitJob({ type: 'fail', payload: 1 }, { webhook })
    await until(() => endpoint.received.length === 1)
    expect(endpoint.received[0]?.event).toMatchObject({
      type: 'job.dead_letter',
      data: { job_id: id, status: 'DeadLetter', error: { code: 'JOB_FAILED', message: 'no' }, result: null },
    })
  })

  test('is told of a cancelled one', async () => {
    const endpoint = await startEndpoint()
    const service = await running()
    const options = { webhook: endpoint.url, delayMs: 60_000 }
    const { id } = await service.submitJob({ type: 'work', payload: 1 }, options)
    await service.cancelJob(id, { reason: 'not wanted' })
    await until(() => endpoint.received.length === 1)
    expect(endpoint.received[0]?.event).toMatchObject({
      type: 'job.cancelled',
      data: { error: { code: 'CANCELLED', message: 'not wanted' } },
    })
    expect(endpoint.received[0]?.headers).not.toHaveProperty('webhook-signature')
  })

  test('is signed with the secret of the service where it brings none', async () => {
    const endpoint = await startEndpoint()
    const service = await running({ webhooks: { secret: ofService } })
    await service.submitJob({ type: 'work', payload: 1 }, { webhook: endpoint.url })
    await until(() => endpoint.signedWith(ofService).length === 1)
  })

  test('is told even if nothing is kept of a job that completed', async () => {
    const endpoint = await startEndpoint()
    const service = await running({ retention: { completed: { count: 0 } } })
    const { id } = await service.submitJob(
      { type: 'work', payload: 1 },
      { webhook: { url: endpoint.url, secret } },
    )
    await until(() => endpoint.signedWith(secret).length === 1)
    expect(endpoint.received[0]?.event.data).toMatchObject({ job_id: id, status: 'Completed' })
    await until(async () => (await service.listJobs()).total === 0)
  })

  test('is told that a result is too large for it', async () => {
    const endpoint = await startEndpoint()
    const service = await running()
    await service.submitJob({ type: 'large', payload: 1 }, { webhook: endpoint.url })
    await until(() => endpoint.received.length === 1)
    expect(endpoint.received[0]?.event.data).toMatchObject({ result: null, result_too_large: true })
  })

  test('is refused as a url of a crawl is', async () => {
    const service = newService({ jobs })
    const submit = (url: string): Promise<unknown> =>
      service.submitJob({ type: 'work', payload: 1 }, { webhook: { url } })
    await expect(submit('http://127.0.0.1/')).rejects.toMatchObject({
      code: 'URL_BLOCKED',
      path: '/webhook/url',
    })
    await expect(submit('ftp://x.example/')).rejects.toMatchObject({ code: 'URL_SCHEME' })
    await expect(service.addWebhook({ url: 'http://[::1]/' })).rejects.toMatchObject({ code: 'URL_BLOCKED' })
  })

  test('must be https where the app says so', async () => {
    const service = newService({ jobs, webhooks: { allowHttp: false } })
    await expect(service.addWebhook({ url: 'http://x.example/' })).rejects.toMatchObject({
      code: 'URL_SCHEME',
      path: '/url',
    })
    expect(await service.addWebhook({ url: 'https://x.example/' })).toMatchObject({ enabled: true })
  })
})

describe('a webhook of the namespace', () => {
  test('is told of each end that fits, of whichever service made it', async () => {
    const endpoint = await startEndpoint()
    const service = await running()
    await service.addWebhook({ url: endpoint.url, types: ['work'], events: ['job.completed'], secret })
    await service.submitJob({ type: 'fail', payload: 1 })
    const answers = await service.submitJobs(
      Array.from({ length: 30 }, (_, n) => ({ type: 'work', payload: n })),
    )
    await until(() => endpoint.signedWith(secret).length === 30)
    const told = endpoint.received.map(({ event }) => event.data.job_id)
    expect(new Set(told)).toEqual(new Set(answers.map(({ id }) => id)))
  })

  test('is switched off by 410, and nothing more is sent', async () => {
    const endpoint = await startEndpoint((response) => response.writeHead(410).end())
    const service = await running()
    const { id } = await service.addWebhook({ url: endpoint.url })
    await service.submitJob({ type: 'work', payload: 1 })
    await until(async () => (await service.getWebhook(id))?.enabled === false)
    const { id: second } = await service.submitJob({ type: 'work', payload: 2 })
    await service.waitForJob(second)
    await until(async () => {
      const { pending, processing } = await service.getQueueStats()
      return pending + processing === 0
    })
    expect(endpoint.received).toHaveLength(1)
    expect(await service.listJobs({ type: 'riptide.webhook', status: 'dead_letter' })).toMatchObject({
      total: 1,
    })
  })

  test('is told again, under the same id, when a delivery that was given up is retried', async () => {
    const endpoint = await startEndpoint((response, before) =>
      response.writeHead(before === 0 ? 410 : 204).end(),
    )
    const service = await running()
    const { id } = await service.addWebhook({ url: endpoint.url, secret })
    await service.submitJob({ type: 'work', payload: 1 })
    await until(async () => (await service.listJobs({ status: 'dead_letter' })).total === 1)
    await service.updateWebhook(id, { enabled: true })
    const [dead] = (await service.listJobs({ status: 'dead_letter' })).jobs
    await service.retryJob(dead?.id ?? '')
    expect(await service.waitForJob(dead?.id ?? '')).toMatchObject({ data: { delivered: true, status: 204 } })
    expect(endpoint.received.map(({ headers }) => headers['webhook-id'])).toEqual([dead?.id, dead?.id])
    expect(endpoint.received[1]?.body).toEqual(endpoint.received[0]?.body)
    expect(endpoint.signedWith(secret)).toHaveLength(2)
  })

  test('outlives the secret that is rotated while a delivery waits', async () => {
    const endpoint = await startEndpoint((response, before) =>
      response.writeHead(before === 0 ? 410 : 204).end(),
    )
    const service = await running()
    const { id } = await service.addWebhook({ url: endpoint.url, secret })
    await service.submitJob({ type: 'work', payload: 1 })
    await until(async () => (await service.listJobs({ status: 'dead_letter' })).total === 1)
    const { secret: young } = await service.rotateWebhookSecret(id, { keepOldMs: 0 })
    await service.updateWebhook(id, { enabled: true })
    const [dead] = (await service.listJobs({ status: 'dead_letter' })).jobs
    await service.retryJob(dead?.id ?? '')
    await service.waitForJob(dead?.id ?? '')
    expect(endpoint.signedWith(young)).toEqual([endpoint.received[1]])
    expect(endpoint.signedWith(secret)).toEqual([endpoint.received[0]])
  })
})

test('no secret is in a log, an event, an error, a result, a job or a webhook', async () => {
  const seen: unknown[] = []
  const note = (...words: readonly unknown[]): void => void seen.push(words)
  const logger = { debug: note, info: note, warn: note, error: note }
  const endpoint = await startEndpoint((response) => response.writeHead(410).end())
  const service = await running({ logger, webhooks: { secret: ofService } })
  for (const event of ['job:submitted', 'job:started', 'job:dead_letter', 'service:error'] as const)
    service.on(event, note)
  const { id } = await service.addWebhook({ url: endpoint.url, secret })
  const own = { url: endpoint.url, secret }
  await service.submitJob({ type: 'work', payload: 1 }, { webhook: own })
  await service.submitJob({ type: 'fail', payload: 1 }, { webhook: endpoint.url })
  // The two of the webhook of the namespace: one may have been switched off by the other.
  await until(async () => {
    const { pending, processing, failed } = await service.getQueueStats()
    return pending + processing === 0 && failed >= 4
  })
  seen.push(await service.updateWebhook(id, { enabled: true }), await service.listWebhooks())
  const { jobs: all } = await service.listJobs()
  for (const one of all) seen.push(one, await service.getJob(one.id), await service.getJobResult(one.id))
  const text = inspect(seen, { depth: 20, maxArrayLength: null, maxStringLength: null })
  expect(all.length).toBeGreaterThan(6)
  for (const canary of [secret, ofService]) expect(text).not.toContain(canary.slice('whsec_'.length))
})
