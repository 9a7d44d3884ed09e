import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createHandler } from '../../src/http/index.js'
import { WorkerService } from '../../src/index.js'
import { type Site, startSite } from '../crawl/jobs/site.js'

let service: WorkerService
let site: Site

beforeEach(async () => {
  site = await startSite({
    '/': ({ headers }, response) =>
      void response
        .writeHead(200, { 'content-type': 'text/plain', 'set-cookie': 'id=7' })
        .end(`${headers['accept-language'] ?? 'any'} ${headers.cookie ?? 'unknown'}`),
  })
  service = new WorkerService({
    crawl: { allowPrivateNetwork: true, respectRobots: false, proxies: { eu: 'http://127.0.0.1:1' } },
  })
  await service.start()
})

afterEach(async () => {
  await service.stop()
  await site.close()
})

const post = async (options: Record<string, unknown>) => {
  const handler = createHandler(service, { authorize: () => true })
  const job = { type: 'batch_crawl', urls: [site.url('/'), site.url('/?2')], options }
  const init = {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ job_type: job }),
  }
  const response = await handler.fetch(new Request('http://app.test/workers/jobs', init))
  return { status: response.status, body: (await response.json()) as Record<string, string> }
}

describe('the network options of a crawl, over HTTP', () => {
  test('do what they say', async () => {
    const options = { headers: { 'Accept-Language': 'de' }, cookies: true, concurrency: 1 }
    const { status, body } = await post(options)
    expect(status).toBe(200)
    const result = await service.waitForJob(body['job_id'] ?? '', { timeoutMs: 10_000 })
    expect(result.data).toMatchObject({
      warnings: [],
      results: [
        { document: { text: 'de unknown' }, attempts: 1 },
        { document: { text: 'de id=7' }, attempts: 1 },
      ],
    })
  })

  test.each<[Record<string, unknown>, string, string]>([
    [{ headers: { 'X-A': 'a\r\nY: b' } }, 'HEADER_INVALID', '/job_type/options/headers/X-A'],
    [{ headers: { Host: 'x' } }, 'HEADER_FORBIDDEN', '/job_type/options/headers/Host'],
    [{ headers: { Cookie: 'a=1' } }, 'HEADER_FORBIDDEN', '/job_type/options/headers/Cookie'],
    [{ headers: ['x'] }, 'TYPE_MISMATCH', '/job_type/options/headers'],
    [{ cookies: 'yes' }, 'TYPE_MISMATCH', '/job_type/options/cookies'],
    [{ cookies: true, cache_mode: 'refresh' }, 'FIELDS_CONFLICT', '/job_type/options/cookies'],
    [{ proxy: 'us' }, 'TYPE_MISMATCH', '/job_type/options/proxy'],
    [{ proxy: 'http://me:secret@10.0.0.1:3128' }, 'TYPE_MISMATCH', '/job_type/options/proxy'],
    [{ cache_mode: 'never' }, 'TYPE_MISMATCH', '/job_type/options/cache_mode'],
  ])('are checked when they are submitted: %j', async (options, error, path) => {
    const { status, body } = await post(options)
    expect([status, body['error'], body['path']]).toEqual([422, error, path])
    expect(JSON.stringify(body)).not.toContain('secret')
  })

  test('are not given where they are null', async () => {
    expect((await post({ headers: null, cookies: null, proxy: null })).status).toBe(200)
  })
})
