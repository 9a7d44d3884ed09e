import { beforeEach, describe, expect, test } from 'vitest'
import { systemClock } from '../../../src/core/clock.js'
import { siteOf, stageOf } from '../jobs/closing-stage.js'
import type { CrawlStage } from '../jobs/crawl-stage.js'
import { type Route, type Site, answer } from '../jobs/site.js'

const ttlMs = 60_000
let now = 0
const clock = { ...systemClock, now: () => now }

/** How `/moved` redirects at the moment, and by what its target was asked. */
let status: number
let headers: Record<string, string>
let target: string
let asked: (string | undefined)[]
let site: Site
let stage: CrawlStage

const moved: Route = (request, response) =>
  answer(status, { location: site.url(target), ...headers })(request, response)

const page: Route = (request, response) => {
  const tag = request.headers['if-none-match']
  asked.push(tag)
  if (tag === '"1"') answer(304, { etag: '"1"' })(request, response)
  else
    answer(200, { 'content-type': 'text/html', etag: '"1"' }, '<title>page</title><p>text')(request, response)
}

beforeEach(async () => {
  now = Date.UTC(2026, 0, 1)
  ;[status, headers, target, asked] = [302, {}, '/page', []]
  stage = stageOf({ clock, crawl: { cacheTtlMs: ttlMs, urlRetries: 0 } })
  site = await siteOf({
    '/moved': moved,
    '/on-the-way': (request, response) => answer(301, { location: '/page' })(request, response),
    '/page': page,
    '/other': answer(304, { etag: '"1"' }),
  })
})

const crawl = async (cacheMode = 'read_through') =>
  (await stage.batch([site.url('/moved')], { cacheMode })).results[0]
const stored = () => [...stage.storage.texts.keys()].filter((key) => key.startsWith('cache/page/'))

describe('a page that a redirect led to', () => {
  test.each<[string, number, Record<string, string>]>([
    ['a temporary one of which nothing is said', 302, {}],
    ['a temporary one (303)', 303, {}],
    ['a temporary one (307)', 307, { 'last-modified': 'Wed, 21 Oct 2015 07:28:00 GMT' }],
    ['a permanent one that must not be used unasked', 301, { 'cache-control': 'no-cache' }],
    ['one whose time is over when it comes', 301, { 'cache-control': 'max-age=60', age: '60' }],
    ['one that varies by everything', 308, { vary: '*' }],
  ])('is served only after that was asked again: %s', async (_, code, more) => {
    ;[status, headers] = [code, more]
    await crawl()
    expect(await crawl()).toMatchObject({ fromCache: true, attempts: 1, error: null })
    expect([site.hits('/moved'), asked]).toEqual([2, [undefined, '"1"']])
  })

  test.each<[string, number, Record<string, string>, number]>([
    ['a permanent one', 301, {}, ttlMs],
    ['a permanent one (308)', 308, {}, ttlMs],
    ['a temporary one with a time', 302, { 'cache-control': 'max-age=10' }, 10_000],
    ['a permanent one with a shorter time', 301, { 'cache-control': 'max-age=10', age: '4' }, 6_000],
    ['a temporary one that says public', 302, { 'cache-control': 'public' }, ttlMs],
  ])('is served unasked for as long as that holds: %s', async (_, code, more, holdsMs) => {
    ;[status, headers] = [code, more]
    await crawl()
    now += holdsMs - 1
    expect(await crawl()).toMatchObject({ fromCache: true, attempts: 0 })
    now += 1
    expect(await crawl()).toMatchObject({ fromCache: true, attempts: 1 })
  })

  test('is not kept where the redirect must not be stored, and no mode has it', async () => {
    headers = { 'cache-control': 'no-store' }
    expect(await crawl()).toMatchObject({ fromCache: false, error: null })
    expect(stored()).toEqual([])
    expect(await crawl('only_cached')).toMatchObject({ error: { code: 'NOT_CACHED' } })
  })

  test('goes when the redirect must not be stored any more', async () => {
    await crawl()
    headers = { 'cache-control': 'no-store' }
    expect(await crawl()).toMatchObject({ fromCache: true, attempts: 1 })
    expect(stored()).toEqual([])
  })

  test('tells the way by which it was confirmed, and holds for as long as that', async () => {
    await crawl()
    ;[status, target] = [301, '/on-the-way']
    const redirects = [{ location: site.url('/on-the-way') }, { location: site.url('/page') }]
    expect(await crawl()).toMatchObject({ fromCache: true, attempts: 1, redirects })
    expect(await crawl()).toMatchObject({ fromCache: true, attempts: 0, redirects })
  })

  test('is not confirmed by another url, which was asked for no confirmation', async () => {
    await crawl()
    target = '/other'
    const failed = { fromCache: false, status: 304, error: { code: 'HTTP_STATUS' } }
    expect(await crawl('revalidate')).toMatchObject(failed)
    expect(asked).toEqual([undefined])
  })

  test('is not confirmed by the url that redirected', async () => {
    await crawl()
    status = 304
    expect(await crawl('revalidate')).toMatchObject({ fromCache: false, error: { code: 'HTTP_STATUS' } })
  })

  test('is none where it was stored by a version that did not keep its way', async () => {
    status = 301
    await crawl()
    for (const [key, text] of stage.storage.texts)
      stage.storage.texts.set(key, text.replace('"wayMs":null,', ''))
    expect(await crawl()).toMatchObject({ fromCache: false })
  })
})

describe('a page that was stored by a clock that is ahead', () => {
  const ahead = async (ms: number) => {
    status = 301
    now += ms
    await crawl()
    now -= ms
  }

  test('is asked about, for nobody knows how old it is', async () => {
    await ahead(3_600_000)
    expect(await crawl('only_cached')).toMatchObject({ error: { code: 'NOT_CACHED' } })
    expect(await crawl()).toMatchObject({ fromCache: true, attempts: 1 })
    expect(await crawl()).toMatchObject({ fromCache: true, attempts: 0 })
  })

  test('is fresh where the clock is ahead by no more than the clocks of a fleet are', async () => {
    await ahead(10_000)
    expect(await crawl()).toMatchObject({ fromCache: true, attempts: 0 })
  })
})
