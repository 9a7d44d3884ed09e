import { describe, expect, test } from 'vitest'
import { RiptideError } from '../../src/core/errors.js'
import type { ServiceApi, SubmitOptions } from '../../src/service-api.js'
import { type Answered, answerTo, answerToSent, someJob } from './stub-service.js'

const job_type = { type: 'custom', job_name: 'echo', payload: null }
const submitted = { id: 'job-1', created: true, status: 'pending' } as const

/** Which options the service is given for a submission with these fields, or what it is refused with. */
async function optionsOf(more: object): Promise<SubmitOptions | Answered['body']> {
  let seen: SubmitOptions | undefined
  const submitJob: ServiceApi['submitJob'] = (_, options) => {
    seen = options
    return Promise.resolve(submitted)
  }
  const { body } = await answerToSent('POST', '/workers/jobs', { job_type, ...more }, { submitJob })
  return seen ?? body
}

describe('the terms of a submission', () => {
  test('are taken in every form', async () => {
    const terms = {
      job_id: 'mine',
      delay_ms: 500,
      depends_on: ['a', { job_id: 'b' }, { job_id: 'c', on_failure: 'ignore' }],
      concurrency_key: { key: 'tenant', max: 3 },
      rate_limit: { key: 'api', max: 100, per_ms: 60_000 },
      dedupe_key: { key: 'k', mode: 'debounce', window_ms: 1_000 },
      webhook: { url: 'https://app.example/', events: ['job.completed'], secret: 'whsec_x' },
    }
    expect(await optionsOf(terms)).toEqual({
      id: 'mine',
      delayMs: 500,
      dependsOn: ['a', { id: 'b' }, { id: 'c', onFailure: 'ignore' }],
      concurrencyKey: { key: 'tenant', max: 3 },
      rateLimit: { key: 'api', max: 100, perMs: 60_000 },
      dedupeKey: { key: 'k', mode: 'debounce', windowMs: 1_000 },
      webhook: { url: 'https://app.example/', events: ['job.completed'], secret: 'whsec_x' },
    })
    const short = { concurrency_key: 'tenant', dedupe_key: 'k', webhook: 'https://app.example/' }
    expect(await optionsOf(short)).toEqual({
      concurrencyKey: 'tenant',
      dedupeKey: 'k',
      webhook: 'https://app.example/',
    })
  })

  test('that are null are not given', async () => {
    const none = {
      depends_on: null,
      concurrency_key: null,
      rate_limit: null,
      dedupe_key: null,
      webhook: null,
    }
    expect(await optionsOf({ ...none, job_id: null, delay_ms: null })).toEqual({})
    expect(await optionsOf({ concurrency_key: { key: 'a', max: null } })).toEqual({
      concurrencyKey: { key: 'a' },
    })
  })

  test.each([
    [{ depends_on: [{ id: 'a' }] }, 'FIELD_UNKNOWN', '/depends_on/0/id'],
    [{ depends_on: ['x', { job_id: 'a', onFailure: 'fail' }] }, 'FIELD_UNKNOWN', '/depends_on/1/onFailure'],
    [{ dependsOn: ['a'] }, 'FIELD_UNKNOWN', '/dependsOn'],
    [{ concurrency_key: { key: 'a', maximum: 1 } }, 'FIELD_UNKNOWN', '/concurrency_key/maximum'],
    [{ rate_limit: { key: 'a', max: 1, perMs: 1 } }, 'FIELD_UNKNOWN', '/rate_limit/perMs'],
    [{ dedupe_key: { key: 'a', windowMs: 1 } }, 'FIELD_UNKNOWN', '/dedupe_key/windowMs'],
    [{ webhook: { url: 'https://a.example', headers: {} } }, 'FIELD_UNKNOWN', '/webhook/headers'],
    [{ scheduled_at: '2030-01-01T00:00:00Z', delay_ms: 5 }, 'FIELDS_CONFLICT', '/delay_ms'],
  ])('%j is %s at %s', async (more, error, path) => {
    expect(await optionsOf(more)).toMatchObject({ status: 422, error, path })
  })

  test.each<[string, string, string]>([
    ['/dependsOn/2/onFailure', '/dependsOn/2/onFailure must be', '/depends_on/2/on_failure'],
    ['/dependsOn/1/id', '/dependsOn/1/id must match', '/depends_on/1/job_id'],
    ['/dependsOn', '/dependsOn: there is no job "x"', '/depends_on'],
    ['/concurrencyKey/max', '/concurrencyKey/max must be', '/concurrency_key/max'],
    ['/rateLimit/perMs', '/rateLimit/perMs must be', '/rate_limit/per_ms'],
    ['/dedupeKey/windowMs', '/dedupeKey/windowMs is required', '/dedupe_key/window_ms'],
    ['/webhook/events/0', '/webhook/events/0 must be', '/webhook/events/0'],
    ['/delayMs', '/delayMs must be', '/delay_ms'],
    ['/id', '/id must match', '/job_id'],
  ])('what the service finds wrong at %s is told in the words of the wire', async (path, message, wire) => {
    const submitJob = (): Promise<never> => Promise.reject(new RiptideError('RANGE', message, { path }))
    const { body } = await answerToSent('POST', '/workers/jobs', { job_type }, { submitJob })
    expect(body['path']).toBe(wire)
    expect(body['message']).toBe(message.replace(path, wire))
  })

  test('a dependency that is not there is told with its id', async () => {
    const facts = { missing: ['completed'] }
    const fault = new RiptideError('DEPENDENCY_NOT_FOUND', '/dependsOn: no job', {
      path: '/dependsOn',
      facts,
    })
    const { body } = await answerToSent(
      'POST',
      '/workers/jobs',
      { job_type },
      { submitJob: () => Promise.reject(fault) },
    )
    expect(body).toMatchObject({ status: 422, path: '/depends_on', missing: ['completed'] })
  })
})

describe('the answer to a submission', () => {
  test.each([
    [submitted, { created: true, message: 'the job was submitted' }],
    [
      { ...submitted, created: false },
      { created: false, message: 'this job had been submitted before' },
    ],
    [
      { ...submitted, created: false, replaced: true },
      { created: false, replaced: true, message: 'a waiting job has this content now' },
    ],
  ] as const)('of %j says whether a job was made', async (answer, said) => {
    const { status, body } = await answerToSent(
      'POST',
      '/workers/jobs',
      { job_type },
      { submitJob: () => Promise.resolve(answer) },
    )
    expect(status).toBe(200)
    expect(body).toEqual({
      job_id: 'job-1',
      status: 'submitted',
      submitted_at: expect.any(String) as string,
      ...said,
    })
  })

  test('an id of the caller with other content is 409, not the key of a request', async () => {
    const fault = new RiptideError('JOB_ID_CONFLICT', 'another job has the id', { path: '/id' })
    const { status, body } = await answerToSent(
      'POST',
      '/workers/jobs',
      { job_type, job_id: 'mine' },
      { submitJob: () => Promise.reject(fault) },
    )
    expect([status, body['error'], body['path']]).toEqual([409, 'JOB_ID_CONFLICT', '/job_id'])
  })

  test('an id beside an idempotency-key is refused', async () => {
    const headers = { 'idempotency-key': 'k' }
    const { status, body } = await answerToSent(
      'POST',
      '/workers/jobs',
      { job_type, job_id: 'mine' },
      {},
      headers,
    )
    expect([status, body['error'], body['path']]).toEqual([422, 'FIELDS_CONFLICT', '/job_id'])
  })
})

describe('a job by template', () => {
  test('goes on as it came', async () => {
    let seen: unknown
    const submitJob: ServiceApi['submitJob'] = (spec) => {
      seen = spec
      return Promise.resolve(submitted)
    }
    const template = { type: 'template', template: 'page', version: 2, parameters: { someHost: 'a.example' } }
    await answerToSent('POST', '/workers/jobs', { job_type: template }, { submitJob })
    expect(seen).toEqual(template)
  })

  test.each<[string, string]>([
    ['/template', '/job_type/template'],
    ['/version', '/job_type/version'],
    ['/parameters/someHost', '/job_type/parameters/someHost'],
  ])('what is wrong at %s is told at %s', async (path, wire) => {
    const fault = new RiptideError('TEMPLATE_PARAMETER_MISSING', `${path} is required`, { path })
    const { body } = await answerToSent(
      'POST',
      '/workers/jobs',
      { job_type: { type: 'template', template: 'page' } },
      { submitJob: () => Promise.reject(fault) },
    )
    expect(body).toMatchObject({ status: 422, path: wire, message: `${wire} is required` })
  })
})

test('all that is wrong with the parameters of a template is told at once', async () => {
  const problems = ['a', 'b'].map((name) => ({
    code: 'TEMPLATE_PARAMETER_MISSING',
    path: `/parameters/${name}`,
    message: `/parameters/${name} is required`,
  }))
  const fault = new RiptideError('TEMPLATE_PARAMETER_MISSING', '/parameters/a is required; and 1 more', {
    path: '/parameters/a',
    facts: { problems },
  })
  const { body } = await answerToSent(
    'POST',
    '/workers/jobs',
    { job_type: { type: 'template', template: 'page' } },
    { submitJob: () => Promise.reject(fault) },
  )
  expect(body).toMatchObject({
    path: '/job_type/parameters/a',
    problems: ['a', 'b'].map((name) => ({
      error: 'TEMPLATE_PARAMETER_MISSING',
      path: `/job_type/parameters/${name}`,
      message: `/job_type/parameters/${name} is required`,
    })),
  })
})

test('a job that has terms shows them, and no secret', async () => {
  const job = someJob({
    status: 'blocked',
    dependsOn: [{ id: 'a', onFailure: 'ignore' }],
    waitsFor: ['a'],
    concurrencyKey: { key: 'tenant', max: 3 },
    rateLimit: { key: 'api', max: 100, perMs: 60_000 },
    dedupeKey: 'k',
    webhook: { url: 'https://app.example/', events: ['job.completed'] },
    template: { name: 'page', version: 2 },
    scheduleId: 'schedule-1',
  })
  const { body } = await answerTo('/workers/jobs/a', { getJob: () => Promise.resolve(job) })
  expect(body).toMatchObject({
    status: 'Blocked',
    depends_on: [{ job_id: 'a', on_failure: 'ignore' }],
    waits_for: ['a'],
    concurrency_key: { key: 'tenant', max: 3 },
    rate_limit: { key: 'api', max: 100, per_ms: 60_000 },
    dedupe_key: 'k',
    webhook: { url: 'https://app.example/', events: ['job.completed'] },
    template: { name: 'page', version: 2 },
    schedule_id: 'schedule-1',
  })
})
