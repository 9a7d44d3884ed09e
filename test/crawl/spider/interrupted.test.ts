import { describe, expect, test, vi } from 'vitest'
import { RiptideError } from '../../../src/core/errors.js'
import type { JobContext } from '../../../src/core/handler.js'
import type { SpiderCrawlResult } from '../../../src/crawl/spider/spider-result.js'
import { stageOf } from '../jobs/closing-stage.js'
import { silence } from '../jobs/site.js'
import { siteOfPages } from './spider-site.js'

const pathsOf = ({ results }: SpiderCrawlResult) => (results ?? []).map(({ url }) => new URL(url).pathname)

test('a cancel ends a spider, and every request of it', async () => {
  const site = await siteOfPages({ '/': { links: ['/s', '/t'] } }, { '/s': silence, '/t': silence })
  const controller = new AbortController()
  const running = stageOf().spider(site.url('/'), {}, { signal: controller.signal })
  await vi.waitFor(() => expect(site.hits('/s') + site.hits('/t')).toBe(2), { timeout: 10_000 })
  controller.abort(new RiptideError('CANCELLED', 'the job was cancelled'))
  await expect(running).rejects.toMatchObject({ code: 'CANCELLED' })
  // That of the page that was finished may stay open for the next request.
  await vi.waitFor(async () => expect(await site.sockets()).toBeLessThanOrEqual(1), {
    timeout: 10_000,
    interval: 2,
  })
})

describe('a spider that is interrupted', () => {
  /** `/` links to n pages, each of which links to one more. */
  const wide = (n: number) => ({
    '/': { links: Array.from({ length: n }, (_, i) => `/p${i}`) },
    ...Object.fromEntries(Array.from({ length: n }, (_, i) => [`/p${i}`, { links: [`/q${i}`] }])),
    ...Object.fromEntries(Array.from({ length: n }, (_, i) => [`/q${i}`, {}])),
  })
  const job = {
    id: 'spider',
    generation: 1,
    createdAt: 5,
    timeoutMs: 60_000,
    payload: {},
  } as JobContext['job']

  test.each(['breadth_first', 'depth_first', 'best_first'])(
    'fetches only the rest when it runs again (%s)',
    async (spiderStrategy) => {
      const pages = await siteOfPages(wide(30))
      const stage = stageOf({ crawl: { cacheTtlMs: 0 } })
      for (let run = 1, isDone = false; !isDone; run++) {
        const controller = new AbortController()
        let said = 0
        const ctx: Partial<JobContext> = {
          job,
          fence: String(run),
          signal: controller.signal,
          progress: () => {
            // Each run gets nine pages further; the last one has none to stop at.
            if (++said === 10) controller.abort(new RiptideError('LEASE_LOST', 'lost'))
          },
        }
        const result = await stage
          .spider(pages.url('/'), { spiderStrategy, concurrency: 3 }, ctx)
          .catch(() => undefined)
        isDone = result !== undefined
        if (result) {
          expect(result).toMatchObject({ totalUrls: 61, successful: 61 })
          expect(new Set(pathsOf(result)).size).toBe(61)
        }
        expect(run).toBeLessThan(20)
      }
      // At most the three that were under way at each of the interruptions were fetched twice.
      for (let i = 0; i < 30; i++) expect(pages.hits(`/p${i}`)).toBeGreaterThan(0)
      expect(pages.hits()).toBeLessThanOrEqual(61 + 3 * 8)
    },
  )

  test('reads its sitemaps once', async () => {
    const pages = await siteOfPages(
      { '/': {}, '/a': {}, '/b': {} },
      {
        '/sitemap.xml': (request, response) =>
          void response.end(`http://${request.headers.host}/a\nhttp://${request.headers.host}/b`),
      },
    )
    const stage = stageOf({ crawl: { cacheTtlMs: 0 } })
    const controller = new AbortController()
    const progress = () => controller.abort(new RiptideError('LEASE_LOST', 'lost'))
    const options = { spiderSitemaps: true, concurrency: 1 }
    await expect(
      stage.spider(pages.url('/'), options, { job, fence: '1', signal: controller.signal, progress }),
    ).rejects.toMatchObject({ code: 'LEASE_LOST' })
    expect(pathsOf(await stage.spider(pages.url('/'), options, { job, fence: '2' }))).toEqual([
      '/',
      '/a',
      '/b',
    ])
    expect([pages.hits('/sitemap.xml'), pages.hits('/')]).toEqual([1, 1])
  })

  test('says that there was more than it may crawl, whichever run has seen that', async () => {
    const pages = await siteOfPages(wide(10))
    const stage = stageOf({ crawl: { cacheTtlMs: 0 } })
    const options = { spiderMaxPages: 4, concurrency: 1 }
    const first = await stage.spider(pages.url('/'), options, { job, fence: '1' })
    const again = await stage.spider(pages.url('/'), options, { job, fence: '2' })
    expect(first).toMatchObject({ totalUrls: 4, endedBy: 'page_limit' })
    expect(again).toEqual(first)
    expect(pages.hits()).toBe(4)
  })
})
