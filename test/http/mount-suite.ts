import http from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createHandler } from '../../src/http/index.js'
import { WorkerService, defineJob } from '../../src/index.js'
import { RiptideError } from '../../src/core/errors.js'
import { silentLogger } from '../../src/core/logger.js'
import type { Mount, Mounted } from './mounts.js'

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/
const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/

type Answer = Record<string, unknown>

/** Everything that must be the same whatever the routes are mounted on. */
export function mountSuite(mount: Mount, prefix: string): void {
  describe(`${mount.name} at ${prefix || '/'}`, () => {
    const service = new WorkerService({ jobs: [echo, waits], logger: silentLogger })
    let denies = false
    let seen: string[] = []
    let app: Mounted
    beforeAll(async () => {
      await service.start()
      const handler = createHandler(service, {
        logger: silentLogger,
        authorize: ({ action, route }) => {
          seen.push(`${action} ${route}`)
          return denies
            ? new Response('who are you?', { status: 401, headers: { 'www-authenticate': 'Bearer' } })
            : true
        },
      })
      app = await mount.open(handler, prefix)
    })
    afterAll(async () => {
      await app.close()
      await service.stop({ graceMs: 100 })
    })

    const get = async (path: string, status = 200): Promise<Answer> => {
      const response = await app.request(`${prefix}${path}`)
      expect(response.status).toBe(status)
      return (await response.json()) as Answer
    }
    const send = (
      method: string,
      path: string,
      body?: unknown,
      headers: Record<string, string> = {},
    ): Promise<Response> =>
      app.request(`${prefix}${path}`, {
        method,
        headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      })
    const submit = async (jobType: Answer, more: Answer = {}): Promise<string> => {
      const response = await send('POST', '/workers/jobs', { job_type: jobType, ...more })
      expect(response.status).toBe(200)
      return String(((await response.json()) as Answer)['job_id'])
    }
    const custom = (name: string, payload: unknown = null): Answer => ({
      type: 'custom',
      job_name: name,
      payload,
    })
    const expectProblem = async (response: Response, status: number, error: string): Promise<Answer> => {
      expect(response.status).toBe(status)
      expect(response.headers.get('content-type')).toBe('application/problem+json')
      const problem = (await response.json()) as Answer
      expect(problem).toMatchObject({ type: 'about:blank', status, error, message: problem['detail'] })
      return problem
    }

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
        expect(Object.keys(stats)).toHaveLength(9)
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
        await expectProblem(await app.request(`${prefix}/workers/jobs/unknown`), 404, 'JOB_NOT_FOUND')
        await expectProblem(await app.request(`${prefix}/workers/jobs/unknown/result`), 404, 'JOB_NOT_FOUND')
        await expectProblem(await send('DELETE', '/workers/jobs/unknown'), 404, 'JOB_NOT_FOUND')
        await expectProblem(await send('POST', '/workers/jobs/unknown/retry'), 404, 'JOB_NOT_FOUND')
      })

      test('is cancelled once, has a result then, and can be retried', async () => {
        const id = await submit(custom('waits'))
        await expectProblem(await app.request(`${prefix}/workers/jobs/${id}/result`), 404, 'NOT_FINISHED')
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

    describe('a body', () => {
      const cases: readonly {
        what: string
        body: string
        status: number
        error: string
        forParser?: true
      }[] = [
        { what: 'that is empty', body: '', status: 400, error: 'BODY_EMPTY' },
        {
          what: 'of quotes that JSON has not',
          body: `{'a':1}`,
          status: 400,
          error: 'JSON_INVALID',
          forParser: true,
        },
        { what: 'of two documents', body: '{}{}', status: 400, error: 'JSON_INVALID', forParser: true },
        { what: 'that is null', body: 'null', status: 400, error: 'BODY_NOT_OBJECT', forParser: true },
        { what: 'that is an array', body: '[]', status: 400, error: 'BODY_NOT_OBJECT' },
        { what: 'without a job', body: '{}', status: 422, error: 'REQUIRED' },
        {
          what: 'nested too deeply',
          body: `{"job_type":${'['.repeat(70)}${']'.repeat(70)}}`,
          status: 422,
          error: 'JSON_TOO_DEEP',
        },
        {
          what: 'with a field that is unknown',
          body: '{"job_type":{"type":"batch_crawl","urls":["https://a.example"],"allow_private":true}}',
          status: 422,
          error: 'FIELD_UNKNOWN',
        },
        {
          what: 'with a field that is ours to set',
          body: '{"job_type":{"type":"custom","job_name":"echo","payload":1},"worker_id":"me"}',
          status: 422,
          error: 'FIELD_READONLY',
        },
      ]
      test.each(cases)('$what is refused', async ({ body, status, error, forParser }) => {
        const response = await send('POST', '/workers/jobs', body)
        // What the app's own parser cannot read never comes to us.
        if (forParser && mount.parsesFirst) expect(response.status).toBe(400)
        else await expectProblem(response, status, error)
      })

      test('that is no JSON by its type is refused', async () => {
        const response = await send('POST', '/workers/jobs', 'a=1', {
          'content-type': 'application/x-www-form-urlencoded',
        })
        await expectProblem(response, 415, 'MEDIA_TYPE_UNSUPPORTED')
      })

      test('that is wrong leaves the next request as it was', async () => {
        await send('POST', '/workers/jobs', '{')
        await submit(custom('echo'))
      })
    })

    describe('a path', () => {
      test('that is not ours belongs to the app, with the parser it had', async () => {
        expect(await (await app.request('/own')).json()).toBe('own')
        const echoed = await app.request('/own', {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: '{"a":1}',
        })
        expect(await echoed.json()).toEqual({ a: 1 })
      })

      test.each([
        '/workers/nope',
        '/workers/jobs/',
        '/WORKERS/jobs',
        '/workers/JOBS',
        '/workers//jobs',
        '/workers%2fjobs',
        '/workers/jobs;x=1',
      ])('%s is 404', async (path) => {
        const response = await app.request(`${prefix}${path}`)
        expect(response.status).toBe(404)
      })

      test.each([
        '//workers/jobs',
        '/workers/./jobs',
        '/workers/x/../jobs',
        '/%77orkers/jobs',
        '/workers/jobs?',
        '/x/../workers/jobs',
      ])('%s gets past authorize in no spelling', async (path) => {
        if (app.port === undefined) return
        denies = true
        expect([401, 404]).toContain(await rawStatus(app.port, `${prefix}${path}`))
        denies = false
      })

      test('with an id that cannot be one is 400', async () => {
        await expectProblem(await app.request(`${prefix}/workers/jobs/a%2Fb`), 400, 'ID_INVALID')
        const undecodable = await app.request(`${prefix}/workers/jobs/%E0%A4%A`)
        if (mount.decodesFirst) expect(undecodable.status).toBe(400)
        else await expectProblem(undecodable, 400, 'PATH_ENCODING')
      })
    })

    describe('a method', () => {
      test.each(['PUT', 'PATCH'])('%s is 405, and the answer says what is allowed', async (method) => {
        const response = await send(method, '/workers/jobs', {})
        expect(response.headers.get('allow')).toBe('POST, GET, HEAD, OPTIONS')
        await expectProblem(response, 405, 'METHOD_NOT_ALLOWED')
      })

      test('HEAD is GET without the body', async () => {
        const response = await send('HEAD', '/workers/stats/queue')
        expect(response.status).toBe(200)
        expect(await response.text()).toBe('')
      })

      test('OPTIONS says what is allowed', async () => {
        const response = await send('OPTIONS', '/workers/stats/queue')
        expect(response.status).toBe(204)
        expect(response.headers.get('allow')).toBe('GET, HEAD, OPTIONS')
      })
    })

    test('authorize is asked with the route, and its Response is the answer', async () => {
      seen = []
      denies = true
      const response = await send('POST', '/workers/jobs', mount.parsesFirst ? {} : '{ this is not even JSON')
      denies = false
      expect(response.status).toBe(401)
      expect(response.headers.get('www-authenticate')).toBe('Bearer')
      expect(await response.text()).toBe('who are you?')
      expect(seen).toEqual(['submit /workers/jobs'])
    })

    test('a page of another site can change nothing', async () => {
      const id = await submit(custom('echo'), { scheduled_at: '2198-01-01T00:00:00Z' })
      await expectProblem(
        await send('DELETE', `/workers/jobs/${id}`, undefined, { 'sec-fetch-site': 'cross-site' }),
        403,
        'CSRF',
      )
      await expectProblem(
        await send('DELETE', `/workers/jobs/${id}`, undefined, { origin: 'https://evil.example' }),
        403,
        'CSRF',
      )
      expect(await get(`/workers/jobs/${id}`)).toMatchObject({ status: 'Pending' })
    })

    test('every answer forbids storing and sniffing', async () => {
      for (const path of ['/workers/stats/queue', '/workers/jobs/unknown']) {
        const { headers } = await app.request(`${prefix}${path}`)
        expect([headers.get('cache-control'), headers.get('x-content-type-options')]).toEqual([
          'no-store',
          'nosniff',
        ])
      }
    })

    test('the health is told, and the document of the routes says where they are', async () => {
      expect(await get('/workers/health')).toMatchObject({ healthy: true, queue: { adapter: 'memory' } })
      expect(await get('/workers/openapi.json')).toMatchObject({ servers: [{ url: prefix || '/' }] })
    })

    test('fifty cancels at once have one effect', async () => {
      const id = await submit(custom('echo'), { scheduled_at: '2197-01-01T00:00:00Z' })
      const answers = await Promise.all(
        Array.from({ length: 50 }, () => send('DELETE', `/workers/jobs/${id}`)),
      )
      const statuses = answers.map((answer) => answer.status).sort()
      expect(statuses).toEqual([200, ...Array.from({ length: 49 }, () => 409)])
    })
  })
}

// -------------------------------------------------------------------------------------------------------------------

const echo = defineJob({ name: 'echo', handler: (payload: unknown) => payload })
const waits = defineJob({
  name: 'waits',
  retry: { maxAttempts: 1 },
  handler: (_: unknown, { signal }) =>
    new Promise((_resolve, reject) => {
      signal.addEventListener('abort', () => reject(new RiptideError('ABORTED', 'aborted')), { once: true })
    }),
})

/** Sends the path as it is written, which `fetch` would tidy up. */
function rawStatus(port: number, path: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const request = http.get({ host: '127.0.0.1', port, path, agent: false }, (response) => {
      response.resume()
      resolve(response.statusCode)
    })
    request.on('error', reject)
  })
}
