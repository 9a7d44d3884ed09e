import { gzipSync } from 'node:zlib'
import { afterEach, describe, expect, test } from 'vitest'
import { type Fetcher, createFetcher } from '../../../src/crawl/parts/fetcher.js'
import { fetchSitemapUrls, parseSitemap } from '../../../src/crawl/parts/sitemap.js'
import { type Site, answer, startSite } from '../jobs/site.js'
import { here, rejectionOf } from './part-stage.js'

const pages = (...urls: string[]): string =>
  `<urlset>${urls.map((url) => `<url><loc>${url}</loc></url>`).join('')}</urlset>`
const index = (...urls: string[]): string =>
  `<sitemapindex>${urls.map((url) => `<sitemap><loc>${url}</loc></sitemap>`).join('')}</sitemapindex>`

describe('parseSitemap', () => {
  const a = 'https://example.com/a'
  const b = 'https://example.com/b'

  test.each([
    ['XML', pages(a, b), { urls: [a, b], sitemaps: [] }],
    ['an index', index(a, b), { urls: [], sitemaps: [a, b] }],
    ['text', `${a}\n${b}\n`, { urls: [a, b], sitemaps: [] }],
    ['neither', 'hello', { urls: [], sitemaps: [] }],
    ['nothing', '', { urls: [], sitemaps: [] }],
  ])('reads %s, as gzip too', async (_, text, found) => {
    expect(await parseSitemap(Buffer.from(text))).toEqual({ ...found, cut: null })
    expect(await parseSitemap(gzipSync(text))).toEqual({ ...found, cut: null })
  })

  test('says where it stopped', async () => {
    const body = Buffer.from(pages(a, b))
    expect(await parseSitemap(body, { maxUrls: 1 })).toEqual({ urls: [a], sitemaps: [], cut: 'maxUrls' })
    expect(await parseSitemap(body, { maxBytes: 60 })).toMatchObject({ urls: [a], cut: 'maxBytes' })
    expect(await parseSitemap(gzipSync(pages(a)).subarray(0, 30))).toMatchObject({ cut: 'corrupt' })
    expect(await rejectionOf(parseSitemap(body, { maxUrls: 0 }))).toBe('CONFIG_INVALID')
    expect(await rejectionOf(parseSitemap('<urlset/>' as never))).toBe('ARGUMENT_INVALID')
  })
})

describe('fetchSitemapUrls', () => {
  let site: Site | undefined
  let fetcher: Fetcher | undefined
  afterEach(async () => {
    await fetcher?.close()
    await site?.close()
  })

  const start = async (): Promise<[Fetcher, Site]> => {
    const to = (path: string): string => (site as Site).url(path)
    site = await startSite({
      '/robots.txt': (request, response) =>
        answer(200, { 'content-type': 'text/plain' }, `Sitemap: ${to('/index.xml')}`)(request, response),
      '/index.xml': (request, response) =>
        answer(200, {}, index(to('/one.xml'), to('/gone.xml')))(request, response),
      '/one.xml': (request, response) =>
        answer(200, {}, gzipSync(pages(to('/a'), to('/b'), to('/a'))))(request, response),
      '/sitemap.xml': (request, response) => answer(200, {}, pages(to('/c')))(request, response),
    })
    fetcher = createFetcher(here)
    return [fetcher, site]
  }

  test('has all urls of a site, each once, and says what is missing', async () => {
    const [own, { url }] = await start()
    const found = await fetchSitemapUrls([url('/some/page')], { fetcher: own })
    expect([...found.urls].sort()).toEqual([url('/a'), url('/b'), url('/c')])
    expect(found.isCut).toBe(false)
    expect(found.warnings).toEqual([expect.stringContaining('/gone.xml')])
  })

  test('stops at so many', async () => {
    const [own, { url }] = await start()
    const found = await fetchSitemapUrls([url('/')], { fetcher: own, maxUrls: 2 })
    expect([found.urls.length, found.isCut]).toEqual([2, true])
  })

  test('ends with its signal, and names what is wrong', async () => {
    const [own, { url }] = await start()
    const signal = AbortSignal.abort()
    expect(await rejectionOf(fetchSitemapUrls([url('/')], { fetcher: own, signal }))).toBe('ABORTED')
    expect(await rejectionOf(fetchSitemapUrls(['nowhere'], { fetcher: own }))).toBe('URL_INVALID')
    expect(await rejectionOf(fetchSitemapUrls([url('/')], { fetcher: {} as never }))).toBe('CONFIG_INVALID')
  })
})
