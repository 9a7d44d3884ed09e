import { describe, expect, test } from 'vitest'
import { RiptideError } from '../../src/core/errors.js'
import type { TemplateInput } from '../../src/control-api.js'
import type { ServiceApi, SubmitSpec } from '../../src/service-api.js'
import { type Answered, answerTo, answerToSent, someTemplate } from './stub-service.js'

const job_template = { type: 'single_crawl', url: 'https://{{host}}/', options: { cache_mode: '{{mode}}' } }

function put(body: unknown, putTemplate?: ServiceApi['putTemplate'], name = 'page'): Promise<Answered> {
  return answerToSent('PUT', `/workers/templates/${name}`, body, putTemplate ? { putTemplate } : {})
}

describe('a template', () => {
  test('is put in the terms of the service', async () => {
    let seen: TemplateInput | undefined
    const body = {
      job_template,
      parameters: {
        host: { type: 'string', description: 'where' },
        mode: { type: 'string', default: 'bypass' },
      },
      description: 'a page',
      priority: 'LOW',
      retry_config: { max_attempts: 1, initial_delay_secs: 5 },
      metadata: { team: 'x' },
      delay_ms: 5,
      timeout_secs: 60,
      concurrency_key: { key: 'k', max: 2 },
      rate_limit: { key: 'r', max: 1, per_ms: 1_000 },
      dedupe_key: { key: 'd', window_ms: 5 },
      webhook: 'https://app.example/',
    }
    const { status } = await put(body, (template) => {
      seen = template
      return Promise.resolve(someTemplate())
    })
    expect(status).toBe(200)
    expect(seen).toEqual({
      name: 'page',
      job: { type: 'single_crawl', url: 'https://{{host}}/', options: { cacheMode: '{{mode}}' } },
      parameters: body.parameters,
      description: 'a page',
      options: {
        priority: 'low',
        retry: { maxAttempts: 1, initialDelayMs: 5_000 },
        metadata: { team: 'x' },
        delayMs: 5,
        timeoutMs: 60_000,
        concurrencyKey: { key: 'k', max: 2 },
        rateLimit: { key: 'r', max: 1, perMs: 1_000 },
        dedupeKey: { key: 'd', windowMs: 5 },
        webhook: 'https://app.example/',
      },
    })
  })

  test.each([
    [{}, 'REQUIRED', '/job_template'],
    [{ job_template: { type: 'nope' } }, 'JOB_TYPE_UNKNOWN', '/job_template/type'],
    [{ job_template, parameters: [] }, 'TYPE_MISMATCH', '/parameters'],
    [{ job_template, parameters: { host: 'string' } }, 'TYPE_MISMATCH', '/parameters/host'],
    [{ job_template, parameters: { host: { kind: 'x' } } }, 'FIELD_UNKNOWN', '/parameters/host/kind'],
    [{ job_template, depends_on: ['a'] }, 'FIELD_UNKNOWN', '/depends_on'],
    [{ job_template, name: 'page' }, 'FIELD_UNKNOWN', '/name'],
    [{ job_template, job_id: 'a' }, 'FIELD_READONLY', '/job_id'],
    [{ job_template, created_at: 'x' }, 'FIELD_READONLY', '/created_at'],
    [{ job_template, priority: '{{p}}' }, 'PRIORITY_INVALID', '/priority'],
    [{ job_template, timeout_secs: '{{t}}' }, 'RANGE', '/timeout_secs'],
    [
      { job_template: { ...job_template, options: { timeout_secs: '{{t}}' } } },
      'RANGE',
      '/job_template/options/timeout_secs',
    ],
  ])('of %j is %s at %s', async (sent, error, path) => {
    expect((await put(sent)).body).toMatchObject({ status: 422, error, path })
  })

  test.each([
    ['a%20b', 422, 'NAME_INVALID'],
    ['a%2Fb', 422, 'NAME_INVALID'],
    ['%7B%7Bx%7D%7D', 422, 'NAME_INVALID'],
    ['%E0%A4%A', 400, 'PATH_ENCODING'],
  ])('of the name %s is %i %s', async (name, status, error) => {
    expect((await put({ job_template }, undefined, name)).body).toMatchObject({ status, error })
  })

  test.each([
    ['TEMPLATE_INVALID', '/job/url', '/job_template/url'],
    ['TEMPLATE_INVALID', '/job/options/cacheMode', '/job_template/options/cache_mode'],
    ['TEMPLATE_INVALID', '/parameters/host/default', '/parameters/host/default'],
    ['RANGE', '/options/timeoutMs', '/timeout_secs'],
    ['RANGE', '/options/concurrencyKey/max', '/concurrency_key/max'],
    ['NAME_INVALID', '/name', '/name'],
  ] as const)('%s at %s is told at %s', async (code, path, wire) => {
    const fault = new RiptideError(code, `${path} is wrong`, { path })
    const { body } = await put({ job_template }, () => Promise.reject(fault))
    expect(body).toMatchObject({ status: 422, error: code, path: wire })
    expect(body['message']).toMatch(new RegExp(`^${wire} is wrong`))
  })

  test('is shown as it was put, and a secret is not', async () => {
    const template = someTemplate({
      version: 3,
      description: 'a page',
      job: {
        type: 'batch_crawl',
        urls: ['https://{{host}}/'],
        options: { cacheMode: 'bypass', timeoutMs: 5_000 },
      },
      options: {
        priority: 'low',
        retry: { maxAttempts: 1, initialDelayMs: 5_000, backoff: 'fixed' },
        metadata: { someKey: 1 },
        runAt: Date.UTC(2030, 0, 1),
        timeoutMs: 60_000,
        rateLimit: { key: 'r', max: 1, perMs: 1_000 },
        dedupeKey: { key: 'd', mode: 'debounce', windowMs: 5 },
        webhook: { url: 'https://app.example/', secret: 'whsec_hunter2' },
      },
    })
    const { status, body } = await answerTo('/workers/templates/page', {
      getTemplate: () => Promise.resolve(template),
    })
    expect(status).toBe(200)
    expect(body).toEqual({
      name: 'page',
      version: 3,
      created_at: '2026-01-01T00:00:00.000Z',
      description: 'a page',
      parameters: { host: { type: 'string' } },
      job_template: {
        type: 'batch_crawl',
        urls: ['https://{{host}}/'],
        options: { cache_mode: 'bypass', timeout_secs: 5 },
      },
      priority: 'Low',
      retry_config: { max_attempts: 1, initial_delay_secs: 5 },
      metadata: { someKey: 1 },
      scheduled_at: '2030-01-01T00:00:00.000Z',
      timeout_secs: 60,
      rate_limit: { key: 'r', max: 1, per_ms: 1_000 },
      dedupe_key: { key: 'd', mode: 'debounce', window_ms: 5 },
      webhook: { url: 'https://app.example/' },
    })
  })

  test('with places for parameters beside the job is shown with them', async () => {
    const options = { runAt: '{{when}}', timeoutMs: '{{ms}}' as never, dedupeKey: 'k-{{host}}' }
    const { status, body } = await answerTo('/workers/templates/page', {
      getTemplate: () => Promise.resolve(someTemplate({ options })),
    })
    expect(status).toBe(200)
    expect(body).toMatchObject({ scheduled_at: '{{when}}', timeout_secs: '{{ms}}', dedupe_key: 'k-{{host}}' })
  })

  test.each<[SubmitSpec, object]>([
    [
      { type: 'custom', jobName: 'thumb', payload: { aB: '{{x}}' } },
      { type: 'custom', job_name: 'thumb', payload: { aB: '{{x}}' } },
    ],
    [
      { type: 'thumb', payload: [1] },
      { type: 'custom', job_name: 'thumb', payload: [1] },
    ],
    [
      { type: 'single_crawl', payload: { url: 'https://{{x}}/' } },
      { type: 'single_crawl', url: 'https://{{x}}/' },
    ],
    [
      { type: 'maintenance', taskType: 'cache_cleanup', parameters: { all: true } },
      { type: 'maintenance', task_type: 'cache_cleanup', parameters: { all: true } },
    ],
  ])('of a job %j is shown as %j', async (job, shown) => {
    const { body } = await answerTo('/workers/templates', {
      listTemplates: () => Promise.resolve([someTemplate({ job })]),
    })
    expect(body).toMatchObject([{ name: 'page', job_template: shown }])
  })

  test('is looked at by its version', async () => {
    const seen: unknown[] = []
    const getTemplate: ServiceApi['getTemplate'] = (...given) => {
      seen.push(given)
      return Promise.resolve(null)
    }
    expect((await answerTo('/workers/templates/page', { getTemplate })).body).toMatchObject({
      status: 404,
      error: 'TEMPLATE_NOT_FOUND',
    })
    await answerTo('/workers/templates/page?version=2', { getTemplate })
    expect(seen).toEqual([
      ['page', undefined],
      ['page', 2],
    ])
  })

  test.each([
    ['version=0', 'RANGE'],
    ['version=latest', 'RANGE'],
    ['v=1', 'FIELD_UNKNOWN'],
  ])('with %s is %s', async (query, error) => {
    const { body } = await answerTo(`/workers/templates/page?${query}`, {})
    expect(body).toMatchObject({ status: 422, error })
  })

  test('is removed, unless a schedule follows it', async () => {
    const remove = (removeTemplate: ServiceApi['removeTemplate']): Promise<Answered> =>
      answerToSent('DELETE', '/workers/templates/page', undefined, { removeTemplate })
    expect((await remove(() => Promise.resolve())).status).toBe(204)
    const used = new RiptideError('TEMPLATE_IN_USE', 'a schedule follows it')
    expect((await remove(() => Promise.reject(used))).body).toMatchObject({ status: 409, error: used.code })
  })
})

describe('a submission by the name of a template', () => {
  const submit = (body: unknown, submitJob?: ServiceApi['submitJob']): Promise<Answered> =>
    answerToSent('POST', '/workers/templates/page/jobs', body, submitJob ? { submitJob } : {})

  test('takes parameters and whatever a submission may say', async () => {
    let seen: unknown
    const answer = await submit(
      {
        parameters: { someHost: 'a.example' },
        version: 2,
        job_id: 'mine',
        priority: 'high',
        depends_on: ['b'],
      },
      (...given) => {
        seen = given
        return Promise.resolve({ id: 'mine', created: true, status: 'blocked' })
      },
    )
    expect(seen).toEqual([
      { type: 'template', template: 'page', version: 2, parameters: { someHost: 'a.example' } },
      { id: 'mine', priority: 'high', dependsOn: ['b'] },
    ])
    expect(answer.body).toMatchObject({ job_id: 'mine', status: 'submitted', created: true })
  })

  test('may have no body', async () => {
    let seen: unknown
    await submit(undefined, (...given) => {
      seen = given
      return Promise.resolve({ id: 'x', created: true, status: 'pending' })
    })
    expect(seen).toEqual([{ type: 'template', template: 'page' }, {}])
  })

  test.each([
    [{ parameters: [] }, 'TYPE_MISMATCH', '/parameters'],
    [{ params: {} }, 'FIELD_UNKNOWN', '/params'],
    [{ job_type: { type: 'custom' } }, 'FIELD_UNKNOWN', '/job_type'],
    [{ priority: 'x' }, 'PRIORITY_INVALID', '/priority'],
  ])('of %j is %s at %s', async (sent, error, path) => {
    expect((await submit(sent)).body).toMatchObject({ status: 422, error, path })
  })

  test.each([
    ['TEMPLATE_NOT_FOUND', 404, '/template', '/name'],
    ['TEMPLATE_PARAMETER_MISSING', 422, '/parameters/someHost', '/parameters/someHost'],
    ['TEMPLATE_PARAMETER_UNKNOWN', 422, '/parameters/x', '/parameters/x'],
    ['TEMPLATE_PARAMETER_INVALID', 422, '/parameters/x', '/parameters/x'],
    ['RANGE', 422, '/version', '/version'],
  ] as const)('%s is %i at %s, told at %s', async (code, status, path, wire) => {
    const fault = new RiptideError(code, `${path} is wrong`, { path })
    const { body } = await submit({}, () => Promise.reject(fault))
    expect(body).toMatchObject({ status, error: code, path: wire })
  })
})
