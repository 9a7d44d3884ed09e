import { describe, expect, test, vi } from 'vitest'
import type { ExtractedDocument } from '../../../src/crawl/extract/extract-document.js'
import { answer, html, stall, startSite } from './site.js'
import { codes, siteOf, stageOf } from './closing-stage.js'

describe('an extractor of the app', () => {
  const own = (more: Partial<ExtractedDocument>): ExtractedDocument =>
    ({
      url: null,
      title: null,
      text: 'own',
      markdown: 'own',
      links: [],
      metadata: {},
      ...more,
    }) as ExtractedDocument

  test('takes the place of the built-in one', async () => {
    const site = await siteOf({ '/': html('page') })
    const extractor = vi.fn((_html: string, { url }: { url: string }) => Promise.resolve(own({ title: url })))
    const { results } = await stageOf({ crawl: { extractor } }).batch([site.url('/')])
    expect(results[0]?.document).toMatchObject({ title: site.url('/'), text: 'own' })
    expect(extractor.mock.calls[0]?.[0]).toContain('<h1>page</h1>')
  })

  test.each([
    [
      'throws',
      () => {
        throw new TypeError('no such node')
      },
    ],
    ['answers nothing', () => undefined],
    ['answers what is no JSON', () => own({ title: 1n as never })],
    ['answers a document without text', () => own({ text: null as never })],
  ])('costs only its page when it %s', async (_what, fail) => {
    const site = await siteOf({ '/bad': html('bad'), '/good': html('good') })
    const extractor = ((text: string) => (text.includes('>bad<') ? fail() : own({}))) as never
    const result = await stageOf({ crawl: { extractor } }).batch([site.url('/bad'), site.url('/good')])
    expect(codes(result)).toEqual(['EXTRACTION_FAILED', 'ok'])
    expect(result.results[0]).toMatchObject({ status: 200, document: null })
  })

  test('that never answers costs its page the time of a page', async () => {
    const site = await siteOf({ '/': html('page') })
    const extractor = () => new Promise<ExtractedDocument>(() => undefined)
    const result = await stageOf({ crawl: { extractor, pageTimeoutMs: 300 } }).batch([site.url('/')])
    expect(codes(result)).toEqual(['TIMEOUT'])
  })
})

describe('robots.txt', () => {
  const robots = answer(200, { 'content-type': 'text/plain' }, 'User-agent: *\nDisallow: /private\n')

  test('is obeyed, and fetched once for its site', async () => {
    const site = await siteOf({ '/robots.txt': robots, '/private': html('private'), '/open': html('open') })
    const result = await stageOf({ crawl: { respectRobots: true } }).batch([
      site.url('/private'),
      site.url('/open'),
    ])
    expect(codes(result)).toEqual(['ROBOTS_FORBIDDEN', 'ok'])
    expect([site.hits('/private'), site.hits('/robots.txt')]).toEqual([0, 1])
  })

  test('is obeyed where a redirect leads', async () => {
    const site = await siteOf({
      '/robots.txt': robots,
      '/open': answer(302, { location: '/private' }),
      '/private': html('private'),
    })
    const result = await stageOf({ crawl: { respectRobots: true } }).batch([site.url('/open')])
    expect(codes(result)).toEqual(['ROBOTS_FORBIDDEN'])
    expect(site.hits('/private')).toBe(0)
  })

  test('is not asked for when the app says so', async () => {
    const site = await siteOf({ '/robots.txt': robots, '/private': html('private') })
    expect(codes(await stageOf({ crawl: { respectRobots: false } }).batch([site.url('/private')]))).toEqual([
      'ok',
    ])
    expect(site.hits('/robots.txt')).toBe(0)
  })

  test('that a server does not have forbids nothing', async () => {
    const site = await siteOf({ '/open': html('open') })
    expect(codes(await stageOf({ crawl: { respectRobots: true } }).batch([site.url('/open')]))).toEqual([
      'ok',
    ])
  })
})

describe('a single crawl over a real server', () => {
  test('answers with the page and the warnings', async () => {
    const site = await siteOf({ '/': html('alone') })
    expect(await stageOf().single(site.url('/'), { stealth: true })).toMatchObject({
      status: 200,
      document: { title: 'alone' },
      error: null,
      warnings: [expect.stringContaining('"stealth"')],
    })
  })

  test.each([
    ['/missing', { name: 'PermanentError', code: 'HTTP_STATUS' }],
    ['/pdf', { name: 'PermanentError', code: 'CONTENT_TYPE_UNSUPPORTED' }],
    ['/broken', { name: 'RiptideError', code: 'HTTP_STATUS' }],
    ['/busy', { name: 'RetryAfterError', code: 'HTTP_STATUS', retryAfterMs: 7000 }],
    ['/stall', { name: 'RiptideError', code: 'RESPONSE_IDLE' }],
  ])('fails on %s so that the job ends or is tried again', async (path, error) => {
    const site = await siteOf({
      '/pdf': answer(200, { 'content-type': 'application/pdf' }, '%PDF'),
      '/broken': answer(500),
      '/busy': answer(429, { 'retry-after': '7' }),
      '/stall': stall,
    })
    await expect(stageOf({ crawl: { idleTimeoutMs: 100 } }).single(site.url(path))).rejects.toMatchObject(
      error,
    )
  })

  test('is tried again when nobody listens', async () => {
    const dead = await startSite({})
    await dead.close()
    await expect(stageOf().single(dead.url('/'))).rejects.toMatchObject({
      name: 'RiptideError',
      code: 'CONNECT_FAILED',
      retryable: true,
    })
  })
})

describe('the crawl jobs', () => {
  test('close what they opened, may be closed twice, and open again', async () => {
    const site = await siteOf({ '/': html('again') })
    const stage = stageOf()
    await stage.jobs.close()
    expect((await stage.single(site.url('/'), { cacheMode: 'bypass' })).status).toBe(200)
    await Promise.all([stage.jobs.close(), stage.jobs.close()])
    await vi.waitFor(async () => expect(await site.sockets()).toBe(0), { timeout: 5000 })
    expect((await stage.single(site.url('/'), { cacheMode: 'bypass' })).status).toBe(200)
  })
})
