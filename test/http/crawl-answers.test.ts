import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { silentLogger } from '../../src/core/logger.js'
import { createHandler } from '../../src/http/index.js'
import { openApiDocument } from '../../src/http/openapi/document.js'
import { WorkerService } from '../../src/index.js'

type Fields = Record<string, unknown>

const html = `<!doctype html><html lang="en"><head><title>A page</title>
<meta property="og:site_name" content="A site"><meta property="article:published_time" content="2026-01-02">
<script type="application/ld+json">{"@type":"Article","dateModified":"2026-01-03"}</script></head>
<body><article><h1>A page</h1><p>${'It says a few words. '.repeat(20)}</p><a href="/b">more</a></article></body></html>`

const site = http.createServer((_req, res) => res.setHeader('content-type', 'text/html').end(html))
const service = new WorkerService({ crawl: { allowPrivateNetwork: true }, logger: silentLogger })
const handler = createHandler(service, { authorize: () => true })
const ajv = new Ajv2020({ strict: false, validateFormats: false })
let origin = ''

beforeAll(async () => {
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve))
  origin = `http://127.0.0.1:${(site.address() as AddressInfo).port}`
  ajv.addSchema({ $id: 'https://openapi.test/', ...openApiDocument('') })
  await service.start()
})
afterAll(async () => {
  await service.stop()
  site.closeAllConnections()
  await new Promise((resolve) => site.close(resolve))
})

async function dataOf(jobType: Fields): Promise<Fields> {
  const init = {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ job_type: jobType }),
  }
  const submitted = await handler.fetch(new Request('http://app.test/workers/jobs', init))
  const { job_id } = (await submitted.json()) as { job_id: string }
  await service.waitForJob(job_id)
  const result = await handler.fetch(new Request(`http://app.test/workers/jobs/${job_id}/result`))
  const { data, error } = (await result.json()) as { data: Fields; error: string | null }
  expect(error).toBeNull()
  return data
}

function expectFits(name: string, value: unknown): void {
  const validate = ajv.compile({ $ref: `https://openapi.test/#/components/schemas/${name}` })
  validate(value)
  expect(validate.errors ?? []).toEqual([])
}

/** The names that are ours: not those within what came from the page. */
function namesIn(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(namesIn)
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, item]) => [
    key,
    ...(/open_?graph|json_?ld/i.test(key) ? [] : namesIn(item)),
  ])
}

test('a crawled batch has a page for each url, in names of the wire alone', async () => {
  const data = await dataOf({
    type: 'batch_crawl',
    urls: [`${origin}/a`, 'no url'],
    options: { stealth: true },
  })
  expectFits('CrawledBatch', data)
  expect(data).toMatchObject({
    total_urls: 2,
    successful: 1,
    failed: 1,
    warnings: [expect.stringContaining('stealth')],
  })
  expect(data['results']).toMatchObject([
    {
      url: `${origin}/a`,
      status: 200,
      document: { title: 'A page', metadata: { published_at: '2026-01-02', site_name: 'A site' } },
    },
    { url: 'no url', status: null, document: null, error: { code: 'URL_INVALID' } },
  ])
  expect(namesIn(data).filter((name) => /[A-Z]/.test(name))).toEqual([])
})

test('a single crawl is one page', async () => {
  const data = await dataOf({
    type: 'single_crawl',
    url: `${origin}/b`,
    options: { output_format: 'text', cache_mode: 'bypass' },
  })
  expectFits('CrawledPage', data)
  expect(data).toMatchObject({
    url: `${origin}/b`,
    document: null,
    content: expect.stringContaining('a few words'),
    warnings: [],
  })
})

test('the pages of a crawl are read in names of the wire alone', async () => {
  const { id } = await service.submitJob({
    type: 'batch_crawl',
    urls: [`${origin}/a`, 'no url', `${origin}/c`],
  })
  await service.waitForJob(id)
  const pages: Fields[] = []
  for (let query = 'limit=2'; query !== '';) {
    const answer = await handler.fetch(new Request(`http://app.test/workers/jobs/${id}/pages?${query}`))
    expect(answer.status).toBe(200)
    const body = (await answer.json()) as { pages: Fields[]; next_cursor: string | null }
    expectFits('JobPages', body)
    pages.push(...body.pages)
    query = body.next_cursor === null ? '' : `limit=2&cursor=${body.next_cursor}`
  }
  expect(pages.map((page) => page['index']).sort()).toEqual([0, 1, 2])
  expect(pages[0]).toMatchObject({
    finished_at: expect.stringMatching(/Z$/),
    from_cache: expect.any(Boolean),
  })
  expect(namesIn(pages).filter((name) => /[A-Z]/.test(name))).toEqual([])
})

test('a spidered site, in names of the wire alone', async () => {
  const data = await dataOf({
    type: 'spider_crawl',
    url: `${origin}/a`,
    options: { spider_max_depth: 1, spider_strategy: 'depth_first' },
  })
  expectFits('SpideredSite', data)
  expect(data).toMatchObject({ total_urls: 2, max_depth: 1, ended_by: 'nothing_left' })
  expect(data['results']).toMatchObject([
    { depth: 0, found_on: null, duplicate_of: null },
    { depth: 1, found_on: `${origin}/a` },
  ])
  expect(namesIn(data).filter((name) => /[A-Z]/.test(name))).toEqual([])
})

test.each([
  ['/workers/jobs/none/pages', 404, 'JOB_NOT_FOUND'],
  ['/workers/jobs/none/pages?limit=0', 400, 'PAGE_INVALID'],
  ['/workers/jobs/none/pages?size=1', 422, 'FIELD_UNKNOWN'],
])('%s is answered %i', async (path, status, error) => {
  const answer = await handler.fetch(new Request(`http://app.test${path}`))
  expect(answer.status).toBe(status)
  expect(await answer.json()).toMatchObject({ error })
})
