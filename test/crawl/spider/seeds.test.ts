import { describe, expect, test } from 'vitest'
import { RiptideError } from '../../../src/core/errors.js'
import type { JobContext } from '../../../src/core/handler.js'
import type { SpiderCrawlResult } from '../../../src/crawl/spider/spider-result.js'
import { stageOf } from '../jobs/closing-stage.js'
import type { CrawlStage } from '../jobs/crawl-stage.js'
import { type Route, answer } from '../jobs/site.js'
import { siteOfPages } from './spider-site.js'

const pathsOf = ({ results }: SpiderCrawlResult) => (results ?? []).map(({ url }) => new URL(url).pathname)

/** A sitemap of so many pages, with something behind them. */
const sitemap =
  (n: number, more = ''): Route =>
  (request, response) => {
    const urls = Array.from({ length: n }, (_, i) => `http://${request.headers.host}/s${i}`)
    response.end(`<urlset>${urls.map((url) => `<url><loc>${url}</loc></url>`).join('')}${more}</urlset>`)
  }

/** Urls of sitemaps that the journal has. */
function seedsOf({ storage }: CrawlStage): string[] {
  const chunks = [...storage.texts].filter(([key]) => key.startsWith('pages/')).map(([, text]) => text)
  return chunks
    .flatMap((text) => (JSON.parse(text) as { notes: { seeds?: [string, number][] }[] }).notes)
    .flatMap(({ seeds = [] }) => seeds.map(([url]) => new URL(url).pathname))
}

describe('the sitemaps of a spider', () => {
  test.each([
    ['breadth_first', ['/', '/s0', '/s1', '/s2']],
    ['depth_first', ['/', '/a', '/a/a', '/s0']],
    ['best_first', ['/', '/s0', '/s1', '/s2']],
  ])(
    'are used in their order, behind the start, and only what is left is put down (%s)',
    async (spiderStrategy, order) => {
      const site = await siteOfPages(
        { '/': { links: ['/a'] }, '/a': { links: ['/a/a'] }, '/a/a': {}, '/s0': {}, '/s1': {}, '/s2': {} },
        { '/sitemap.xml': sitemap(20_000) },
      )
      const stage = stageOf()
      const options = { spiderSitemaps: true, spiderStrategy, spiderMaxPages: 4, concurrency: 1 }
      const result = await stage.spider(site.url('/'), options)
      expect(pathsOf(result)).toEqual(order)
      expect(result.endedBy).toBe('page_limit')
      expect(seedsOf(stage).length).toBeLessThan(1_010)
      expect(seedsOf(stage).slice(0, 3)).toEqual(['/s0', '/s1', '/s2'])
    },
  )

  test('are read as they come, whatever a page may have', async () => {
    const filler = `<!--${'-'.repeat(3_000_000)}-->`
    const site = await siteOfPages({ '/': {}, '/s0': {} }, { '/sitemap.xml': sitemap(1, filler) })
    const crawl = { maxBytes: 100_000, maxDecodedBytes: 100_000 }
    const result = await stageOf({ crawl }).spider(site.url('/'), { spiderSitemaps: true })
    expect(pathsOf(result)).toEqual(['/', '/s0'])
    expect(result.warnings).toEqual([])
  })

  test('that have too much or break off are told in the result and the log, by a later run too', async () => {
    const site = await siteOfPages(
      { '/': {}, '/s0': {} },
      {
        '/robots.txt': (request, response) =>
          void response.end(
            ['many.xml', 'breaks.xml', 'gone.xml']
              .map((name) => `Sitemap: http://${request.headers.host}/${name}`)
              .join('\n'),
          ),
        '/many.xml': (request, response) =>
          void response.end(`http://${request.headers.host}/s0\n`.repeat(50_001)),
        '/breaks.xml': (_request, response) => {
          response.writeHead(200, { 'content-length': 1_000_000 }).write('http://x/\n')
          setImmediate(() => response.destroy())
        },
        '/gone.xml': answer(410),
      },
    )
    const lines: string[] = []
    const log = (line: string) => void lines.push(line)
    const stage = stageOf()
    const job = {
      id: 'told',
      generation: 1,
      createdAt: 5,
      timeoutMs: 60_000,
      payload: {},
    } as JobContext['job']
    const controller = new AbortController()
    const progress = () => controller.abort(new RiptideError('LEASE_LOST', 'lost'))
    const options = { spiderSitemaps: true, concurrency: 1 }
    const first = stage.spider(site.url('/'), options, {
      job,
      fence: '1',
      signal: controller.signal,
      progress,
      log,
    })
    await expect(first).rejects.toMatchObject({ code: 'LEASE_LOST' })
    const told = [
      `the sitemap ${site.url('/many.xml')} was not read to its end: it has more than 50000 urls`,
      `${site.url('/breaks.xml')} could not be read, or not to its end: FETCH_FAILED`,
      `${site.url('/gone.xml')} could not be read: its status is 410`,
    ]
    expect(lines).toEqual(told)
    const result = await stage.spider(site.url('/'), options, { job, fence: '2' })
    expect(result).toMatchObject({ totalUrls: 2, warnings: told })
    expect(site.hits('/many.xml')).toBe(1)
  })
})
