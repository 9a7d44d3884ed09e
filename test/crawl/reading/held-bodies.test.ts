import { afterEach, expect, test } from 'vitest'
import type { JobContext } from '../../../src/core/handler.js'
import type { CrawlOptions } from '../../../src/crawl/options.js'
import { type CrawlStage, crawlStage } from '../jobs/crawl-stage.js'
import { type Site, answer, startSite } from '../jobs/site.js'
import { oddThread } from './reading-stage.js'

const open: { close(): Promise<void> }[] = []
const count = 20
const page = answer(200, { 'content-type': 'text/html' }, `<p>${'x'.repeat(100_000)}`)
const pathsOf = [...Array(count).keys()].map((i) => `/page-${i}`)

afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()))
})

async function pagesAt(crawl: CrawlOptions): Promise<{ site: Site; stage: CrawlStage }> {
  const site = await startSite(Object.fromEntries([...pathsOf, '/hangs'].map((path) => [path, page])))
  const { jobs, ...stage } = crawlStage({
    crawl: {
      isolation: 'thread',
      maxThreads: 1,
      threadUrl: oddThread,
      maxConcurrency: 50,
      perHost: { maxConcurrent: 50, adaptive: false },
      urlRetries: 0,
      ...crawl,
    },
  })
  open.push(site, jobs)
  return { site, stage: { jobs, ...stage } }
}

test('no more pages are asked for than there is room for while they wait for a thread', async () => {
  const { site, stage } = await pagesAt({ maxBufferedBytes: 250_000, cacheTtlMs: 0 })
  let mostAtOnce = 0
  const progress: JobContext['progress'] = (share) => {
    mostAtOnce = Math.max(mostAtOnce, site.hits() - Math.round(share * count))
  }
  const { results } = await stage.batch(pathsOf.map(site.url), { concurrency: count }, { progress })
  expect(results.map(({ error }) => error)).toEqual(results.map(() => null))
  expect(site.hits()).toBe(count)
  // Two or three have room, and a few may follow before the progress of what they follow is told.
  expect(mostAtOnce).toBeLessThan(10)
})

test('pages that wait for room keep their time, and are read when a page that held it has failed', async () => {
  // Longer than a page of the batch may take: those that wait would be over it.
  const limits = { maxBufferedBytes: 1, pageTimeoutMs: 3000, readTimeoutMs: 4000 }
  const { site, stage } = await pagesAt(limits)
  const hanging = stage.batch([site.url('/hangs')], { timeoutMs: 60_000 })
  await expect.poll(() => site.hits('/hangs'), { timeout: 10_000 }).toBe(1)
  const { results } = await stage.batch(pathsOf.slice(0, 5).map(site.url))
  expect(results.map(({ error }) => error)).toEqual(results.map(() => null))
  expect((await hanging).results[0]?.error).toMatchObject({ code: 'EXTRACTION_FAILED' })
})

test('what is cancelled gives its room back', async () => {
  const { site, stage } = await pagesAt({ maxBufferedBytes: 1 })
  const cancelled = new AbortController()
  const hanging = stage.batch([site.url('/hangs')], {}, { signal: cancelled.signal })
  await expect.poll(() => site.hits('/hangs'), { timeout: 10_000 }).toBe(1)
  const waiting = stage.batch([site.url('/page-1')])
  cancelled.abort(new Error('enough'))
  await expect(hanging).rejects.toThrow()
  expect((await waiting).results[0]?.error).toBeNull()
})

test('html from the cache is read for its links when there is room, and not before', async () => {
  const [held, free] = [
    await pagesAt({ maxThreads: 2, maxBufferedBytes: 1 }),
    await pagesAt({ maxThreads: 2 }),
  ]
  const spider = ({ site, stage }: typeof held) => stage.spider(site.url('/page-1'), { outputFormat: 'html' })
  // From then on both have the page in their cache.
  await Promise.all([held, free].map(spider))
  const cancelled = new AbortController()
  const hanging = [held, free].map(async ({ site, stage }) => {
    await expect(stage.batch([site.url('/hangs')], {}, { signal: cancelled.signal })).rejects.toThrow()
  })
  for (const { site } of [held, free])
    await expect.poll(() => site.hits('/hangs'), { timeout: 10_000 }).toBe(1)
  let isOver = false
  const waiting = spider(held).finally(() => (isOver = true))
  // The same with a thread that hangs too, but not for want of room.
  for (let i = 0; i < 3; i++) expect(await spider(free)).toMatchObject({ successful: 1, fromCache: 1 })
  expect(isOver).toBe(false)
  cancelled.abort(new Error('enough'))
  await Promise.all(hanging)
  expect(await waiting).toMatchObject({ successful: 1, fromCache: 1 })
})

test('html from the cache of many pages is read to the end, however little room there is', async () => {
  const { site, stage } = await pagesAt({ maxBufferedBytes: 1, maxThreads: 2 })
  const spider = () => stage.spider(pathsOf.map(site.url), { outputFormat: 'html', concurrency: count })
  expect(await spider()).toMatchObject({ successful: count, fromCache: 0 })
  const all = await Promise.all([spider(), spider()])
  for (const result of all) expect(result).toMatchObject({ successful: count, fromCache: count })
})
