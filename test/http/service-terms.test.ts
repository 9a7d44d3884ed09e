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
    [{ ...crawl, options: { use_spider: 'yes' } }, 'TYPE_MISMATCH', '/job_type/options/use_spider'],
    [{ ...crawl, options: { spider_max_depth: 101 } }, 'RANGE', '/job_type/options/spider_max_depth'],
    [
      { ...crawl, options: { spider_include: ['docs/*'] } },
      'INPUT_INVALID',
      '/job_type/options/spider_include/0',
    ],
    [{ type: 'spider_crawl' }, 'REQUIRED', '/job_type/url'],
    [{ type: 'spider_crawl', url: 'http://127.0.0.1/' }, 'URL_BLOCKED', '/job_type/url'],
    [{ type: 'spider_crawl', url: 'https://a.example/', urls: [] }, 'FIELDS_CONFLICT', '/job_type/url'],
    [{ type: 'spider_crawl', urls: [] }, 'URLS_INVALID', '/job_type/urls'],
    [{ type: 'pdf_extraction' }, 'PDF_INVALID', '/job_type/url'],
    [{ type: 'pdf_extraction', pdf_data: 'no base64' }, 'PDF_INVALID', '/job_type/pdf_data'],
    [{ type: 'pdf_extraction', pdf_data: 'JVBERi0' }, 'PDF_INVALID', '/job_type/pdf_data'],
    [{ type: 'pdf_extraction', pdf_data: 'SGVsbG8=' }, 'PDF_INVALID', '/job_type/pdf_data'],
    [
      { type: 'pdf_extraction', url: 'https://a.example/', pdf_data: 'JVBERi0=' },
      'PDF_INVALID',
      '/job_type/pdf_data',
    ],
    [{ type: 'pdf_extraction', url: 'http://127.0.0.1/a.pdf' }, 'URL_BLOCKED', '/job_type/url'],
    [
      { type: 'pdf_extraction', url: 'https://a.example/', options: { max_pages: 0 } },
      'RANGE',
      '/job_type/options/max_pages',
    ],
    [{ type: 'custom', job_name: 'nope', payload: 1 }, 'JOB_TYPE_UNKNOWN', '/job_type/job_name'],
    [{ type: 'custom', job_name: 'a b', payload: 1 }, 'NAME_INVALID', '/job_type/job_name'],
    [{ type: 'maintenance', task_type: 'nope', parameters: {} }, expect.any(String), '/job_type/task_type'],
  ])('%j', async (job_type, error, path) => {
    const answer = await problem('/workers/jobs', { job_type })
    expect(answer).toMatchObject({ status: 422, error, path })
    expect(answer['message']).not.toMatch(/jobName|taskType|cacheMode|useSpider|spider[A-Z]/)
  })

  test.each([
    [{ scheduled_at: '2026-02-30T00:00:00Z' }, 'DATE_INVALID', '/scheduled_at'],
    [{ scheduled_at: 'tomorrow' }, 'DATE_INVALID', '/scheduled_at'],
    [{ metadata: { text: 'x'.repeat(70_000) } }, 'PAYLOAD_TOO_LARGE', '/metadata'],
  ])('%j', async (more, error, path) => {
    expect(await problem('/workers/jobs', { job_type: echo, ...more })).toMatchObject({ error, path })
  })

  const many = Array.from({ length: 1_001 }, () => 'a')
  test.each([
    [{ job_id: 'a:b' }, 400, 'ID_INVALID', '/job_id'],
    [{ job_id: 0 }, 400, 'ID_INVALID', '/job_id'],
    [{ job_id: 'x'.repeat(201) }, 400, 'ID_INVALID', '/job_id'],
    [{ delay_ms: -1 }, 422, 'RANGE', '/delay_ms'],
    [{ delay_ms: '5' }, 422, 'RANGE', '/delay_ms'],
    [{ depends_on: 'a' }, 422, 'TYPE_MISMATCH', '/depends_on'],
    [{ depends_on: [null] }, 422, 'TYPE_MISMATCH', '/depends_on/0'],
    [{ depends_on: ['a b'] }, 400, 'ID_INVALID', '/depends_on/0'],
    [{ depends_on: [{ job_id: 5 }] }, 400, 'ID_INVALID', '/depends_on/0/job_id'],
    [{ depends_on: [{ job_id: 'a', on_failure: 'wait' }] }, 422, 'TYPE_MISMATCH', '/depends_on/0/on_failure'],
    [{ depends_on: many }, 422, 'RANGE', '/depends_on'],
    [{ depends_on: ['unknown'] }, 422, 'DEPENDENCY_NOT_FOUND', '/depends_on'],
    [{ job_id: 'me', depends_on: ['me'] }, 422, 'DEPENDENCY_CYCLE', '/depends_on/0'],
    [{ concurrency_key: '' }, 422, 'REQUIRED', '/concurrency_key'],
    [{ concurrency_key: 5 }, 422, 'TYPE_MISMATCH', '/concurrency_key'],
    [{ concurrency_key: { key: 'a', max: 0 } }, 422, 'RANGE', '/concurrency_key/max'],
    [{ concurrency_key: { key: 'a\u0000' } }, 422, 'STRING_CONTROL_CHAR', '/concurrency_key/key'],
    [{ rate_limit: 'a' }, 422, 'TYPE_MISMATCH', '/rate_limit'],
    [{ rate_limit: { key: 'a', max: 5 } }, 422, 'RANGE', '/rate_limit/per_ms'],
    [{ rate_limit: { key: 'a', max: 10_001, per_ms: 1 } }, 422, 'RANGE', '/rate_limit/max'],
    [{ dedupe_key: { key: 'a', mode: 'merge' } }, 422, 'TYPE_MISMATCH', '/dedupe_key/mode'],
    [{ dedupe_key: { key: 'a', mode: 'debounce' } }, 422, 'REQUIRED', '/dedupe_key/window_ms'],
    [{ dedupe_key: { key: 'a', window_ms: 0.5 } }, 422, 'RANGE', '/dedupe_key/window_ms'],
    [{ webhook: 'ftp://a.example/' }, 422, 'URL_SCHEME', '/webhook'],
    [{ webhook: { url: 'http://127.0.0.1/' } }, 422, 'URL_BLOCKED', '/webhook/url'],
    [{ webhook: { url: 'https://a.example/', events: [] } }, 422, 'EVENTS_INVALID', '/webhook/events'],
    [{ webhook: { url: 'https://a.example/', events: ['job.x'] } }, 422, 'EVENTS_INVALID', '/webhook/events'],
  ])('%s is %i %s at %s', async (more, status, error, path) => {
    const answer = await problem('/workers/jobs', { job_type: echo, ...more })
    expect(answer).toMatchObject({ status, error, path })
    expect(answer['message']).not.toMatch(
      /dependsOn|onFailure|concurrencyKey|rateLimit|perMs|windowMs|delayMs/,
    )
    expect((await service.listJobs()).total).toBe(0)
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
