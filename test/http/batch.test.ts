import { describe, expect, test } from 'vitest'
import { RiptideError } from '../../src/core/errors.js'
import { idOf } from '../../src/core/random.js'
import type { BulkAnswer, ServiceApi } from '../../src/service-api.js'
import { type Answered, answerToSent } from './stub-service.js'

const job_type = { type: 'custom', job_name: 'echo', payload: null }
const crawl = { type: 'single_crawl', url: 'https://a.example/' }

function send(
  body: unknown,
  submitJobs?: ServiceApi['submitJobs'],
  headers?: Record<string, string>,
): Promise<Answered> {
  return answerToSent('POST', '/workers/jobs/batch', body, submitJobs ? { submitJobs } : {}, headers)
}

describe('a batch', () => {
  test('has an answer for each entry, in its order', async () => {
    let seen: unknown
    const full = new RiptideError('STORE_FULL', 'the queue is full', {
      retryable: true,
      facts: { limit: 'jobs' },
    })
    const orphan = new RiptideError('DEPENDENCY_NOT_FOUND', '/dependsOn: no job', { path: '/dependsOn' })
    const answers: BulkAnswer[] = [
      { id: 'a', created: true, status: 'pending' },
      { id: 'b', created: false, error: full },
      { id: 'c', created: false, error: orphan },
      { id: 'd', created: false, status: 'pending', replaced: true },
    ]
    const jobs = [
      { job_type: crawl, job_id: 'a', priority: 'low' },
      { job_type },
      { job_type, depends_on: ['x'] },
      { job_type },
    ]
    const { status, body } = await send({ jobs }, (entries) => {
      seen = entries
      return Promise.resolve(answers)
    })
    const echo = { type: 'custom', jobName: 'echo', payload: null }
    expect(seen).toEqual([
      { job: crawl, options: { id: 'a', priority: 'low' } },
      { job: echo, options: {} },
      { job: echo, options: { dependsOn: ['x'] } },
      { job: echo, options: {} },
    ])
    expect(status).toBe(200)
    expect(body).toEqual({
      submitted_at: expect.any(String) as string,
      jobs: [
        { job_id: 'a', status: 'submitted', created: true },
        {
          job_id: 'b',
          status: 'refused',
          created: false,
          problem: expect.objectContaining({ status: 503, error: 'STORE_FULL', limit: 'jobs' }) as object,
        },
        {
          job_id: 'c',
          status: 'refused',
          created: false,
          problem: expect.objectContaining({
            error: 'DEPENDENCY_NOT_FOUND',
            path: '/jobs/2/depends_on',
            message: '/jobs/2/depends_on: no job',
          }) as object,
        },
        { job_id: 'd', status: 'submitted', created: false, replaced: true },
      ],
    })
  })

  test.each([
    [{}, 'REQUIRED', '/jobs'],
    [{ jobs: null }, 'REQUIRED', '/jobs'],
    [{ jobs: {} }, 'TYPE_MISMATCH', '/jobs'],
    [{ jobs: 'x' }, 'TYPE_MISMATCH', '/jobs'],
    [{ jobs: [] }, 'RANGE', '/jobs'],
    [{ jobs: Array.from({ length: 10_001 }, () => 1) }, 'RANGE', '/jobs'],
    [{ jobs: [null] }, 'TYPE_MISMATCH', '/jobs/0'],
    [{ jobs: [[]] }, 'TYPE_MISMATCH', '/jobs/0'],
    [{ jobs: [{ job_type }, {}] }, 'REQUIRED', '/jobs/1/job_type'],
    [{ jobs: [{ job_type: { type: 'nope' } }] }, 'JOB_TYPE_UNKNOWN', '/jobs/0/job_type/type'],
    [{ jobs: [{ job_type, priority: 'urgent' }] }, 'PRIORITY_INVALID', '/jobs/0/priority'],
    [
      { jobs: [{ job_type, retry_config: { max_attempts: 0 } }] },
      'RANGE',
      '/jobs/0/retry_config/max_attempts',
    ],
    [{ jobs: [{ job_type, rate_limit: { per: 1 } }] }, 'FIELD_UNKNOWN', '/jobs/0/rate_limit/per'],
    [{ jobs: [{ job_type, worker_id: 'me' }] }, 'FIELD_READONLY', '/jobs/0/worker_id'],
    [{ jobs: [{ job_type, priorty: 'low' }] }, 'FIELD_UNKNOWN', '/jobs/0/priorty'],
    [{ jobs: [{ job_type }], priority: 'low' }, 'FIELD_UNKNOWN', '/priority'],
  ])('%s is %s at %s, and nothing is stored', async (body, error, path) => {
    expect((await send(body)).body).toMatchObject({ status: 422, error, path })
  })

  test('what the service finds wrong is told with the entry', async () => {
    const fault = new RiptideError('URL_SCHEME', '/1: /url must begin with http', { path: '/1/url' })
    const { status, body } = await send({ jobs: [{ job_type }, { job_type: crawl }] }, () =>
      Promise.reject(fault),
    )
    expect([status, body['path']]).toEqual([422, '/jobs/1/job_type/url'])
    expect(body['message']).toBe('/jobs/1/job_type/url must begin with http')
  })

  test('all that is wrong with the parameters of an entry is told with the entry', async () => {
    const path = '/parameters/a'
    const problem = { code: 'TEMPLATE_PARAMETER_MISSING', path, message: `${path} is required` }
    const fault = new RiptideError('TEMPLATE_PARAMETER_MISSING', `/0: ${problem.message}`, {
      path: `/0${path}`,
      facts: { problems: [problem] },
    })
    const template = { type: 'template', template: 'page' }
    const { body } = await send({ jobs: [{ job_type: template }] }, () => Promise.reject(fault))
    const wire = '/jobs/0/job_type/parameters/a'
    expect(body).toMatchObject({ path: wire, message: `${wire} is required` })
    expect(body['problems']).toEqual([{ error: problem.code, path: wire, message: `${wire} is required` }])
  })

  test('with an idempotency-key has the same ids each time', async () => {
    const ids: unknown[] = []
    const once = (): Promise<Answered> =>
      send(
        { jobs: [{ job_type }, { job_type }] },
        (entries) => {
          ids.push(entries.map((entry) => (entry as { options: { id: string } }).options.id))
          const error = new RiptideError('JOB_ID_CONFLICT', 'another job has the id', { path: '/id' })
          return Promise.resolve([
            { id: 'a', created: true, status: 'pending' },
            { id: 'b', created: false, error },
          ])
        },
        { 'idempotency-key': 'k' },
      )
    const { body } = await once()
    await once()
    expect(ids[0]).toEqual(ids[1])
    expect(new Set(ids[0] as string[]).size).toBe(2)
    expect(ids[0]).not.toContain(idOf('idempotency-key', 'k'))
    expect(body['jobs']).toMatchObject([
      { job_id: 'a' },
      { status: 'refused', problem: { error: 'IDEMPOTENCY_KEY_REUSED' } },
    ])
  })
})
