import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { systemClock } from '../../../src/core/clock.js'
import { RiptideError } from '../../../src/core/errors.js'
import { silentLogger } from '../../../src/core/logger.js'
import { lookupOf } from '../fetch/fetching.js'
import { type CrawlStage, crawlStage } from '../jobs/crawl-stage.js'
import { type Site, answer, html, startSite } from '../jobs/site.js'

let site: Site
let stage: CrawlStage
let now = 0
const clock = { ...systemClock, now: () => now }
const warn = vi.fn()

beforeEach(async () => {
  warn.mockClear()
  now = Date.UTC(2026, 0, 1)
  site = await startSite({
    '/a': html('first'),
    '/b': html('second'),
    '/broken': answer(500, {}, 'sorry'),
    '/moved': answer(301, { location: '/a' }),
  })
  stage = crawlStage({
    clock,
    logger: { ...silentLogger, warn },
    crawl: { cacheTtlMs: 10_000, urlRetries: 0 },
  })
})

afterEach(async () => {
  await stage.jobs.close()
  await site.close()
})

const pages = ({ storage }: CrawlStage) =>
  [...storage.texts.keys()].filter((key) => key.startsWith('cache/page/'))

const crawl = (cacheMode?: string, path = '/a') =>
  stage.batch([site.url(path)], cacheMode ? { cacheMode } : {})

describe('the cache', () => {
  test.each([[undefined], ['read_through'], ['enabled']])(
    'in mode %s answers what is stored, and stores what is not',
    async (mode) => {
      const first = await crawl(mode)
      const second = await crawl(mode)
      expect([first.fromCache, second.fromCache, site.hits('/a')]).toEqual([0, 1, 1])
      expect(first.results[0]?.fromCache).toBe(false)
      expect(second.results[0]).toMatchObject({
        ...first.results[0],
        fromCache: true,
        attempts: 0,
        processingTimeMs: expect.any(Number),
      })
    },
  )

  test('in mode bypass is neither read nor written', async () => {
    await crawl('bypass')
    expect(pages(stage)).toEqual([])
    await crawl('read_through')
    expect((await crawl('bypass')).fromCache).toBe(0)
    expect(site.hits('/a')).toBe(3)
  })

  test('in mode only_cached answers what is stored, and asks nobody for the rest', async () => {
    const first = await crawl('only_cached')
    expect(first.results[0]).toMatchObject({ error: { code: 'NOT_CACHED' }, status: null, attempts: 0 })
    await crawl('read_through')
    const second = await crawl('only_cached')
    expect([second.fromCache, second.results[0]?.document?.title, site.hits('/a')]).toEqual([1, 'first', 1])
    now += 10_000
    expect((await crawl('only_cached')).results[0]?.error?.code).toBe('NOT_CACHED')
    expect(site.hits('/a')).toBe(1)
  })

  test('fails a single crawl for good that may have only what is stored', async () => {
    const work = stage.single(site.url('/a'), { cacheMode: 'only_cached' })
    await expect(work).rejects.toMatchObject({ name: 'PermanentError', code: 'NOT_CACHED' })
  })

  test('in mode refresh is written, not read', async () => {
    await crawl('refresh')
    expect((await crawl('refresh')).fromCache).toBe(0)
    expect((await crawl('read_through')).fromCache).toBe(1)
    expect(site.hits('/a')).toBe(2)
  })

  test('is asked again only for what is still fresh', async () => {
    await crawl()
    now += 9_999
    expect((await crawl()).fromCache).toBe(1)
    now += 1
    expect((await crawl()).fromCache).toBe(0)
    expect(site.hits('/a')).toBe(2)
  })

  test('keeps no page that failed', async () => {
    await crawl(undefined, '/broken')
    expect((await crawl(undefined, '/broken')).fromCache).toBe(0)
    expect(site.hits('/broken')).toBe(2)
  })

  test('keeps a page under the url that was asked for, with its redirects', async () => {
    await crawl(undefined, '/moved')
    const again = await crawl(undefined, '/moved')
    expect(again.results[0]).toMatchObject({
      fromCache: true,
      finalUrl: site.url('/a'),
      redirects: [{ status: 301 }],
    })
    expect(site.hits('/moved')).toBe(1)
  })

  test('serves document, markdown and text of one page, and html of its own', async () => {
    await stage.batch([site.url('/a')])
    const markdown = await stage.batch([site.url('/a')], { outputFormat: 'markdown' })
    const text = await stage.batch([site.url('/a')], { outputFormat: 'text' })
    expect([markdown.fromCache, text.fromCache, site.hits('/a')]).toEqual([1, 1, 1])
    const raw = await stage.batch([site.url('/a')], { outputFormat: 'html' })
    expect(raw.fromCache).toBe(0)
    expect(raw.results[0]?.content).toContain('<h1>first</h1>')
  })

  test('serves nobody who may not reach private addresses what was fetched from one', async () => {
    const { lookup } = lookupOf(['127.0.0.1'])
    const url = site.url('/a').replace('127.0.0.1', 'inner.test')
    const unsafe = crawlStage({ crawl: { lookup } })
    const safe = crawlStage({
      crawl: { lookup, allowPrivateNetwork: false, allowedPorts: [Number(new URL(url).port)] },
    })
    expect((await unsafe.batch([url])).successful).toBe(1)
    for (const [key, text] of unsafe.storage.texts) safe.storage.texts.set(key, text)
    const codesOf = async (mode: string) =>
      (await safe.batch([url], { cacheMode: mode })).results.map((page) => page.error?.code)
    expect(await codesOf('only_cached')).toEqual(['NOT_CACHED'])
    expect(await codesOf('read_through')).toEqual(['URL_BLOCKED'])
    await Promise.all([unsafe.jobs.close(), safe.jobs.close()])
  })

  test('serves single crawls what batches stored', async () => {
    await crawl()
    expect((await stage.single(site.url('/a'))).fromCache).toBe(true)
  })

  test('takes a corrupt text for a miss and replaces it', async () => {
    await crawl()
    for (const key of pages(stage)) stage.storage.texts.set(key, '{"storedAt":1,')
    expect((await crawl()).fromCache).toBe(0)
    expect((await crawl()).fromCache).toBe(1)
  })

  test('costs a request and a line in the log, never a page, when the storage fails', async () => {
    stage.storage.broken = new RiptideError('STORE_UNAVAILABLE', 'the store is away')
    const result = await crawl()
    expect(result).toMatchObject({ successful: 1, fromCache: 0 })
    expect(warn.mock.calls.filter(([message]) => / page could not be /.test(String(message)))).toHaveLength(2)
  })

  test('makes equal urls of a batch cost one request, each with its own page', async () => {
    const urls = [site.url('/a'), site.url('/b'), site.url('/a'), site.url('/a#part')]
    const result = await stage.batch(urls)
    expect(result.results.map((page) => [page.url, page.document?.title])).toEqual(
      urls.map((url) => [url, url.includes('/b') ? 'second' : 'first']),
    )
    expect([site.hits(), result.fromCache, result.successful]).toEqual([2, 2, 4])
  })

  test.each(['refresh', 'revalidate'])('joins equal requests in mode %s', async (cacheMode) => {
    const result = await stage.batch([site.url('/a'), site.url('/a')], { cacheMode })
    expect([site.hits('/a'), result.fromCache, result.successful]).toEqual([1, 1, 2])
  })

  test('joins no requests in the mode that leaves it alone', async () => {
    const result = await stage.batch([site.url('/a'), site.url('/a')], { cacheMode: 'bypass' })
    expect([site.hits('/a'), result.fromCache]).toEqual([2, 0])
  })

  test('is off when its pages may live no time: nothing is stored, and nothing said to come from it', async () => {
    const off = crawlStage({ clock, crawl: { cacheTtlMs: 0 } })
    const result = await off.batch([site.url('/a'), site.url('/a')])
    expect([site.hits('/a'), result.fromCache, pages(off)]).toEqual([2, 0, []])
    await off.jobs.close()
  })
})
