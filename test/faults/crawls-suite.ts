import { describe, expect, test } from 'vitest'
import type { BatchCrawlResult, SpiderCrawlResult } from '../../src/index.js'
import type { CrawlApi } from '../../src/crawl-api.js'
import { type Site, answer, startSite } from '../crawl/jobs/site.js'
import type { Fleet, FleetOptions } from './fleet.js'
import { until } from './patience.js'

/** Pages that come one after the other, slowly enough to be interrupted; those of `links` lead to one more each. */
async function slowSite(
  paths: readonly string[],
  links: Readonly<Record<string, readonly string[]>> = {},
): Promise<Site> {
  const free: (() => void)[] = []
  let isBusy = false
  const next = (): void => {
    const send = free.shift()
    isBusy = send !== undefined
    if (!send) return
    send()
    setTimeout(next, 25)
  }
  const routes = paths.map((path) => {
    const anchors = (links[path] ?? []).map((to) => `<a href="${to}">${to}</a>`).join('')
    const page = answer(
      200,
      { 'content-type': 'text/html' },
      `<title>${path}</title><p>What is at ${path}. ${anchors}`,
    )
    const route: typeof page = (request, response) => {
      free.push(() => page(request, response))
      if (!isBusy) next()
    }
    return [path, route] as const
  })
  return startSite(Object.fromEntries(routes))
}

async function pagesOf(service: CrawlApi, id: string): Promise<readonly { readonly url: string }[]> {
  const pages: { readonly url: string }[] = []
  for (let cursor: string | null | undefined; cursor !== null;) {
    const before = pages.length
    const more = await service.getJobPages(id, { limit: 500, ...(cursor === undefined ? {} : { cursor }) })
    pages.push(...more.pages)
    cursor = pages.length === before ? null : more.nextCursor
  }
  return pages
}

const crawl = {
  allowPrivateNetwork: true,
  respectRobots: false,
  cacheTtlMs: 0,
  urlRetries: 0,
  maxConcurrency: 4,
} as const

/** What becomes of crawls whose process is killed, whatever store is shared. */
export function keepsCrawls(newFleet: (options: Partial<FleetOptions>) => Fleet): void {
  describe('of which one is killed while it crawls', () => {
    test('fetches no page of a batch again that was finished', async () => {
      const paths = Array.from({ length: 50 }, (_, i) => `/${i}`)
      const site = await slowSite(paths)
      try {
        const fleet = newFleet({ crawl })
        const producer = await fleet.producer()
        const [first] = await fleet.spawn(1)
        const urls = paths.map((path) => site.url(path))
        const [submitted] = await producer.submitJobs([{ type: 'batch_crawl', urls }])
        const id = submitted?.id ?? ''
        await until('half of the pages are finished', async () => (await pagesOf(producer, id)).length >= 20)
        await fleet.kill(first!)
        const finished = (await pagesOf(producer, id)).map(({ url }) => new URL(url).pathname)
        const asked = paths.filter((path) => site.hits(path) > 0)
        expect(finished.length).toBeLessThan(50)
        await fleet.spawn(1)
        const { success, data } = await producer.waitForJob(id, { timeoutMs: 20_000 })
        expect(success).toBe(true)
        expect(data).toMatchObject({ totalUrls: 50, successful: 50 } satisfies Partial<BatchCrawlResult>)
        expect((data as BatchCrawlResult).results.map(({ url }) => url)).toEqual(urls)
        for (const path of finished) expect([path, site.hits(path)]).toEqual([path, 1])
        // Those that were under way, of which there were four at most, are all that was asked for twice.
        expect(site.hits()).toBeLessThanOrEqual(50 + asked.length - finished.length)
        expect(asked.length - finished.length).toBeLessThanOrEqual(4)
        expect((await pagesOf(producer, id)).length).toBe(50)
      } finally {
        await site.close()
      }
    })

    test('goes on with a spider where that was', async () => {
      const leaves = Array.from({ length: 20 }, (_, i) => `/leaf${i}`)
      const branches = leaves.map((_, i) => `/branch${i}`)
      const links = {
        '/': branches,
        ...Object.fromEntries(branches.map((path, i) => [path, [`/leaf${i}`, '/']])),
      }
      const site = await slowSite(['/', ...branches, ...leaves], links)
      try {
        const fleet = newFleet({ crawl })
        const producer = await fleet.producer()
        const [first] = await fleet.spawn(1)
        const [submitted] = await producer.submitJobs([{ type: 'spider_crawl', url: site.url('/') }])
        const id = submitted?.id ?? ''
        await until('some pages are finished', async () => (await pagesOf(producer, id)).length >= 15)
        await fleet.kill(first!)
        const finished = (await pagesOf(producer, id)).map(({ url }) => new URL(url).pathname)
        expect(finished.length).toBeLessThan(41)
        await fleet.spawn(1)
        const { data } = await producer.waitForJob(id, { timeoutMs: 20_000 })
        expect(data).toMatchObject({ totalUrls: 41, successful: 41 } satisfies Partial<SpiderCrawlResult>)
        for (const path of finished) expect([path, site.hits(path)]).toEqual([path, 1])
        expect(site.hits()).toBeLessThanOrEqual(41 + 4)
        expect(new Set((await pagesOf(producer, id)).map(({ url }) => url)).size).toBe(41)
      } finally {
        await site.close()
      }
    })
  })
}
