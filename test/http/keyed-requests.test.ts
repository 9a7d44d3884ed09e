import { afterAll, describe, expect, test } from 'vitest'
import { silentLogger } from '../../src/core/logger.js'
import { createHandler } from '../../src/http/index.js'
import { WorkerService, defineJob, memoryQueue } from '../../src/index.js'

interface Answer {
  readonly status: number
  readonly body: Record<string, unknown>
}

/** A service that runs nothing unless it is started, and its routes. */
function stage(maxJobs = 10_000) {
  const queue = memoryQueue({ maxJobs })
  const service = new WorkerService({
    queue,
    jobs: [defineJob({ name: 'echo', handler: (p: unknown) => p })],
    logger: silentLogger,
  })
  stages.push(service)
  const handler = createHandler(service, { authorize: () => true, logger: silentLogger })
  const send = async (path: string, key: string, body: unknown): Promise<Answer> => {
    const headers = { 'content-type': 'application/json', 'idempotency-key': key }
    const request = { method: 'POST', headers, body: JSON.stringify(body) }
    const response = await handler.fetch(new Request(`http://app.test/workers${path}`, request))
    return { status: response.status, body: (await response.json()) as Record<string, unknown> }
  }
  const total = async (): Promise<number> => (await service.listJobs()).total
  return { service, queue, send, total }
}

const stages: WorkerService[] = []
afterAll(() => Promise.all(stages.map((service) => service.stop({ graceMs: 0 }))))

const echo = (payload: unknown) => ({ job_type: { type: 'custom', job_name: 'echo', payload } })
const reused = { status: 422, body: { error: 'IDEMPOTENCY_KEY_REUSED' } }

describe('a batch with an Idempotency-Key', () => {
  test('sent again is answered with its jobs, whatever the order of its fields', async () => {
    const { send, total } = stage()
    const first = await send('/jobs/batch', 'k', {
      jobs: [{ ...echo({ a: 1, b: 2 }), priority: 'low' }, echo(2)],
    })
    const again = await send('/jobs/batch', 'k', {
      jobs: [{ priority: 'low', ...echo({ b: 2, a: 1 }) }, echo(2)],
    })
    const ids = ({ body }: Answer) => (body['jobs'] as { job_id: string }[]).map(({ job_id }) => job_id)
    expect(ids(again)).toEqual(ids(first))
    expect(await total()).toBe(2)
  })

  test.each([
    ['one entry more', [echo(1), echo(2), echo(3)]],
    ['one entry less', [echo(1)]],
    ['an entry that is another', [echo(1), echo(9)]],
  ])('refuses %s with the same key, and stores nothing', async (_, jobs) => {
    const { send, total } = stage()
    await send('/jobs/batch', 'k', { jobs: [echo(1), echo(2)] })
    expect(await send('/jobs/batch', 'k', { jobs })).toMatchObject(reused)
    expect(await total()).toBe(2)
  })

  test('is known by its jobs when the storage has forgotten it', async () => {
    const { send, total, queue } = stage()
    await send('/jobs/batch', 'k', { jobs: [echo(1), echo(2)] })
    await queue.storage.deletePrefix?.('idempotency/', 10)
    expect(await send('/jobs/batch', 'k', { jobs: [echo(1), echo(2), echo(3)] })).toMatchObject(reused)
    expect(await total()).toBe(2)
  })

  test('that was cut in the middle is completed by the same body', async () => {
    const { send, total, service } = stage(3)
    const body = { jobs: [1, 2, 3, 4].map(echo) }
    const statuses = ({ body: { jobs } }: Answer) =>
      (jobs as { status: string }[]).map(({ status }) => status)
    expect(statuses(await send('/jobs/batch', 'k', body))).toEqual([
      ...['submitted', 'submitted', 'submitted'],
      'refused',
    ])
    const { jobs } = await service.listJobs({ limit: 1 })
    await service.cancelJob(jobs[0]?.id ?? '')
    await service.discardJob(jobs[0]?.id ?? '')
    expect(statuses(await send('/jobs/batch', 'k', body))).toContain('submitted')
    expect(await total()).toBe(3)
  })

  test('that was refused does not spend its key', async () => {
    const { send } = stage()
    const wrong = { job_type: { type: 'custom', job_name: 'nope', payload: 1 } }
    expect(await send('/jobs/batch', 'k', { jobs: [wrong] })).toMatchObject({
      status: 422,
      body: { path: '/jobs/0/job_type/job_name' },
    })
    expect(await send('/jobs/batch', 'k', { jobs: [echo(1)] })).toMatchObject({ status: 200 })
  })
})

describe('a flow with an Idempotency-Key', () => {
  test('refuses one of other names or other jobs, and stores nothing', async () => {
    const { send, total } = stage()
    const flow = { jobs: { a: echo(1), b: { ...echo(2), depends_on: ['a'] } } }
    expect(await send('/flows', 'k', flow)).toMatchObject({ status: 200 })
    expect(await send('/flows', 'k', { jobs: { c: echo(1) } })).toMatchObject(reused)
    expect(await send('/flows', 'k', { jobs: { ...flow.jobs, c: echo(3) } })).toMatchObject(reused)
    expect(await send('/jobs', 'k', echo(1))).toMatchObject(reused)
    expect(await send('/flows', 'k', flow)).toMatchObject({
      status: 200,
      body: { jobs: { a: { created: false } } },
    })
    expect(await total()).toBe(2)
  })
})

describe('a job with an Idempotency-Key', () => {
  test('that replaced another is not run again when it is sent again', async () => {
    const { send, total, service } = stage()
    const dedupe_key = { key: 'k', mode: 'replace' }
    const held = await send('/jobs', 'first', { ...echo(1), dedupe_key })
    const id = String(held.body['job_id'])
    const replacing = { ...echo(2), dedupe_key }
    const answer = await send('/jobs', 'second', replacing)
    expect(answer.body).toMatchObject({ job_id: id, created: false, replaced: true })
    await service.start()
    expect(await service.waitForJob(id)).toMatchObject({ data: 2 })
    expect((await send('/jobs', 'second', replacing)).body).toMatchObject({ job_id: id, replaced: true })
    const batch = { jobs: [{ ...echo(3), dedupe_key }, echo(4)] }
    await send('/jobs/batch', 'third', batch)
    const flow = { jobs: { a: { ...echo(5), dedupe_key: 'other' } } }
    await send('/flows', 'fourth', flow)
    const before = await total()
    await send('/jobs/batch', 'third', batch)
    await send('/flows', 'fourth', flow)
    expect(await total()).toBe(before)
  })

  test('keeps its key from another body when the storage has forgotten it', async () => {
    const { send, queue } = stage()
    await send('/jobs', 'k', echo(1))
    await queue.storage.deletePrefix?.('idempotency/', 10)
    expect(await send('/jobs', 'k', echo(2))).toMatchObject(reused)
    expect(await send('/jobs', 'k', echo(1))).toMatchObject({ status: 200, body: { created: false } })
  })

  test('by template is the same job whatever has become of the template', async () => {
    const { send, total, service } = stage()
    await service.putTemplate({ name: 't', job: { type: 'echo', payload: 1 } })
    const first = await send('/templates/t/jobs', 'k', {})
    await service.putTemplate({ name: 't', job: { type: 'echo', payload: 2 } })
    expect((await send('/templates/t/jobs', 'k', {})).body).toMatchObject({ job_id: first.body['job_id'] })
    await service.removeTemplate('t')
    expect((await send('/templates/t/jobs', 'k', {})).body).toMatchObject({ job_id: first.body['job_id'] })
    expect(await send('/templates/t/jobs', 'k', { priority: 'low' })).toMatchObject(reused)
    expect(await total()).toBe(1)
  })
})
