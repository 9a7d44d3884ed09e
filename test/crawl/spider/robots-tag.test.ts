import { describe, expect, test } from 'vitest'
import type { SpiderCrawlResult } from '../../../src/crawl/spider/spider-result.js'
import { siteOf, stageOf } from '../jobs/closing-stage.js'
import type { Route } from '../jobs/site.js'

const userAgent = 'MyBot/1.0'
const pathsOf = ({ results }: SpiderCrawlResult) =>
  (results ?? []).map(({ url }) => new URL(url).pathname).sort()

/** A page with one link, and what its response says beside it. */
function linking(to: string, headers: () => Record<string, string | string[]>, head = ''): Route {
  return (request, response) => {
    const all = { 'content-type': 'text/html', ...headers() }
    const isKnown = 'etag' in all && request.headers['if-none-match'] === all.etag
    response.writeHead(isKnown ? 304 : 200, all)
    response.end(
      isKnown ? undefined : `<title>x</title>${head}<main><p>Some text, and <a href="${to}">more</a></main>`,
    )
  }
}

const none = () => ({})

describe('X-Robots-Tag', () => {
  test.each<[string | string[], string[]]>([
    ['nofollow', ['/']],
    ['none', ['/']],
    [['googlebot: noindex', 'mybot: nofollow'], ['/']],
    ['googlebot: nofollow', ['/', '/a']],
    // A page that shall not be found by others is crawled all the same, as with a meta element.
    ['noindex', ['/', '/a']],
  ])('says whether links are followed: %j', async (tag, paths) => {
    const site = await siteOf({
      '/': linking('/a', () => ({ 'x-robots-tag': tag })),
      '/a': linking('/', none),
    })
    const { spider } = stageOf({ crawl: { userAgent } })
    for (const outputFormat of ['document', 'html', 'text']) {
      const result = await spider(site.url('/'), { outputFormat })
      expect(pathsOf(result)).toEqual(paths)
      expect(result.failed).toBe(0)
    }
    const all = await spider(site.url('/'), { spiderFollowNofollow: true })
    expect(pathsOf(all)).toEqual(['/', '/a'])
  })

  test('counts for a page that comes from the cache, whoever looks for its links', async () => {
    const headers = () => ({ 'x-robots-tag': 'nofollow', 'cache-control': 'max-age=600' })
    const site = await siteOf({ '/': linking('/a', headers), '/a': linking('/', none) })
    const { spider, batch } = stageOf()
    await batch([site.url('/')])
    for (let i = 0; i < 2; i++) expect(pathsOf(await spider(site.url('/')))).toEqual(['/'])
    expect(site.hits('/')).toBe(1)
  })

  test('is said anew where a server is asked whether a page still holds', async () => {
    let headers: Record<string, string> = {
      etag: '"1"',
      'cache-control': 'no-cache',
      'x-robots-tag': 'nofollow',
    }
    const site = await siteOf({ '/': linking('/a', () => headers), '/a': linking('/', none) })
    const { spider } = stageOf()
    expect(pathsOf(await spider(site.url('/')))).toEqual(['/'])
    const { 'x-robots-tag': _, ...silent } = headers
    headers = silent
    expect(pathsOf(await spider(site.url('/')))).toEqual(['/'])
    headers = { ...silent, 'x-robots-tag': 'all' }
    expect(pathsOf(await spider(site.url('/')))).toEqual(['/', '/a'])
    headers = silent
    const fromCache = await spider(site.url('/'))
    expect(fromCache.results?.[0]?.fromCache).toBe(true)
    expect(pathsOf(fromCache)).toEqual(['/', '/a'])
  })

  test('leaves a page its canonical address', async () => {
    const canonical = '<link rel="canonical" href="/first">'
    const silent = () => ({ 'x-robots-tag': 'nofollow' })
    const site = await siteOf({
      '/first': linking('/a', silent, canonical),
      '/second': linking('/a', silent, canonical),
    })
    const result = await stageOf().spider([site.url('/first'), site.url('/second')], { concurrency: 1 })
    expect(result.results?.map(({ duplicateOf }) => duplicateOf)).toEqual([null, site.url('/first')])
  })

  test('of a page that was stored before it counted says nothing', async () => {
    const headers = () => ({ 'cache-control': 'max-age=600' })
    const site = await siteOf({ '/': linking('/a', headers), '/a': linking('/', none) })
    const { spider, storage } = stageOf()
    await spider(site.url('/'), { spiderMaxDepth: 0 })
    for (const [key, text] of storage.texts) {
      if (!key.startsWith('cache/page/')) continue
      expect(text).toContain('"nofollow":false')
      storage.texts.set(key, text.replace('"nofollow":false,', ''))
    }
    expect(pathsOf(await spider(site.url('/')))).toEqual(['/', '/a'])
    expect(site.hits('/')).toBe(1)
  })
})
