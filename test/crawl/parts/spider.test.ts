import { describe, expect, test } from 'vitest'
import { extractDocument } from '../../../src/crawl/extract/extract-document.js'
import { robotsTagSaysNofollow } from '../../../src/crawl/fetch/robots-tag.js'
import { type Spider, type SpiderOptions, createSpider } from '../../../src/crawl/parts/spider.js'
import { codeOf } from './part-stage.js'

const root = 'https://example.com'
const start = `${root}/`

/** A site: its paths, and what each links to. */
type Links = Readonly<Record<string, readonly string[]>>

const documentOf = (links: readonly string[], url: string, head = '') => {
  const anchors = links.map((link) => `<a href="${link}">to ${link}</a>`).join(' ')
  return extractDocument(`<head>${head}</head><main><p>${anchors}`, { url })
}

/** Crawls a site of the mind to the end; the paths in their order. */
async function crawl(spider: Spider, links: Links): Promise<readonly string[]> {
  const paths: string[] = []
  for (let target = spider.next(); target; target = spider.next()) {
    const path = target.url.replace(root, '')
    paths.push(path)
    const found = links[path]
    await spider.found(target, found ? { document: documentOf(found, target.url) } : {})
  }
  return paths
}

const site: Links = {
  '/': ['/a', '/b'],
  '/a': ['/a/1', '/'],
  '/b': ['/b/1'],
  '/a/1': [],
  '/b/1': ['/deep'],
  '/deep': [],
}

describe('a spider', () => {
  test.each<[SpiderOptions['strategy'], string]>([
    ['breadth_first', '/ /a /b /a/1 /b/1 /deep'],
    ['depth_first', '/ /a /a/1 /b /b/1 /deep'],
  ])('gives each url once, %s', async (strategy, paths) => {
    expect((await crawl(createSpider([start], { strategy }), site)).join(' ')).toBe(paths)
  })

  test('gives the most promising first with best_first', async () => {
    const spider = createSpider([start], { strategy: 'best_first', keywords: ['tides'] })
    const paths = await crawl(spider, { '/': ['/about', '/tides', '/legal'] })
    expect(paths[1]).toBe('/tides')
  })

  test('goes no deeper and no further than it is told', async () => {
    expect(await crawl(createSpider([start], { maxDepth: 1 }), site)).toEqual(['/', '/a', '/b'])
    const spider = createSpider([start], { maxPages: 2 })
    expect(await crawl(spider, site)).toEqual(['/', '/a'])
    expect(spider.isCut).toBe(true)
  })

  test('stays in its scope and within its patterns', async () => {
    const links = { '/docs/': ['/docs/a', '/docs/a?print=1', '/blog', 'https://other.example/'] }
    const spider = createSpider([`${root}/docs/`], { scope: 'path', exclude: ['*?print=*'] })
    expect(await crawl(spider, links)).toEqual(['/docs/', '/docs/a'])
    expect(spider.takes(`${root}/docs/z`)).toBe(true)
    expect(spider.takes(`${root}/blog`)).toBe(false)
    expect(spider.takes('no url')).toBe(false)
  })

  test('tells the same page under another address, which is not given again', async () => {
    const spider = createSpider([start])
    const first = spider.next()!
    const links = ['/old', '/new', '/print']
    expect(await spider.found(first, { document: documentOf(links, start) })).toEqual({
      duplicateOf: null,
      added: 3,
    })
    const old = spider.next()!
    expect(old).toEqual({ url: `${root}/old`, depth: 1, foundOn: start })
    const moved = { finalUrl: `${root}/new`, document: documentOf([], `${root}/new`) }
    expect((await spider.found(old, moved)).duplicateOf).toBeNull()
    const print = spider.next()!
    const canonical = documentOf([], print.url, '<link rel="canonical" href="/new">')
    expect(print.url).toBe(`${root}/print`)
    expect((await spider.found(print, { document: canonical })).duplicateOf).toBe(`${root}/old`)
    expect(spider.next()).toBeUndefined()
  })

  test('takes urls from elsewhere, those of its scope', () => {
    const spider = createSpider([start])
    expect(spider.seed([`${root}/x`, `${root}/x#again`, 'https://other.example/', 'nothing'])).toBe(1)
    expect(spider.waiting).toBe(2)
  })

  test('follows what asks not to be followed only when it is told to', async () => {
    const document = extractDocument('<main><p><a href="/paid" rel="nofollow">x</a>', { url: start })
    const polite = createSpider([start])
    expect((await polite.found(polite.next()!, { document })).added).toBe(0)
    const rude = createSpider([start], { followNofollow: true })
    expect((await rude.found(rude.next()!, { document })).added).toBe(1)
  })

  test('follows the links of a response that asks for none to be followed only when it is told to', async () => {
    const document = extractDocument('<main><p><a href="/linked">x</a>', { url: start })
    const nofollow = robotsTagSaysNofollow('noindex, nofollow', 'shop-bot/1.0')
    const polite = createSpider([start])
    expect((await polite.found(polite.next()!, { document, nofollow })).added).toBe(0)
    const rude = createSpider([start], { followNofollow: true })
    expect((await rude.found(rude.next()!, { document, nofollow })).added).toBe(1)
  })

  test('names what is wrong', () => {
    expect(codeOf(() => createSpider([]))).toBe('URLS_INVALID')
    expect(codeOf(() => createSpider(['ftp://example.com/']))).toBe('URL_INVALID')
    expect(() => createSpider([start], { maxPages: 0 })).toThrow(/\/maxPages/)
    expect(() => createSpider([start], { scope: 'galaxy' as never })).toThrow(/\/scope/)
    expect(() => createSpider([start], { include: ['docs/*'] })).toThrow(/\/include\/0/)
    expect(() => createSpider([start], { maxDeph: 1 } as object)).toThrow(/maxDepth/)
  })
})
