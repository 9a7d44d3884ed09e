import { describe, expect, test } from 'vitest'
import type { Job } from '../../src/core/job.js'
import { answerTo, someJob, someResult } from './stub-service.js'

const resultOf = async (type: string, data: unknown): Promise<unknown> => {
  const job = someJob({ type, status: 'completed' })
  const answer = await answerTo('/workers/jobs/a/result', {
    getJob: () => Promise.resolve(job),
    getJobResult: () => Promise.resolve(someResult({ data })),
  })
  return answer.body['data']
}

describe('a job', () => {
  test.each<[Job['status'], string]>([
    ['pending', 'Pending'],
    ['processing', 'Processing'],
    ['retrying', 'Retrying'],
    ['blocked', 'Blocked'],
    ['completed', 'Completed'],
    ['dead_letter', 'DeadLetter'],
    ['cancelled', 'Cancelled'],
  ])('that is %s is %s on the wire', async (status, spelt) => {
    const { body } = await answerTo('/workers/jobs/a', { getJob: () => Promise.resolve(someJob({ status })) })
    expect(body['status']).toBe(spelt)
  })

  test('has every member of the contract and no other', async () => {
    const job = someJob({
      status: 'dead_letter',
      startedAt: Date.UTC(2026, 0, 1, 0, 0, 1),
      completedAt: Date.UTC(2026, 0, 1, 0, 0, 2, 5),
      workerId: 'w/3',
      retryCount: 3,
      lastError: { code: 'TIMEOUT', name: 'RiptideError', message: 'it took too long' },
      processingTimeMs: 1004.6,
      metadata: { camelCase: { snake_case: 1 } },
      payload: { secret: 1 },
    })
    const { body } = await answerTo('/workers/jobs/a', { getJob: () => Promise.resolve(job) })
    expect(body).toEqual({
      job_id: 'job-1',
      status: 'DeadLetter',
      created_at: '2026-01-01T00:00:00.000Z',
      started_at: '2026-01-01T00:00:01.000Z',
      completed_at: '2026-01-01T00:00:02.005Z',
      worker_id: 'w/3',
      retry_count: 3,
      last_error: 'TIMEOUT: it took too long',
      processing_time_ms: 1005,
      metadata: { camelCase: { snake_case: 1 } },
    })
  })

  test('that failed by a throw of its own shows the message alone', async () => {
    const lastError = { code: 'JOB_FAILED', name: 'TypeError', message: '<b>x</b> is not a function' }
    const { body } = await answerTo('/workers/jobs/a', {
      getJob: () => Promise.resolve(someJob({ lastError })),
    })
    expect(body['last_error']).toBe('<b>x</b> is not a function')
  })

  test('in a list is built in or custom', async () => {
    const jobs = [someJob({ type: 'batch_crawl' }), someJob({ type: 'thumbnail', priority: 'critical' })]
    const { body } = await answerTo('/workers/jobs', {
      listJobs: () => Promise.resolve({ jobs, total: 2, nextCursor: null }),
    })
    expect(body['jobs']).toEqual([
      expect.objectContaining({ job_type: 'batch_crawl', job_name: null, priority: 'Normal' }),
      expect.objectContaining({ job_type: 'custom', job_name: 'thumbnail', priority: 'Critical' }),
    ])
  })
})

describe('a result', () => {
  test('has every member of the contract', async () => {
    const error = { code: 'CRASHED', name: 'RiptideError', message: 'its worker went away' }
    const { body } = await answerTo('/workers/jobs/a/result', {
      getJob: () => Promise.resolve(someJob({ status: 'dead_letter' })),
      getJobResult: () =>
        Promise.resolve(someResult({ success: false, error, workerId: null, processingTimeMs: 0.4 })),
    })
    expect(body).toEqual({
      job_id: 'job-1',
      success: false,
      data: null,
      error: 'CRASHED: its worker went away',
      processing_time_ms: 0,
      worker_id: null,
      completed_at: '2026-01-01T00:00:01.000Z',
    })
  })

  const metadata = {
    publishedAt: '2026',
    openGraph: { siteName: 'x', 'og:imageAlt': 'y' },
    jsonLd: [{ datePublished: 'z' }],
  }
  const document = {
    url: 'u',
    title: 't',
    text: '',
    markdown: '',
    links: [{ url: 'l', isOurs: true }],
    metadata,
  }
  const page = {
    url: 'u',
    finalUrl: 'f',
    status: 200,
    fromCache: true,
    processingTimeMs: 5,
    contentType: 'text/html',
    document,
    content: null,
    error: { code: 'HTTP_STATUS', message: 'm' },
  }
  const wirePage = {
    url: 'u',
    final_url: 'f',
    status: 200,
    from_cache: true,
    processing_time_ms: 5,
    content_type: 'text/html',
    document: {
      url: 'u',
      title: 't',
      text: '',
      markdown: '',
      links: [{ url: 'l', isOurs: true }],
      metadata: {
        published_at: '2026',
        open_graph: { siteName: 'x', 'og:imageAlt': 'y' },
        json_ld: [{ datePublished: 'z' }],
      },
    },
    content: null,
    error: { code: 'HTTP_STATUS', message: 'm' },
  }

  test('of a single crawl is respelt where the names are ours', async () => {
    expect(await resultOf('single_crawl', page)).toEqual(wirePage)
  })

  test('of a batch is respelt, its pages too', async () => {
    const data = {
      totalUrls: 2,
      successful: 1,
      failed: 1,
      fromCache: 1,
      results: [page, { url: 'v', document: null }],
      warnings: [],
    }
    expect(await resultOf('batch_crawl', data)).toEqual({
      total_urls: 2,
      successful: 1,
      failed: 1,
      from_cache: 1,
      results: [wirePage, { url: 'v', document: null }],
      warnings: [],
    })
  })

  test('of maintenance is in our names alone', async () => {
    expect(await resultOf('maintenance', { removedJobs: 1, queue: { latencyMs: 2 } })).toEqual({
      removed_jobs: 1,
      queue: { latency_ms: 2 },
    })
  })

  test('of a custom job is as it was returned', async () => {
    expect(await resultOf('thumbnail', { totalUrls: 1, results: [page] })).toEqual({
      totalUrls: 1,
      results: [page],
    })
    expect(await resultOf('thumbnail', 'aB')).toBe('aB')
  })

  test('that is gone although the job has ended is 404', async () => {
    const { status, body } = await answerTo('/workers/jobs/a/result', {
      getJob: () => Promise.resolve(someJob({ status: 'completed' })),
      getJobResult: () => Promise.resolve(null),
    })
    expect([status, body['error']]).toEqual([404, 'NOT_FINISHED'])
  })
})
