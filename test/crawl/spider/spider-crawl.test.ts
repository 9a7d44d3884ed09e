import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import type { SpiderCrawlResult } from '../../../src/crawl/spider/spider-result.js'
import { siteOf, stageOf } from '../jobs/closing-stage.js'
import { answer, html } from '../jobs/site.js'
import { siteOfPages } from './spider-site.js'

const pathsOf = ({ results }: SpiderCrawlResult) =>
  (results ?? []).map(({ url }) => new URL(url).pathname + new URL(url).search)

/** A tree: / links to /a and /b, /a to /a/a and /a/b, and so on. */
const tree = {
  '/': { links: ['/a', '/b'] },
  '/a': { links: ['/a/a', '/a/b', '/'] },
  '/b': { links: ['/b/a', '/b/b', '/'] },
  '/a/a': { links: ['/deep'] },
  '/a/b': {},
  '/b/a': {},
  '/b/b': {},
  '/deep': {},
}

describe('a spider', () => {
  test('crawls each page that is linked to, once, and says of each where it was found', async () => {
    const site = await siteOfPages(tree)
    const result = await stageOf().spider(site.url('/'))
    expect(result).toMatchObject({
      ...{ totalUrls: 8, successful: 8, failed: 0, fromCache: 0, duplicates: 0, maxDepth: 3 },
      ...{ endedBy: 'nothing_left', warnings: [] },
    })
    expect(result.results?.[0]).toMatchObject({ depth: 0, foundOn: null, duplicateOf: null, status: 200 })
    const deep = result.results?.find(({ url }) => url.endsWith('/deep'))
    expect(deep).toMatchObject({ depth: 3, foundOn: site.url('/a/a') })
    expect(site.hits()).toBe(8)
  })

  test.each([
    ['breadth_first', ['/', '/a', '/b', '/a/a', '/a/b', '/b/a', '/b/b', '/deep']],
    ['depth_first', ['/', '/a', '/a/a', '/deep', '/a/b', '/b', '/b/a', '/b/b']],
  ])('goes %s', async (spiderStrategy, order) => {
    const site = await siteOfPages(tree)
    const result = await stageOf().spider(site.url('/'), { spiderStrategy, concurrency: 1 })
    expect(pathsOf(result)).toEqual(order)
  })

  test('goes best first: by the keywords in texts and addresses', async () => {
    const site = await siteOfPages({
      '/': { links: ['/x', { to: '/y', text: 'About green tea' }, '/tea', '/z'] },
      '/x': {},
      '/y': { links: [{ to: '/y2', text: 'More TEA, green' }] },
      '/tea': {},
      '/z': {},
      '/y2': {},
    })
    const options = { spiderStrategy: 'best_first', spiderKeywords: ['Tea', 'green'], concurrency: 1 }
    expect(pathsOf(await stageOf().spider(site.url('/'), options))).toEqual([
      '/',
      '/y',
      '/y2',
      '/tea',
      '/x',
      '/z',
    ])
  })

  test('ends at its depth and at its number of pages, and says so', async () => {
    const site = await siteOfPages(tree)
    const shallow = await stageOf().spider(site.url('/'), { spiderMaxDepth: 1 })
    expect(pathsOf(shallow).sort()).toEqual(['/', '/a', '/b'])
    expect(shallow.endedBy).toBe('nothing_left')
    const short = await stageOf().spider(site.url('/'), { spiderMaxPages: 4 })
    expect(short).toMatchObject({ totalUrls: 4, endedBy: 'page_limit' })
    const capped = await stageOf({ crawl: { maxSpiderPages: 2 } }).spider(site.url('/'), {
      spiderMaxPages: 4,
    })
    expect(capped).toMatchObject({ totalUrls: 2, warnings: [expect.stringContaining('lowered to 2')] })
  })

  test('stays in its scope, and lets patterns in and out', async () => {
    const other = await siteOf({ '/': html('elsewhere') })
    const site = await siteOfPages({
      '/docs/': { links: ['/docs/a', '/docs/a?print=1', '/blog/', '/docs/private/x', other.url('/')] },
      '/docs/a': {},
      '/blog/': {},
    })
    const options = { spiderScope: 'path', spiderExclude: ['/docs/private/*', '*?print=1'] }
    expect(pathsOf(await stageOf().spider(site.url('/docs/'), options))).toEqual(['/docs/', '/docs/a'])
    expect(other.hits()).toBe(0)
    const anywhere = await stageOf().spider(site.url('/docs/'), { spiderScope: 'any', spiderMaxDepth: 1 })
    expect(anywhere.totalUrls).toBe(6)
    expect(other.hits()).toBe(1)
  })

  test('says of a redirect that leaves the scope that it does, and keeps nothing from there', async () => {
    const other = await siteOf({ '/': html('elsewhere') })
    const site = await siteOfPages(
      { '/': { links: ['/out', '/in'] }, '/ok': {} },
      { '/out': answer(302, { location: other.url('/') }), '/in': answer(302, { location: '/ok' }) },
    )
    const { results } = await stageOf().spider(site.url('/'), { outputFormat: 'text' })
    expect(results?.find(({ url }) => url.endsWith('/out'))).toMatchObject({
      ...{ finalUrl: other.url('/'), content: null, document: null },
      error: { code: 'OUT_OF_SCOPE' },
    })
    expect(results?.find(({ url }) => url.endsWith('/in'))).toMatchObject({ error: null })
  })

  test('knows the same page under several addresses', async () => {
    const site = await siteOfPages(
      {
        '/': { links: ['/a', '/a?session=1', '/old', '/new'] },
        '/a': { head: '<link rel="canonical" href="/a">' },
        '/new': {},
      },
      {
        '/old': answer(301, { location: '/new' }),
      },
    )
    const result = await stageOf().spider(site.url('/'), { concurrency: 1 })
    const of = (path: string) => result.results?.find(({ url }) => url === site.url(path))
    expect(of('/a')?.duplicateOf).toBeNull()
    expect(of('/a?session=1')?.duplicateOf).toBe(site.url('/a'))
    expect(of('/old')).toMatchObject({ finalUrl: site.url('/new'), duplicateOf: null })
    // It was seen behind the redirect, and is not fetched again.
    expect(of('/new')).toBeUndefined()
    expect(site.hits('/new')).toBe(1)
    expect(result.duplicates).toBe(1)
  })

  test('never changes the slash of a url', async () => {
    const site = await siteOfPages({
      '/': { links: ['/a', '/a/', '/b/#part', '/b/'] },
      '/a': {},
      '/a/': {},
      '/b/': {},
    })
    expect(pathsOf(await stageOf().spider(site.url('/'), { concurrency: 1 }))).toEqual([
      '/',
      '/a',
      '/a/',
      '/b/',
    ])
  })

  test('does not follow what says nofollow, unless it is told to', async () => {
    const site = await siteOfPages({
      '/': { links: [{ to: '/a', rel: 'noopener nofollow' }, '/b'] },
      '/a': {},
      '/b': { head: '<meta name="ROBOTS" content="noindex,NOFOLLOW">', links: ['/c'] },
      '/c': {},
    })
    expect(pathsOf(await stageOf().spider(site.url('/')))).toEqual(['/', '/b'])
    const all = await stageOf().spider(site.url('/'), { spiderFollowNofollow: true })
    expect(pathsOf(all).sort()).toEqual(['/', '/a', '/b', '/c'])
  })

  test('follows links whatever is made of the pages', async () => {
    const site = await siteOfPages(tree)
    for (const options of [
      { outputFormat: 'html' },
      { skipExtraction: true },
      { outputFormat: 'markdown' },
    ]) {
      const result = await stageOf().spider(site.url('/'), options)
      expect(result).toMatchObject({ totalUrls: 8, successful: 8 })
      expect(result.results?.every(({ content }) => content !== null)).toBe(true)
    }
  })

  test('begins with the sitemaps where it is told to', async () => {
    const site = await siteOfPages(
      { '/': {}, '/hidden': { links: ['/further'] }, '/further': {} },
      {
        '/robots.txt': (request, response) =>
          void response.end(`User-agent: *\nAllow: /\nSitemap: http://${request.headers.host}/maps.xml.gz`),
        '/maps.xml.gz': (request, response) =>
          void response.end(
            gzipSync(
              `<urlset><url><loc>http://${request.headers.host}/hidden</loc></url><url><loc>http://other.example/</loc></url></urlset>`,
            ),
          ),
      },
    )
    const result = await stageOf({ crawl: { respectRobots: true } }).spider(site.url('/'), {
      spiderSitemaps: true,
      spiderMaxDepth: 0,
    })
    expect(pathsOf(result)).toEqual(['/', '/hidden'])
    expect(pathsOf(await stageOf().spider(site.url('/')))).toEqual(['/'])
  })

  test('says what became of starts that cannot be crawled, and of pages that fail', async () => {
    const site = await siteOfPages({ '/': { links: ['/gone'] } })
    const result = await stageOf().spider([site.url('/'), 'no url', 'ftp://x/'])
    expect(result).toMatchObject({ totalUrls: 4, successful: 1, failed: 3 })
    const codes = result.results?.map(({ url, error }) => [url, error?.code])
    expect(codes).toContainEqual(['no url', 'URL_INVALID'])
    expect(codes).toContainEqual([site.url('/gone'), 'HTTP_STATUS'])
  })

  test('is what a single crawl and a batch become with useSpider', async () => {
    const site = await siteOfPages(tree)
    expect(await stageOf().single(site.url('/'), { useSpider: true })).toMatchObject({ totalUrls: 8 })
    expect(await stageOf().batch([site.url('/a'), site.url('/b')], { useSpider: true })).toMatchObject({
      totalUrls: 8,
    })
  })

  test('has no results beyond their bytes: they are in its journal', async () => {
    const site = await siteOfPages(tree)
    const stage = stageOf({ maxResultBytes: 4000 })
    expect(await stage.spider(site.url('/'))).toMatchObject({ totalUrls: 8, results: null })
    const kept = [...stage.storage.texts].filter(([key]) => key.startsWith('pages/'))
    expect(kept.flatMap(([, text]) => (JSON.parse(text) as { pages: unknown[] }).pages)).toHaveLength(8)
  })
})
