import { describe, expect, test } from 'vitest'
import { RiptideError } from '../../src/core/errors.js'
import { silentLogger } from '../../src/core/logger.js'
import { createHandler } from '../../src/http/index.js'
import { WorkerService, defineJob } from '../../src/index.js'
import { stubService } from './stub-service.js'

type Fields = Record<string, unknown>

const echo = { type: 'custom', job_name: 'echo', payload: null }
const crawl = { type: 'single_crawl', url: 'https://a.example/' }

function post(handler: ReturnType<typeof createHandler>, path: string, body: Fields): Promise<Response> {
  const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
  return handler.fetch(new Request(`http://app.test${path}`, init))
}

describe('what the service finds wrong is told in the words of the wire', () => {
  const service = new WorkerService({
    jobs: [defineJob({ name: 'echo', handler: () => null })],
    logger: silentLogger,
  })
  const handler = createHandler(service, { authorize: () => true })
  const problem = async (path: string, body: Fields): Promise<Fields> =>
    (await (await post(handler, path, body)).json()) as Fields

  test.each([
    [{ type: 'single_crawl', url: 'ftp://a.example' }, 'URL_SCHEME', '/job_type/url'],
    [{ type: 'single_crawl', url: 'http://127.0.0.1/' }, 'URL_BLOCKED', '/job_type/url'],
    [{ type: 'single_crawl' }, 'REQUIRED', '/job_type/url'],
    [{ type: 'batch_crawl', urls: [] }, 'URLS_INVALID', '/job_type/urls'],
    [{ type: 'batch_crawl', urls: 'https://a.example' }, 'URLS_INVALID', '/job_type/urls'],
    [{ type: 'batch_crawl', urls: ['https://a.example', null] }, 'URLS_INVALID', '/job_type/urls/1'],
    [
      { type: 'batch_crawl', urls: Array.from({ length: 51 }, () => 'https://a.example') },
      'RANGE',
      '/job_type/urls',
    ],
    [{ ...crawl, options: { cache_mode: 'never' } }, 'TYPE_MISMATCH', '/job_type/options/cache_mode'],
    [{ ...crawl, options: { concurrency: 0 } }, 'RANGE', '/job_type/options/concurrency'],
    [{ ...crawl, options: { use_spider: true } }, 'NOT_SUPPORTED', '/job_type/options/use_spider'],
    [{ type: 'pdf_extraction', url: 'https://a.example/a.pdf' }, 'NOT_SUPPORTED', '/job_type/type'],
    [{ type: 'custom', job_name: 'nope', payload: 1 }, 'JOB_TYPE_UNKNOWN', '/job_type/job_name'],
    [{ type: 'custom', job_name: 'a b', payload: 1 }, 'NAME_INVALID', '/job_type/job_name'],
    [{ type: 'maintenance', task_type: 'nope', parameters: {} }, expect.any(String), '/job_type/task_type'],
  ])('%j', async (job_type, error, path) => {
    const answer = await problem('/workers/jobs', { job_type })
    expect(answer).toMatchObject({ status: 422, error, path })
    expect(answer['message']).not.toMatch(/jobName|taskType|cacheMode|useSpider/)
  })

  test.each([
    [{ scheduled_at: '2026-02-30T00:00:00Z' }, 'DATE_INVALID', '/scheduled_at'],
    [{ scheduled_at: 'tomorrow' }, 'DATE_INVALID', '/scheduled_at'],
    [{ metadata: { text: 'x'.repeat(70_000) } }, 'PAYLOAD_TOO_LARGE', '/metadata'],
  ])('%j', async (more, error, path) => {
    expect(await problem('/workers/jobs', { job_type: echo, ...more })).toMatchObject({ error, path })
  })

  test('the message begins with the same pointer', async () => {
    const answer = await problem('/workers/jobs', {
      job_type: { ...crawl, options: { cache_mode: 'never' } },
    })
    expect(answer['message']).toMatch(/^\/job_type\/options\/cache_mode must be one of/)
  })

  test.each([
    [{ name: 'a b' }, 422, 'NAME_INVALID', '/name'],
    [{ cron_expression: '0 0 30 2 *' }, 400, 'CRON_NEVER_FIRES', '/cron_expression'],
    [{ cron_expression: '* * * *' }, 400, 'CRON_FIELD_COUNT', '/cron_expression'],
    [{ cron_expression: '@reboot' }, 400, 'CRON_UNSUPPORTED', '/cron_expression'],
    [{ job_template: { type: 'batch_crawl', urls: [1] } }, 422, 'URLS_INVALID', '/job_template/urls/0'],
    [
      { job_template: { type: 'custom', job_name: 'nope', payload: 1 } },
      422,
      'JOB_TYPE_UNKNOWN',
      '/job_template/job_name',
    ],
  ])('a schedule with %j', async (more, status, error, path) => {
    const daily = { name: 'daily', cron_expression: '0 0 * * *', job_template: crawl }
    const answer = await problem('/workers/schedule', { ...daily, ...more })
    expect(answer).toMatchObject({ status, error, path })
    expect(answer['message']).not.toMatch(/^\/job: /)
  })

  test('a unit that the wire has not is named', async () => {
    const stub = stubService({
      submitJob: () =>
        Promise.reject(
          new RiptideError('RANGE', '/timeoutMs must be at most 5000; got 9000', { path: '/timeoutMs' }),
        ),
    })
    const response = await post(createHandler(stub, { authorize: () => true }), '/workers/jobs', {
      job_type: echo,
      timeout_secs: 9,
    })
    expect(await response.json()).toMatchObject({
      path: '/timeout_secs',
      message: '/timeout_secs must be at most 5000; got 9000 (in milliseconds)',
    })
  })
})
