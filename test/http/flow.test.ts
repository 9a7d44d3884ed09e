import { describe, expect, test } from 'vitest'
import { RiptideError } from '../../src/core/errors.js'
import type { FlowInput } from '../../src/control-api.js'
import { idOf } from '../../src/core/random.js'
import type { ServiceApi } from '../../src/service-api.js'
import { type Answered, answerToSent } from './stub-service.js'

const job_type = { type: 'custom', job_name: 'echo', payload: { a: 1 } }
const echo = { type: 'custom', jobName: 'echo', payload: { a: 1 } }
const crawl = { type: 'single_crawl', url: 'https://a.example/' }

function send(
  body: unknown,
  submitFlow?: ServiceApi['submitFlow'],
  headers?: Record<string, string>,
): Promise<Answered> {
  return answerToSent('POST', '/workers/flows', body, submitFlow ? { submitFlow } : {}, headers)
}

describe('a flow', () => {
  test('goes on in the terms of the service, and its jobs are answered by their names', async () => {
    let seen: FlowInput | undefined
    const body = {
      flow_id: 'import-17',
      jobs: {
        fetch: { job_type: crawl, priority: 'High', timeout_secs: 5 },
        constructor: { job_type, depends_on: ['fetch'] },
        end: { job_type, depends_on: [{ name: 'constructor', on_failure: 'ignore' }], concurrency_key: 'k' },
      },
    }
    const answer = await send(body, (flow) => {
      seen = flow
      const jobs = Object.keys(flow.jobs).map((name) => [
        name,
        { id: `import-17.${name}`, created: true, status: 'blocked' },
      ])
      return Promise.resolve({ id: 'import-17', jobs: Object.fromEntries(jobs) as never })
    })
    expect(seen).toEqual({
      id: 'import-17',
      jobs: {
        fetch: { job: crawl, options: { priority: 'high', timeoutMs: 5_000 } },
        constructor: { job: echo, dependsOn: ['fetch'] },
        end: {
          job: echo,
          options: { concurrencyKey: 'k' },
          dependsOn: [{ name: 'constructor', onFailure: 'ignore' }],
        },
      },
    })
    expect(answer.status).toBe(200)
    expect(answer.body).toEqual({
      flow_id: 'import-17',
      submitted_at: expect.any(String) as string,
      jobs: {
        fetch: { job_id: 'import-17.fetch', status: 'submitted', created: true },
        constructor: { job_id: 'import-17.constructor', status: 'submitted', created: true },
        end: { job_id: 'import-17.end', status: 'submitted', created: true },
      },
    })
  })

  test.each([
    [{}, 'REQUIRED', '/jobs'],
    [{ jobs: [] }, 'TYPE_MISMATCH', '/jobs'],
    [{ jobs: { a: null } }, 'TYPE_MISMATCH', '/jobs/a'],
    [{ jobs: { a: {} } }, 'REQUIRED', '/jobs/a/job_type'],
    [{ jobs: { a: { job_type: { type: 'nope' } } } }, 'JOB_TYPE_UNKNOWN', '/jobs/a/job_type/type'],
    [{ jobs: { a: { job_type, job_id: 'x' } } }, 'FIELD_UNKNOWN', '/jobs/a/job_id'],
    [{ jobs: { a: { job_type, priority: 1 } } }, 'PRIORITY_INVALID', '/jobs/a/priority'],
    [
      { jobs: { a: { job_type, depends_on: [{ job_id: 'b' }] } } },
      'FIELD_UNKNOWN',
      '/jobs/a/depends_on/0/job_id',
    ],
    [{ jobs: { a: { job_type } }, id: 'x' }, 'FIELD_READONLY', '/id'],
    [{ jobs: JSON.parse('{"__proto__":{}}') as unknown }, 'FORBIDDEN_KEY', '/jobs/__proto__'],
  ])('%j is %s at %s', async (body, error, path) => {
    expect((await send(body)).body).toMatchObject({ status: 422, error, path })
  })

  test.each<[string, string, string, string]>([
    ['/jobs/b/job/url', '/jobs/b/job: /url must', '/jobs/b/job_type/url', '/jobs/b/job_type/url must'],
    ['/jobs/b/job/url', '/jobs/b/job/url must', '/jobs/b/job_type/url', '/jobs/b/job_type/url must'],
    ['/jobs/a/job/type', '/jobs/a: /type is', '/jobs/a/job_type/job_name', '/jobs/a/job_type/job_name is'],
    [
      '/jobs/a/options/runAt',
      '/jobs/a/options/runAt must',
      '/jobs/a/scheduled_at',
      '/jobs/a/scheduled_at must',
    ],
    ['/jobs/a/dependsOn/0', '/jobs/a/dependsOn/0 is', '/jobs/a/depends_on/0', '/jobs/a/depends_on/0 is'],
    ['/jobs/a/dependsOn/0/onFailure', 'must', '/jobs/a/depends_on/0/on_failure', 'must'],
    ['/id', '/id must', '/flow_id', '/flow_id must'],
    ['/jobs', '/jobs must', '/jobs', '/jobs must'],
  ])('what is wrong at %s is told in the words of the wire', async (path, message, wire, told) => {
    const fault = new RiptideError('RANGE', message, { path })
    const body = { jobs: { a: { job_type }, b: { job_type: crawl } } }
    expect((await send(body, () => Promise.reject(fault))).body).toMatchObject({ path: wire, message: told })
  })

  test('a cycle is told by its names, whatever they are', async () => {
    const facts = { cycle: ['pending', 'a', 'pending'] }
    const fault = new RiptideError('DEPENDENCY_CYCLE', 'a cycle', { path: '/jobs', facts })
    const { body } = await send({ jobs: { a: { job_type } } }, () => Promise.reject(fault))
    expect(body).toMatchObject({ status: 422, error: 'DEPENDENCY_CYCLE', ...facts })
  })

  test('with an idempotency-key has its id from that', async () => {
    let id: string | undefined
    const keyed = { 'idempotency-key': 'k' }
    const submitFlow: ServiceApi['submitFlow'] = (flow) => {
      id = flow.id
      return Promise.reject(new RiptideError('JOB_ID_CONFLICT', 'another job', { path: '/jobs/a' }))
    }
    const { body } = await send({ jobs: { a: { job_type } } }, submitFlow, keyed)
    expect([id, body['error']]).toEqual([idOf('idempotency-key', 'k'), 'IDEMPOTENCY_KEY_REUSED'])
    const both = await send({ flow_id: 'x', jobs: { a: { job_type } } }, undefined, keyed)
    expect(both.body).toMatchObject({ error: 'FIELDS_CONFLICT', path: '/flow_id' })
  })
})
