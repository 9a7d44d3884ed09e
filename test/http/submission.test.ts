import { describe, expect, test } from 'vitest'
import { createHandler } from '../../src/http/index.js'
import type { SubmitOptions, SubmitSpec } from '../../src/service-api.js'
import { stubService } from './stub-service.js'

type Fields = Record<string, unknown>

const echo = { type: 'custom', job_name: 'echo', payload: null }
const crawl = { type: 'single_crawl', url: 'https://a.example/' }

/** What the service is asked to do for a body, or the problem that the body is answered with. */
async function submitted(
  body: Fields,
): Promise<{ spec: SubmitSpec; options: SubmitOptions | undefined } | Fields> {
  let seen: { spec: SubmitSpec; options: SubmitOptions | undefined } | undefined
  const service = stubService({
    submitJob: (spec, options) => {
      seen = { spec, options }
      return Promise.resolve({ id: 'x', created: true, status: 'pending' })
    },
  })
  const response = await post(createHandler(service, { authorize: () => true }), '/workers/jobs', body)
  return seen ?? ((await response.json()) as Fields)
}

function post(handler: ReturnType<typeof createHandler>, path: string, body: Fields): Promise<Response> {
  const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
  return handler.fetch(new Request(`http://app.test${path}`, init))
}

describe('a submission, in the terms of the service', () => {
  test('takes every field of the contract', async () => {
    const body = {
      job_type: {
        type: 'batch_crawl',
        urls: ['https://a.example/', 'https://b.example/'],
        options: {
          concurrency: 2,
          cache_mode: 'bypass',
          output_format: 'markdown',
          timeout_secs: 5,
          skip_extraction: false,
          use_spider: false,
          spider_max_depth: null,
          spider_strategy: null,
          stealth: true,
        },
      },
      priority: 'CRITICAL',
      retry_config: {
        max_attempts: 5,
        initial_delay_secs: 1,
        backoff_multiplier: 1.5,
        max_delay_secs: 60,
        use_jitter: false,
      },
      metadata: { team: 'search' },
      scheduled_at: '2030-01-01T00:00:00Z',
      timeout_secs: 90,
    }
    expect(await submitted(body)).toEqual({
      spec: {
        type: 'batch_crawl',
        urls: ['https://a.example/', 'https://b.example/'],
        options: {
          concurrency: 2,
          cacheMode: 'bypass',
          outputFormat: 'markdown',
          timeoutMs: 5_000,
          skipExtraction: false,
          useSpider: false,
          spiderMaxDepth: null,
          spiderStrategy: null,
          stealth: true,
        },
      },
      options: {
        priority: 'critical',
        retry: { maxAttempts: 5, initialDelayMs: 1_000, multiplier: 1.5, maxDelayMs: 60_000, jitter: false },
        metadata: { team: 'search' },
        runAt: '2030-01-01T00:00:00Z',
        timeoutMs: 90_000,
      },
    })
  })

  test.each([
    [crawl, { type: 'single_crawl', url: 'https://a.example/' }],
    [
      { ...crawl, options: null },
      { type: 'single_crawl', url: 'https://a.example/' },
    ],
    [
      { type: 'maintenance', task_type: 'cache_cleanup', parameters: { all: true } },
      { type: 'maintenance', taskType: 'cache_cleanup', parameters: { all: true } },
    ],
    [
      { type: 'custom', job_name: 'thumb', payload: { snake_case: 1, camelCase: [2] } },
      { type: 'custom', jobName: 'thumb', payload: { snake_case: 1, camelCase: [2] } },
    ],
    [
      { type: 'pdf_extraction', pdf_data: 'JVBERi0=', options: {} },
      { type: 'pdf_extraction', pdfData: 'JVBERi0=', options: {} },
    ],
  ])('reads the job %j', async (job, spec) => {
    expect(await submitted({ job_type: job })).toEqual({ spec, options: {} })
  })

  test('takes null for what was not given, as clients send it whose language has no missing fields', async () => {
    const body = {
      job_type: echo,
      retry_config: null,
      metadata: null,
      scheduled_at: null,
      timeout_secs: null,
    }
    expect(await submitted(body)).toMatchObject({ options: {} })
  })

  test.each(['High', 'high', 'HIGH', 'hIgH'])('takes the priority %s', async (priority) => {
    expect(await submitted({ job_type: echo, priority })).toMatchObject({ options: { priority: 'high' } })
  })
})

describe('a field that is wrong', () => {
  const cases: readonly (readonly [string, Fields, string, string])[] = [
    ...[undefined, null, '', ' '].map(
      (type) => ['type', { job_type: { type } }, 'REQUIRED', '/job_type/type'] as const,
    ),
    ...[0, {}, [], true].map(
      (type) => ['type', { job_type: { type } }, 'TYPE_MISMATCH', '/job_type/type'] as const,
    ),
    ...['nope', '__proto__', 'constructor', 'toString', 'Single_Crawl'].map(
      (type) => ['type', { job_type: { type } }, 'JOB_TYPE_UNKNOWN', '/job_type/type'] as const,
    ),
    ['job_type', { job_type: null }, 'REQUIRED', '/job_type'],
    ['job_type', { job_type: 'single_crawl' }, 'TYPE_MISMATCH', '/job_type'],
    ['job_type', { job_type: [crawl] }, 'TYPE_MISMATCH', '/job_type'],
    ['payload', { job_type: { type: 'custom', job_name: 'a' } }, 'REQUIRED', '/job_type/payload'],
    ...['high!', 0, 5, -1, 1.5, '3', null, [], true, 1e9].map(
      (priority) => ['priority', { job_type: echo, priority }, 'PRIORITY_INVALID', '/priority'] as const,
    ),
    ...[0, -1, 1.5, 1e9, '3', null, 101].map(
      (max_attempts) =>
        [
          'max_attempts',
          { job_type: echo, retry_config: { max_attempts } },
          'RANGE',
          '/retry_config/max_attempts',
        ] as const,
    ),
    ...[-1, 0.5, 1e15, '30', null].map(
      (initial_delay_secs) =>
        [
          'delay',
          { job_type: echo, retry_config: { initial_delay_secs } },
          'BACKOFF_INVALID',
          '/retry_config/initial_delay_secs',
        ] as const,
    ),
    ...[0, -2, 1e308, '2'].map(
      (backoff_multiplier) =>
        [
          'multiplier',
          { job_type: echo, retry_config: { backoff_multiplier } },
          'BACKOFF_INVALID',
          '/retry_config/backoff_multiplier',
        ] as const,
    ),
    [
      'max_delay_secs',
      { job_type: echo, retry_config: { initial_delay_secs: 60, max_delay_secs: 30 } },
      'BACKOFF_INVALID',
      '/retry_config/max_delay_secs',
    ],
    [
      'use_jitter',
      { job_type: echo, retry_config: { use_jitter: 'yes' } },
      'TYPE_MISMATCH',
      '/retry_config/use_jitter',
    ],
    ['retry_config', { job_type: echo, retry_config: [] }, 'TYPE_MISMATCH', '/retry_config'],
    [
      'retry_config',
      { job_type: echo, retry_config: { maxAttempts: 3 } },
      'FIELD_UNKNOWN',
      '/retry_config/maxAttempts',
    ],
    ...[0, -5, 2 ** 31, 1e20, '1m', 1.5].map(
      (timeout_secs) => ['timeout_secs', { job_type: echo, timeout_secs }, 'RANGE', '/timeout_secs'] as const,
    ),
    ...[1_700_000_000, true, {}].map(
      (scheduled_at) =>
        ['scheduled_at', { job_type: echo, scheduled_at }, 'DATE_INVALID', '/scheduled_at'] as const,
    ),
    ['metadata', { job_type: echo, metadata: [] }, 'TYPE_MISMATCH', '/metadata'],
    ['metadata', { job_type: echo, metadata: 'x' }, 'TYPE_MISMATCH', '/metadata'],
    ['options', { job_type: { ...crawl, options: [] } }, 'TYPE_MISMATCH', '/job_type/options'],
    [
      'timeout_secs',
      { job_type: { ...crawl, options: { timeout_secs: 0 } } },
      'RANGE',
      '/job_type/options/timeout_secs',
    ],
    ...['allow_private', 'allow_private_network', 'allowPrivateNetwork', 'allowPrivate'].map(
      (key) =>
        [
          key,
          { job_type: { ...crawl, options: { [key]: true } } },
          'FIELD_UNKNOWN',
          `/job_type/options/${key}`,
        ] as const,
    ),
    [
      'cacheMode',
      { job_type: { ...crawl, options: { cacheMode: 'bypass' } } },
      'FIELD_UNKNOWN',
      '/job_type/options/cacheMode',
    ],
    ['urls', { job_type: { ...crawl, urls: [] } }, 'FIELD_UNKNOWN', '/job_type/urls'],
    ['priorty', { job_type: echo, priorty: 'High' }, 'FIELD_UNKNOWN', '/priorty'],
    ...[
      'created_at',
      'started_at',
      'startedAt',
      'status',
      'state',
      'attempt',
      'worker_id',
      'workerId',
      'token',
      'id',
      'retry_count',
    ].map((key) => [key, { job_type: echo, [key]: 1 }, 'FIELD_READONLY', `/${key}`] as const),
  ]
  test.each(cases)('%s: %j is %s at %s', async (_, body, error, path) => {
    expect(await submitted(body)).toMatchObject({ status: 422, error, path })
  })

  test('is answered with what is allowed', async () => {
    expect(await submitted({ job_type: { type: 'nope' } })).toMatchObject({
      known: [
        'single_crawl',
        'batch_crawl',
        'spider_crawl',
        'maintenance',
        'custom',
        'pdf_extraction',
        'template',
      ],
    })
    expect(await submitted({ job_type: echo, priority: 'urgent' })).toMatchObject({
      allowed: ['Critical', 'High', 'Normal', 'Low'],
    })
  })

  test('is quoted in at most 100 characters, escaped', async () => {
    const problem = (await submitted({
      job_type: echo,
      priority: `\u202e\u0007${'x'.repeat(5_000)}`,
    })) as Fields
    expect(String(problem['message']).length).toBeLessThan(220)
    expect(problem['message']).toContain('\\u202e')
  })
})
