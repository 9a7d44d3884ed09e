import { describe, expect, test } from 'vitest'
import { AskedService, custom } from './asked-service.js'

const { ask, service } = new AskedService()
const url = 'https://hooks.example/in'
const canary = `whsec_${Buffer.from('canary-canary-canary-canary').toString('base64')}`

describe('schedules', () => {
  test('are made by template, run now, stopped and looked ahead at', async () => {
    const template = {
      job_template: custom('echo', { said: '{{word}}' }),
      parameters: { word: { type: 'string' } },
    }
    expect(await ask('PUT', '/templates/say', template)).toMatchObject({ name: 'say', version: 1 })
    const schedule = {
      name: 'says',
      cron_expression: '0 9 * * MON-FRI',
      timezone: 'Europe/Paris',
      job_template: { type: 'template', template: 'say', version: 'latest', parameters: { word: 'hi' } },
      concurrency_key: 'k',
    }
    const { id } = (await ask('POST', '/schedule', schedule)) as { id: string }
    const run = await ask('POST', `/schedule/${id}/run`)
    expect(run).toMatchObject({ status: 'submitted', created: true })
    const made = String(run['job_id'])
    expect(await service.waitForJob(made)).toMatchObject({ data: { said: 'hi' } })
    expect(await ask('GET', `/jobs/${made}`)).toMatchObject({
      schedule_id: id,
      template: { name: 'say', version: 1 },
      concurrency_key: { key: 'k', max: 1 },
    })
    expect(await ask('DELETE', '/templates/say')).toMatchObject({ status: 409, error: 'TEMPLATE_IN_USE' })
    expect(await ask('PATCH', `/schedule/${id}`, { enabled: false })).toMatchObject({
      enabled: false,
      next_execution_at: null,
      timezone: 'Europe/Paris',
    })
    const slots = await ask('GET', `/schedule/${id}/preview?count=3`)
    expect(slots['next_executions']).toHaveLength(3)
    const { cron_expression, timezone } = schedule
    expect(await ask('POST', '/schedule/preview', { cron_expression, timezone, count: 3 })).toEqual(slots)
    await ask('DELETE', `/schedule/${id}`)
    expect(await ask('DELETE', '/templates/say')).toEqual({ status: 204 })
    expect(await ask('GET', '/templates/say')).toMatchObject({ status: 404 })
  })

  test.each([
    [{ cron_expression: '* * * *' }, 400, 'CRON_FIELD_COUNT', '/cron_expression'],
    [{ cron_expression: '0 0 * * *', timezone: 'Mars/Base' }, 422, 'TIMEZONE_INVALID', '/timezone'],
    [{ cron_expression: '0 0 * * *', timezone: 5 }, 422, 'TIMEZONE_INVALID', '/timezone'],
    [{ cron_expression: '0 0 * * *', count: 0 }, 422, 'RANGE', '/count'],
    [{ cron_expression: '0 0 * * *', count: 'x' }, 422, 'RANGE', '/count'],
  ])('previewed with %j are %i %s at %s', async (sent, status, error, path) => {
    expect(await ask('POST', '/schedule/preview', sent)).toMatchObject({ status, error, path })
  })
})

describe('templates', () => {
  const job_template = { type: 'single_crawl', url: 'https://{{host}}/' }
  const parameters = { host: { type: 'string' } }

  test.each([
    [{ job_template }, 'TEMPLATE_INVALID', '/job_template/url'],
    [{ job_template: { ...job_template, url: '{{' } }, 'TEMPLATE_INVALID', '/job_template/url'],
    [{ job_template: { ...job_template, url: '{{a.b}}' } }, 'TEMPLATE_INVALID', '/job_template/url'],
    [
      { job_template: { ...job_template, options: { cache_mode: '{{x}}' } }, parameters },
      'TEMPLATE_INVALID',
      '/job_template/options/cache_mode',
    ],
    [{ job_template: { type: 'template', template: 'a' } }, 'TEMPLATE_INVALID', '/job_template/type'],
    [
      { job_template: { type: 'custom', job_name: '{{x}}', payload: 1 } },
      'TEMPLATE_INVALID',
      '/job_template/job_name',
    ],
    [{ job_template, parameters: { host: { type: 'text' } } }, 'TEMPLATE_INVALID', '/parameters/host/type'],
    [{ job_template, parameters: { 'a.b': { type: 'string' } } }, 'TEMPLATE_INVALID', '/parameters/a.b'],
    [{ job_template, parameters, concurrency_key: '{{x}}' }, 'TEMPLATE_INVALID', '/concurrency_key'],
    [{ job_template, parameters, webhook: { url, secret: canary } }, 'TEMPLATE_INVALID', '/webhook/secret'],
    [{ job_template, parameters, description: 5 }, 'TYPE_MISMATCH', '/description'],
  ])('of %s are %s at %s', async (sent, error, path) => {
    const answer = await ask('PUT', '/templates/bad', sent)
    expect(answer).toMatchObject({ status: 422, error, path })
    expect(JSON.stringify(answer)).not.toContain(canary)
    expect(await ask('GET', '/templates/bad')).toMatchObject({ status: 404 })
  })

  test('that are put again as they are shown are the same version', async () => {
    const put = {
      job_template,
      parameters,
      priority: 'Low',
      timeout_secs: 5,
      rate_limit: { key: '{{host}}', max: 1, per_ms: 5 },
    }
    const first = await ask('PUT', '/templates/same', put)
    const { name, version, created_at, description, ...again } = first
    expect([name, version, description]).toEqual(['same', 1, null])
    expect(await ask('PUT', '/templates/same', again)).toEqual(first)
    expect(created_at).toMatch(/Z$/)
    expect(await ask('PUT', '/templates/same', { ...again, priority: 'high' })).toMatchObject({ version: 2 })
    expect(await ask('GET', '/templates/same?version=1')).toEqual(first)
    expect(await ask('GET', '/templates')).toMatchObject([{ name: 'same', version: 2 }])
  })

  test.each<[object, string, string]>([
    [{ delay_ms: true }, 'RANGE', '/delay_ms'],
    [{ concurrency_key: { key: 'k', max: -1 } }, 'RANGE', '/concurrency_key/max'],
    [{ concurrency_key: { key: '{{host}}', max: -1 } }, 'RANGE', '/concurrency_key/max'],
    [{ dedupe_key: { key: '{{host}}', mode: 'sometimes' } }, 'TYPE_MISMATCH', '/dedupe_key/mode'],
    [{ dedupe_key: { key: 'k', mode: 'throttle' } }, 'REQUIRED', '/dedupe_key/window_ms'],
    [{ rate_limit: { key: 'k', max: 1 } }, 'RANGE', '/rate_limit/per_ms'],
    [{ webhook: 'http://169.254.169.254/' }, 'URL_BLOCKED', '/webhook'],
    [
      { job_template: { type: 'single_crawl', url: 'http://127.0.0.1/' } },
      'URL_BLOCKED',
      '/job_template/url',
    ],
    [{ job_template: { type: 'batch_crawl', urls: [] } }, 'URLS_INVALID', '/job_template/urls'],
    [{ job_template: custom('riptide.webhook', 1) }, 'JOB_TYPE_UNKNOWN', '/job_template/job_name'],
  ])('that say %j, which no job can have, are %s at %s', async (sent, error, path) => {
    const put = { job_template, parameters, ...sent }
    expect(await ask('PUT', '/templates/never', put)).toMatchObject({ status: 422, error, path })
    expect(await ask('GET', '/templates/never')).toMatchObject({ status: 404 })
  })

  test.each<object>([
    { delay_ms: '{{n}}', rate_limit: { key: '{{host}}', max: '{{n}}', per_ms: '{{n}}' } },
    { dedupe_key: { key: 'k', mode: '{{host}}', window_ms: '{{n}}' }, concurrency_key: '{{host}}' },
    { webhook: 'https://{{host}}/in', metadata: { of: ['{{host}}', 5] } },
    { job_template: { type: 'batch_crawl', urls: ['https://a.example/', '{{host}}'] } },
    { job_template: { type: 'single_crawl', url: 'https://a.example/', options: { concurrency: '{{n}}' } } },
    { job_template: { type: 'maintenance', task_type: 'cache_cleanup', parameters: { url: '{{host}}' } } },
    { job_template: { type: 'custom', job_name: 'of-another-process', payload: { to: '{{host}}' } } },
  ])('that have places where a value of its own would be checked are taken: %j', async (sent) => {
    const put = { job_template, parameters: { ...parameters, n: { type: 'integer' } }, ...sent }
    expect(await ask('PUT', '/templates/places', put)).toMatchObject({ name: 'places' })
  })

  test('whose job is wrong with these parameters say so at the parameters, which were sent', async () => {
    const sent = { host: '10.0.0.1' }
    await ask('PUT', '/templates/of-a-host', { job_template, parameters })
    const fault = { status: 422, error: 'URL_BLOCKED' }
    const job_type = { type: 'template', template: 'of-a-host', parameters: sent }
    const answer = await ask('POST', '/templates/of-a-host/jobs', { parameters: sent })
    expect(answer).toMatchObject({ ...fault, path: '/parameters' })
    expect(answer['message']).toMatch(/^\/url must/)
    expect(await ask('POST', '/jobs', { job_type })).toMatchObject({ ...fault, path: '/job_type/parameters' })
    expect(await ask('POST', '/jobs/batch', { jobs: [{ job_type }] })).toMatchObject({
      ...fault,
      path: '/jobs/0/job_type/parameters',
    })
    expect(await ask('POST', '/flows', { jobs: { a: { job_type } } })).toMatchObject({
      ...fault,
      path: '/jobs/a/job_type/parameters',
    })
    const schedule = { name: 'of-a-host', cron_expression: '0 0 * * *', job_template: job_type }
    expect(await ask('POST', '/schedule', schedule)).toMatchObject({
      ...fault,
      path: '/job_template/parameters',
    })
    expect(
      await ask('POST', '/templates/of-a-host/jobs', { parameters: sent, rate_limit: {} }),
    ).toMatchObject({
      path: '/rate_limit/key',
    })
  })

  test('tell all that is wrong with the parameters of a submission', async () => {
    const two = { ...parameters, path: { type: 'string' } }
    await ask('PUT', '/templates/two', { job_template: custom('echo', '{{host}}{{path}}'), parameters: two })
    const answer = await ask('POST', '/templates/two/jobs', { parameters: { path: 5 } })
    expect(answer).toMatchObject({ status: 422, path: '/parameters/host' })
    expect(answer['problems']).toMatchObject([
      { error: 'TEMPLATE_PARAMETER_MISSING', path: '/parameters/host' },
      { error: 'TEMPLATE_PARAMETER_INVALID', path: '/parameters/path' },
    ])
    const inJob = { type: 'template', template: 'two', parameters: { host: 'a', path: 'b', more: 1 } }
    expect(await ask('POST', '/jobs', { job_type: inJob })).toMatchObject({
      error: 'TEMPLATE_PARAMETER_UNKNOWN',
      path: '/job_type/parameters/more',
    })
    expect(await ask('POST', '/jobs/batch', { jobs: [{ job_type: inJob }] })).toMatchObject({
      error: 'TEMPLATE_PARAMETER_UNKNOWN',
      path: '/jobs/0/job_type/parameters/more',
      problems: [{ path: '/jobs/0/job_type/parameters/more' }],
    })
    expect(await ask('POST', '/templates/nope/jobs')).toMatchObject({
      status: 404,
      error: 'TEMPLATE_NOT_FOUND',
    })
    expect(await ask('POST', '/templates/two/jobs', { version: 9 })).toMatchObject({ status: 404 })
  })
})
