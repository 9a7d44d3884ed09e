import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { decodeHtml, extractDocument } from '../../src/crawl/index.js'
import { createHandler } from '../../src/http/index.js'
import { WorkerService } from '../../src/index.js'
import { quiet } from '../service/stage.js'
import { type TestServer, serveHostility, servePages, testPages } from './page-servers.js'

interface Page {
  readonly url: string
  readonly final_url: string | null
  readonly status: number | null
  readonly from_cache: boolean
  readonly document: { readonly title: string | null; readonly text: string } | null
  readonly error: { readonly code: string } | null
}

interface Batch {
  readonly success: boolean
  readonly data: {
    readonly total_urls: number
    readonly successful: number
    readonly failed: number
    readonly results: readonly Page[]
  }
}

const pages = testPages()
const service = new WorkerService({
  logger: quiet,
  crawl: { allowPrivateNetwork: true, pageTimeoutMs: 20_000 },
})
const handler = createHandler(service, { authorize: () => true })
const api = createServer((request, response) => void handler.node(request, response))
/** What each page says, read without a crawl and before any connection is open: it holds the event loop for seconds. */
const said = [...pages].map(([id, body]) => {
  const { title, text } = extractDocument(decodeHtml(body, 'text/html').text, {
    url: `http://127.0.0.1/${id}`,
  })
  return { title, text }
})
let site: TestServer
let hostile: TestServer
let base = ''

beforeAll(async () => {
  ;[site, hostile] = await Promise.all([servePages(pages), serveHostility(), service.start()])
  await new Promise<void>((resolve) => api.listen(0, '127.0.0.1', resolve))
  base = `http://127.0.0.1:${(api.address() as AddressInfo).port}/workers`
})

afterAll(async () => {
  await service.stop({ graceMs: 1_000 })
  api.closeAllConnections()
  await Promise.all([site.stop(), hostile.stop(), new Promise((resolve) => api.close(resolve))])
})

async function submit(urls: readonly string[], options: object = {}): Promise<string> {
  const body = JSON.stringify({ job_type: { type: 'batch_crawl', urls, options } })
  const response = await fetch(`${base}/jobs`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  })
  expect(response.status).toBe(200)
  return ((await response.json()) as { job_id: string }).job_id
}

async function resultOf(id: string): Promise<Batch> {
  await service.waitForJob(id, { timeoutMs: 240_000 })
  return (await (await fetch(`${base}/jobs/${id}/result`)).json()) as Batch
}

test('every page is read, in batches of 50, each result in its place', { timeout: 300_000 }, async () => {
  const urls = [...pages.keys()].map((id) => `${site.origin}/${id}`)
  const batches: string[][] = []
  for (let i = 0; i < urls.length; i += 50) batches.push(urls.slice(i, i + 50))
  const ids = await Promise.all(batches.map((batch) => submit(batch)))
  const results = await Promise.all(ids.map(resultOf))
  expect(results.every((result) => result.success)).toBe(true)
  expect(results.reduce((sum, { data }) => sum + data.successful, 0)).toBe(pages.size)
  const read = results.flatMap((result) => result.data.results)
  expect(read.map((page) => page.url)).toEqual(urls)
  // The url is what was submitted, wherever it stands; only what was fetched tells whose result this is.
  expect(read.map((page) => page.final_url)).toEqual(urls)
  expect(read.filter(({ status, from_cache: stored, error }) => status !== 200 || stored || error)).toEqual(
    [],
  )
  expect(read.filter((page) => (page.document?.text ?? '').trim() === '')).toEqual([])
  expect(read.map(({ document }) => ({ title: document?.title, text: document?.text }))).toEqual(said)
})

// Of the pages in PAGES_DIR nobody has written down the titles: there is nothing here to compare them with.
test.skipIf(process.env['PAGES_DIR'])(
  'our own pages say which one they are',
  { timeout: 60_000 },
  async () => {
    const ids = [...pages.keys()].slice(20, 60)
    const id = await submit(
      ids.map((page) => `${site.origin}/${page}`),
      { cache_mode: 'bypass' },
    )
    const { data } = await resultOf(id)
    expect(data.results.map(({ document }) => document?.title)).toEqual(
      ids.map((page) => page.replace('page-', 'Page ')),
    )
    for (const [i, { document }] of data.results.entries())
      expect(document?.text).toContain(`Paragraph 4 of page number ${i + 20}, with some words`)
  },
)

test(
  'hostile servers end in typed errors, and the rest of the batch succeeds',
  { timeout: 60_000 },
  async () => {
    const good = [...pages.keys()].slice(0, 10).map((id) => `${site.origin}/${id}`)
    const bad = ['/drip', '/endless', '/bomb'].map((path) => hostile.origin + path)
    const id = await submit([...good.slice(0, 5), ...bad, ...good.slice(5)], { timeout_secs: 2 })
    const { success, data } = await resultOf(id)
    expect(success).toBe(true)
    expect(data).toMatchObject({ total_urls: 13, successful: 10, failed: 3 })
    expect(data.results.slice(5, 8).map((page) => page.error?.code)).toEqual([
      'TIMEOUT',
      'RESPONSE_TOO_LARGE',
      'RESPONSE_TOO_LARGE',
    ])
  },
)
