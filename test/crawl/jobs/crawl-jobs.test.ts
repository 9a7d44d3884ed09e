import { afterEach, describe, expect, test, vi } from 'vitest'
import { RiptideError } from '../../../src/core/errors.js'
import type { ExtractedDocument } from '../../../src/crawl/extract/extract-document.js'
import { type CrawlStage, type StageOptions, crawlStage } from './crawl-stage.js'
import {
  type Route,
  type Site,
  answer,
  bomb,
  drip,
  endless,
  html,
  silence,
  stall,
  startSite,
} from './site.js'

const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

async function siteOf(routes: Readonly<Record<string, Route>>): Promise<Site> {
  const site = await startSite(routes)
  closing.push(() => site.close())
  return site
}

function stageOf(options?: StageOptions): CrawlStage {
  const stage = crawlStage(options)
  closing.push(() => stage.jobs.close())
  return stage
}

const codes = (result: { results: readonly { error: { code: string } | null }[] }) =>
  result.results.map((page) => page.error?.code ?? 'ok')

describe('a batch over real servers', () => {
  test('has the whole of each page', async () => {
    const site = await siteOf({ '/a': html('first'), '/b': html('second') })
    const result = await stageOf().batch([site.url('/a'), site.url('/b')])
    expect(result).toMatchObject({ totalUrls: 2, successful: 2, failed: 0, fromCache: 0, warnings: [] })
    expect(result.results[0]).toMatchObject({
      url: site.url('/a'),
      finalUrl: site.url('/a'),
      status: 200,
      fromCache: false,
      redirects: [],
      contentType: 'text/html; charset=utf-8',
      document: { title: 'first', text: expect.stringContaining('The text of first') },
      content: null,
      error: null,
    })
    expect(result.results[0]?.encoding?.toLowerCase()).toBe('utf-8')
    expect(result.results[0]?.processingTimeMs).toBeGreaterThanOrEqual(0)
    expect(result.results[1]).toMatchObject({ document: { title: 'second' } })
  })

  test('goes on beside servers that drip, stall, pour without end or send a bomb', async () => {
    const site = await siteOf({
      '/drip': drip,
      '/stall': stall,
      '/endless': endless,
      '/bomb': bomb,
      '/silence': silence,
      '/good': html('good'),
    })
    const crawl = { pageTimeoutMs: 1500, idleTimeoutMs: 300, maxBytes: 1_000_000, maxDecodedBytes: 2_000_000 }
    const paths = ['/good', '/drip', '/stall', '/good?2', '/endless', '/bomb', '/silence', '/good?3']
    const result = await stageOf({ crawl }).batch(paths.map((path) => site.url(path)))
    expect(codes(result)).toEqual([
      'ok',
      'TIMEOUT',
      'RESPONSE_IDLE',
      'ok',
      'RESPONSE_TOO_LARGE',
      'RESPONSE_TOO_LARGE',
      expect.any(String),
      'ok',
    ])
    expect(result).toMatchObject({ successful: 3, failed: 5 })
    expect(['TIMEOUT', 'RESPONSE_IDLE']).toContain(result.results[6]?.error?.code)
  })

  test('says of each url why it failed', async () => {
    const site = await siteOf({
      '/pdf': answer(200, { 'content-type': 'application/pdf' }, '%PDF-1.7'),
      '/gone': answer(410, { 'content-type': 'text/html' }, '<p>gone'),
      '/loop': answer(302, { location: '/loop' }),
      '/ok': html('ok'),
    })
    const dead = await startSite({})
    await dead.close()
    const urls = [
      'nonsense',
      'ftp://example.com/',
      site.url('/pdf'),
      site.url('/gone'),
      site.url('/missing'),
      site.url('/loop'),
      dead.url('/'),
      site.url('/ok'),
    ]
    const result = await stageOf().batch(urls)
    expect(codes(result)).toEqual([
      'URL_INVALID',
      'URL_SCHEME',
      'CONTENT_TYPE_UNSUPPORTED',
      'HTTP_STATUS',
      'HTTP_STATUS',
      'REDIRECT_LOOP',
      'CONNECT_FAILED',
      'ok',
    ])
    expect(result.results.map((page) => page.url)).toEqual(urls)
    expect(result.results[3]).toMatchObject({
      status: 410,
      document: null,
      content: null,
      finalUrl: site.url('/gone'),
    })
    expect(result.results[2]).toMatchObject({ status: 200, document: null })
  })

  test('blocks private addresses, and where a name leads to one, without a request to them', async () => {
    const site = await siteOf({ '/': html('secret') })
    const lookup = vi.fn(
      (
        _name: string,
        _options: unknown,
        done: (error: null, found: { address: string; family: number }[]) => void,
      ) => done(null, [{ address: '127.0.0.1', family: 4 }]),
    )
    const stage = stageOf({
      crawl: {
        allowPrivateNetwork: false,
        allowedPorts: [80, Number(new URL(site.url('/')).port)],
        lookup,
      },
    })
    const named = site.url('/').replace('127.0.0.1', 'rebinding.example')
    const result = await stage.batch([site.url('/'), named])
    expect(codes(result)).toEqual(['URL_BLOCKED', 'URL_BLOCKED'])
    expect(lookup).toHaveBeenCalled()
    expect(result.results[1]?.error?.message).not.toContain('127.0.0.1')
    expect(await site.sockets()).toBe(0)
  })

  test('records the redirects of a page', async () => {
    const site = await siteOf({ '/old': answer(301, { location: '/new' }), '/new': html('moved') })
    const { results } = await stageOf().batch([site.url('/old')])
    expect(results[0]).toMatchObject({
      url: site.url('/old'),
      finalUrl: site.url('/new'),
      redirects: [{ url: site.url('/old'), status: 301 }],
      document: { title: 'moved' },
    })
  })

  test('ends at once when its signal aborts, and lets its connections go', async () => {
    const site = await siteOf({ '/silence': silence, '/drip': drip })
    const stage = stageOf()
    const controller = new AbortController()
    const running = stage.batch([site.url('/silence'), site.url('/drip')], {}, { signal: controller.signal })
    await vi.waitFor(() => expect(site.hits()).toBe(2), { timeout: 5000 })
    controller.abort(new RiptideError('CANCELLED', 'the job was cancelled'))
    await expect(running).rejects.toMatchObject({ code: 'CANCELLED' })
    await vi.waitFor(async () => expect(await site.sockets()).toBe(0), { timeout: 5000 })
  })

  test('warns of no leak of listeners, however many urls are under way', async () => {
    const site = await siteOf({ '/': html('many') })
    const warnings: string[] = []
    const note = (warning: Error): void => void warnings.push(warning.message)
    process.on('warning', note)
    closing.push(() => Promise.resolve(void process.off('warning', note)))
    const urls = Array.from({ length: 40 }, (_, i) => site.url(`/?${i}`))
    const result = await stageOf({ crawl: { maxConcurrency: 40 } }).batch(urls)
    expect([result.successful, warnings]).toEqual([40, []])
  })

  test('reads plain text as its own document', async () => {
    const site = await siteOf({
      '/text': answer(200, { 'content-type': 'text/plain' }, '1 < 2\n```\n'),
      '/json': answer(200, { 'content-type': 'application/json' }, '{"a":1}'),
      '/md': answer(200, { 'content-type': 'text/markdown' }, '# Title'),
    })
    const { results } = await stageOf().batch([site.url('/text'), site.url('/json'), site.url('/md')])
    expect(results.map((page) => page.document?.text)).toEqual(['1 < 2\n```', '{"a":1}', '# Title'])
    expect(results.map((page) => page.document?.markdown)).toEqual([
      '````\n1 < 2\n```\n````',
      '```\n{"a":1}\n```',
      '# Title',
    ])
    expect(results[0]?.document).toMatchObject({ title: null, links: [], metadata: {} })
  })

  test.each([
    ['markdown', /^# form/m],
    ['text', /^form$/m],
    ['html', /^<!doctype html>.*<h1>form<\/h1>/],
  ])('gives %s in place of the document when that is asked for', async (outputFormat, pattern) => {
    const site = await siteOf({ '/': html('form') })
    const { results } = await stageOf().batch([site.url('/')], { outputFormat })
    expect(results[0]).toMatchObject({ document: null, content: expect.stringMatching(pattern), error: null })
  })

  test('decodes the html that it leaves as it is', async () => {
    const site = await siteOf({
      '/': answer(
        200,
        { 'content-type': 'text/html; charset=windows-1252' },
        Buffer.from([0x3c, 0x70, 0x3e, 0x80]),
      ),
    })
    const { results } = await stageOf().batch([site.url('/')], { skipExtraction: true })
    expect(results[0]).toMatchObject({ document: null, content: '<p>€', encoding: 'windows-1252' })
  })
})

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
