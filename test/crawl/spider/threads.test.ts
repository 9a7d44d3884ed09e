import { expect, test } from 'vitest'
import type { CrawlOptions } from '../../../src/crawl/options.js'
import { stageOf } from '../jobs/closing-stage.js'
import { siteOfPages } from './spider-site.js'

const threadUrl = new URL('links-thread.mjs', import.meta.url).href
const large = `<!-- ${'-'.repeat(300_000)} -->`

test.each<[string, CrawlOptions, string]>([
  ['all pages', { isolation: 'thread' }, ''],
  ['large pages', {}, large],
])('the links of html that is kept as it is are read in threads: of %s', async (_name, crawl, head) => {
  const site = await siteOfPages({ '/': { head }, '/found-by-thread': {} })
  for (const options of [{ outputFormat: 'html' }, { skipExtraction: true }]) {
    const result = await stageOf({ crawl: { ...crawl, threadUrl } }).spider(site.url('/'), options)
    expect(result.results?.map(({ url }) => new URL(url).pathname)).toEqual(['/', '/found-by-thread'])
    expect(result.results?.every(({ content }) => content?.includes('<main>'))).toBe(true)
  }
})

test('html is read as it was decoded, whatever encoding it names itself', async () => {
  const site = await siteOfPages({
    '/': { head: '<meta charset="windows-1251">', links: ['/tee-für-zwei'] },
    '/tee-f%C3%BCr-zwei': {},
  })
  const result = await stageOf().spider(site.url('/'), { outputFormat: 'html' })
  expect(result).toMatchObject({ totalUrls: 2, successful: 2 })
})

test('nothing is followed in a text that is no html', async () => {
  const site = await siteOfPages(
    { '/a': {} },
    {
      '/': (_request, response) =>
        void response.writeHead(200, { 'content-type': 'text/plain' }).end('as in <a href="/a">here</a>'),
    },
  )
  expect(await stageOf().spider(site.url('/'), { outputFormat: 'html' })).toMatchObject({ totalUrls: 1 })
})
