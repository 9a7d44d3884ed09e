import { afterEach, describe, expect, test } from 'vitest'
import { RiptideError } from '../../../src/core/errors.js'
import { type CrawlStage, crawlStage } from '../jobs/crawl-stage.js'
import { type Route, type Site, answer, html, silence, startSite } from '../jobs/site.js'

const open: { close(): Promise<void> }[] = []
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close()
})

async function siteOf(routes: Readonly<Record<string, Route>>): Promise<Site> {
  const site = await startSite(routes)
  open.push(site)
  return site
}

function stageWith(crawl: Parameters<typeof crawlStage>[0] = {}): CrawlStage {
  const stage = crawlStage(crawl)
  open.push(stage.jobs)
  return stage
}

/** Pages that note when they were asked for. */
function noted(count: number, times: number[]): Record<string, Route> {
  const page = html('A page')
  const route: Route = (request, response) => {
    times.push(performance.now())
    page(request, response)
  }
  return Object.fromEntries(Array.from({ length: count }, (_, i) => [`/${i}`, route]))
}

const gapsOf = (times: readonly number[]): number[] => times.slice(1).map((at, i) => at - (times[i] ?? 0))

describe('a batch', () => {
  test('keeps the Crawl-delay of its site, which costs no page its time', async () => {
    const times: number[] = []
    const robots = answer(200, {}, 'User-agent: *\nCrawl-delay: 0.15')
    const site = await siteOf({ ...noted(5, times), '/robots.txt': robots })
    const { batch } = stageWith({ crawl: { respectRobots: true } })
    const urls = [0, 1, 2, 3, 4].map((i) => site.url(`/${i}`))
    expect(await batch(urls, { timeoutMs: 300 })).toMatchObject({ successful: 5 })
    expect(Math.min(...gapsOf(times))).toBeGreaterThan(100)
    expect((times[4] ?? 0) - (times[0] ?? 0)).toBeGreaterThan(590)
  })

  test('keeps no Crawl-delay where the app does not respect robots.txt', async () => {
    const times: number[] = []
    const robots = answer(200, {}, 'User-agent: *\nCrawl-delay: 30\nDisallow: /')
    const site = await siteOf({ ...noted(2, times), '/robots.txt': robots })
    const { batch } = stageWith({ crawl: { respectRobots: false } })
    expect(await batch([site.url('/0'), site.url('/1')])).toMatchObject({ successful: 2 })
  })

  test('waits out a Retry-After with all of its urls', async () => {
    const times: number[] = []
    let toldAt = 0
    const site = await siteOf({
      ...noted(4, times),
      '/busy': (request, response) => {
        if (toldAt > 0) return html('Busy')(request, response)
        toldAt = performance.now()
        return answer(503, { 'retry-after': '1' })(request, response)
      },
    })
    const { batch } = stageWith({ crawl: { perHost: { maxConcurrent: 1 } } })
    const urls = ['/busy', '/0', '/1', '/2', '/3'].map((path) => site.url(path))
    expect(await batch(urls, { timeoutMs: 900 })).toMatchObject({ successful: 5 })
    expect(Math.min(...times)).toBeGreaterThan(toldAt + 990)
  })

  test('waits out the Retry-After of a robots.txt, which costs no page its time', async () => {
    const times: number[] = []
    let toldAt = 0
    const site = await siteOf({
      ...noted(3, times),
      '/robots.txt': (request, response) => {
        if (toldAt > 0) return answer(404)(request, response)
        toldAt = performance.now()
        return answer(429, { 'retry-after': '1' })(request, response)
      },
    })
    const { batch } = stageWith({ crawl: { respectRobots: true } })
    const urls = [0, 1, 2].map((i) => site.url(`/${i}`))
    expect(await batch(urls, { timeoutMs: 900 })).toMatchObject({ successful: 3 })
    expect(Math.min(...times)).toBeGreaterThan(toldAt + 990)
    expect(site.hits('/robots.txt')).toBe(2)
  })

  test('asks for a robots.txt that is never to be had as often as for a page', async () => {
    const site = await siteOf({ '/robots.txt': answer(429, { 'retry-after': '1' }), '/0': html('A page') })
    const { batch } = stageWith({ crawl: { respectRobots: true, urlRetries: 1 } })
    expect(await batch([site.url('/0')])).toMatchObject({
      results: [{ attempts: 2, error: { code: 'ROBOTS_FORBIDDEN' } }],
    })
    expect([site.hits('/robots.txt'), site.hits('/0')]).toEqual([2, 0])
  })

  test('ends at once when it is cancelled while its urls wait for their host', async () => {
    const site = await siteOf({ '/0': silence, '/1': silence })
    const { batch } = stageWith({ crawl: { perHost: { maxConcurrent: 1 } } })
    const controller = new AbortController()
    const running = batch([site.url('/0'), site.url('/1')], {}, { signal: controller.signal })
    running.catch(() => undefined)
    await expect.poll(() => site.hits()).toBe(1)
    const at = performance.now()
    controller.abort(new RiptideError('CANCELLED', 'no longer wanted'))
    await expect(running).rejects.toMatchObject({ code: 'CANCELLED' })
    expect(performance.now() - at).toBeLessThan(100)
    expect(site.hits()).toBe(1)
  })
})

test('two jobs of one process share the slots of a host', async () => {
  let active = 0
  let most = 0
  const route: Route = (request, response) => {
    most = Math.max(most, ++active)
    response.once('close', () => active--)
    setTimeout(() => html('A page')(request, response), 20)
  }
  const site = await siteOf(Object.fromEntries(Array.from({ length: 12 }, (_, i) => [`/${i}`, route])))
  const { batch } = stageWith({ crawl: { perHost: { maxConcurrent: 3 } } })
  const urls = Array.from({ length: 12 }, (_, i) => site.url(`/${i}`))
  await Promise.all([batch(urls.slice(0, 6)), batch(urls.slice(6))])
  expect(most).toBe(3)
})
