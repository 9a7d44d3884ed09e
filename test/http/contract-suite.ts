import { describe, expect, test } from 'vitest'
import { type Answer, type MountedClient, custom, expectProblem } from './mounted-client.js'

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/
const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/

/** The checklist of the wire contract line by line, and the life of a job. */
export function contractSuite(client: MountedClient): void {
  const { get, prefix, send, service, submit } = client

  describe('the checklist of the wire contract', () => {
    test('a batch crawl is submitted as the contract writes it', async () => {
      const response = await send('POST', '/workers/jobs', {
        job_type: {
          type: 'batch_crawl',
          urls: ['http://127.0.0.1:1/a', 'http://127.0.0.1:1/b'],
          options: { concurrency: 2, cache_mode: 'read_through' },
        },
        priority: 'High',
        scheduled_at: '2200-01-01T00:00:00Z',
      })
      expect(response.status).toBe(200)
      const answer = (await response.json()) as Answer
      expect(answer).toEqual({
        job_id: expect.stringMatching(uuid) as string,
        status: 'submitted',
        submitted_at: expect.stringMatching(time) as string,
        message: 'the job was submitted',
        created: true,
      })
      expect(await get(`/workers/jobs/${String(answer['job_id'])}`)).toEqual({
        job_id: answer['job_id'],
        status: 'Pending',
        created_at: expect.stringMatching(time) as string,
        started_at: null,
        completed_at: null,
        worker_id: null,
        retry_count: 0,
        last_error: null,
        processing_time_ms: null,
        metadata: {},
      })
    })

    test('the queue is counted', async () => {
      const stats = await get('/workers/stats/queue')
      const six = ['pending', 'processing', 'completed', 'failed', 'retry', 'delayed'].map((key) =>
        Number(stats[key]),
      )
      expect(stats['total']).toBe(six.reduce((sum, n) => sum + n, 0))
      expect(stats).toMatchObject({ blocked: 0, cancelled: 0, paused: false, paused_types: [] })
    })

    test('the workers are counted', async () => {
      const stats = await get('/workers/stats/workers')
      expect(stats).toMatchObject({ total_workers: 4, healthy_workers: 4, is_running: true })
    })

    test('the metrics are told', async () => {
      await submit(custom('echo'))
      const metrics = await get('/workers/metrics')
      expect(metrics).toMatchObject({
        job_type_stats: { echo: { submitted: expect.any(Number) as number } },
      })
      expect(Number(metrics['jobs_submitted'])).toBeGreaterThan(0)
    })

    test('a schedule is added, listed and removed', async () => {
      const response = await send('POST', '/workers/schedule', {
        name: 'daily_crawl',
        cron_expression: '0 0 * * *',
        job_template: { type: 'batch_crawl', urls: ['https://news.ycombinator.com'], options: null },
        priority: 'Normal',
        enabled: true,
      })
      expect(response.status).toBe(200)
      const schedule = (await response.json()) as Answer
      expect(schedule).toEqual({
        id: expect.stringMatching(uuid) as string,
        name: 'daily_crawl',
        cron_expression: '0 0 * * *',
        enabled: true,
        priority: 'Normal',
        created_at: expect.stringMatching(time) as string,
        last_executed_at: null,
        next_execution_at: expect.stringMatching(/T00:00:00\.000Z$/) as string,
        execution_count: 0,
      })
      expect(await get('/workers/schedule')).toEqual([schedule])
      const removed = await send('DELETE', `/workers/schedule/${String(schedule['id'])}`)
      expect(removed.status).toBe(204)
      expect(await removed.text()).toBe('')
      await expectProblem(
        await send('DELETE', `/workers/schedule/${String(schedule['id'])}`),
        404,
        'SCHEDULE_NOT_FOUND',
      )
    })
  })

  describe('a job', () => {
    test('runs, and its result is what the handler returned', async () => {
      const id = await submit(custom('echo', { aB: [1, 'é', null], then: 'x' }), {
        metadata: { team: 'x' },
        priority: 'cRITICAL',
      })
      await service.waitForJob(id)
      expect(await get(`/workers/jobs/${id}/result`)).toMatchObject({
        job_id: id,
        success: true,
        data: { aB: [1, 'é', null], then: 'x' },
        error: null,
      })
      expect(await get(`/workers/jobs/${id}`)).toMatchObject({
        status: 'Completed',
        metadata: { team: 'x' },
      })
    })

    test('that is unknown is 404 on every route about it', async () => {
      await expectProblem(await client.request(`${prefix}/workers/jobs/unknown`), 404, 'JOB_NOT_FOUND')
      await expectProblem(await client.request(`${prefix}/workers/jobs/unknown/result`), 404, 'JOB_NOT_FOUND')
      await expectProblem(await send('DELETE', '/workers/jobs/unknown'), 404, 'JOB_NOT_FOUND')
      await expectProblem(await send('POST', '/workers/jobs/unknown/retry'), 404, 'JOB_NOT_FOUND')
    })

    test('is cancelled once, has a result then, and can be retried', async () => {
      const id = await submit(custom('waits'))
      await expectProblem(await client.request(`${prefix}/workers/jobs/${id}/result`), 404, 'NOT_FINISHED')
      const cancelled = await send('DELETE', `/workers/jobs/${id}`)
      expect(cancelled.status).toBe(200)
      expect(await cancelled.json()).toMatchObject({
        job_id: id,
        status: 'Cancelled',
        last_error: expect.stringMatching(/^CANCELLED: /) as string,
      })
      await expectProblem(await send('DELETE', `/workers/jobs/${id}`), 409, 'STATE_CONFLICT')
      expect(await get(`/workers/jobs/${id}/result`)).toMatchObject({
        success: false,
        data: null,
        error: expect.any(String) as string,
      })
      const retried = await send('POST', `/workers/jobs/${id}/retry`)
      expect(retried.status).toBe(200)
      expect(await retried.json()).toMatchObject({ job_id: id, status: 'Pending' })
      await send('DELETE', `/workers/jobs/${id}`)
    })

    test('stands in the list with its type, name and priority', async () => {
      const id = await submit(custom('echo'), { priority: 'Low', scheduled_at: '2199-01-01T00:00:00Z' })
      const list = await get('/workers/jobs?status=pending&job_type=echo&limit=1')
      expect(list).toMatchObject({ limit: 1, offset: 0, total: 1, next_cursor: null })
      expect(list['jobs']).toEqual([
        expect.objectContaining({
          job_id: id,
          job_type: 'custom',
          job_name: 'echo',
          priority: 'Low',
          status: 'Pending',
        }),
      ])
    })
  })

  describe('what steers', () => {
    test('many jobs are submitted at once, and removed when they have ended', async () => {
      const response = await send('POST', '/workers/jobs/batch', { jobs: [{ job_type: custom('echo', 1) }] })
      expect(response.status).toBe(200)
      const [entry] = ((await response.json()) as { jobs: { job_id: string }[] }).jobs
      const id = entry?.job_id ?? ''
      await service.waitForJob(id)
      const removed = await send('DELETE', `/workers/jobs/${id}?discard=true`)
      expect([removed.status, await removed.text()]).toEqual([204, ''])
      await expectProblem(await client.request(`${prefix}/workers/jobs/${id}`), 404, 'JOB_NOT_FOUND')
    })

    test('a type is paused with a body, and the queue without one', async () => {
      const paused = await send('POST', '/workers/queue/pause', { job_type: 'nobody' })
      expect(await paused.json()).toEqual({ paused: false, paused_types: ['nobody'] })
      await send('POST', '/workers/queue/resume', { job_type: 'nobody' })
      const resumed = await send('POST', '/workers/queue/resume')
      expect(await resumed.json()).toEqual({ paused: false, paused_types: [] })
    })

    test('a template is put, used and removed', async () => {
      const put = await send('PUT', '/workers/templates/say', {
        job_template: custom('echo', '{{word}}'),
        parameters: { word: { type: 'string' } },
      })
      expect(await put.json()).toMatchObject({ name: 'say', version: 1 })
      const made = await send('POST', '/workers/templates/say/jobs', { parameters: { word: 'hello' } })
      const { job_id } = (await made.json()) as Answer
      expect(await service.waitForJob(String(job_id))).toMatchObject({ data: 'hello' })
      expect((await send('DELETE', '/workers/templates/say')).status).toBe(204)
    })

    test('a webhook is added, changed and removed', async () => {
      const added = await send('POST', '/workers/webhooks', {
        url: 'https://hooks.example/',
        job_types: ['x'],
      })
      const path = `/workers/webhooks/${String(((await added.json()) as Answer)['id'])}`
      const changed = await send('PATCH', path, { enabled: false })
      expect(await changed.json()).toMatchObject({
        enabled: false,
        secret: expect.stringMatching(/^whsec_\*{4}.{4}$/) as string,
      })
      expect((await send('DELETE', path)).status).toBe(204)
    })
  })

  test('the health is told, and the document of the routes says where they are', async () => {
    expect(await get('/workers/health')).toMatchObject({ healthy: true, queue: { adapter: 'memory' } })
    expect(await get('/workers/openapi.json')).toMatchObject({ servers: [{ url: prefix || '/' }] })
  })
}
