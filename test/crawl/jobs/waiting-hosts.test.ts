import { expect, test } from 'vitest'
import type { SubmitSpec } from '../../../src/service-api.js'
import { newService } from '../../service/stage.js'
import { siteOf } from './closing-stage.js'
import { answer, html } from './site.js'

test.each([true, false])(
  'single crawls of a host that asks to wait hold no worker and spend no attempt (robots.txt: %s)',
  async (respectRobots) => {
    const slow = await siteOf({ '/busy': answer(429, { 'retry-after': '60' }), '/a': html('a') })
    const quick = await siteOf({ '/b': html('b') })
    const service = newService({
      crawl: { allowPrivateNetwork: true, respectRobots, urlRetries: 0 },
      workers: { count: 1, maxConcurrentJobs: 1 },
    })
    await service.start()
    const { id: first } = await service.submitJob({ type: 'batch_crawl', urls: [slow.url('/busy')] })
    await service.waitForJob(first)
    const waiting = await service.submitJobs(
      Array.from({ length: 3 }, () => ({ type: 'single_crawl' as const, url: slow.url('/a') })),
    )
    const { id: other } = await service.submitJob({ type: 'single_crawl', url: quick.url('/b') })
    expect(await service.waitForJob(other)).toMatchObject({ success: true })
    for (const { id } of waiting) {
      const job = await service.getJob(id)
      expect(job).toMatchObject({ status: 'pending', retryCount: 0, lastError: null })
      expect((job?.runAt ?? 0) - (job?.createdAt ?? 0)).toBeGreaterThan(30_000)
    }
    expect(slow.hits('/a')).toBe(0)
  },
)

test.each(['batch_crawl', 'spider_crawl'] as const)(
  'a %s goes on with its other urls, and holds no worker while a host asks to wait',
  async (type) => {
    const slow = await siteOf({ '/busy': answer(429, { 'retry-after': '60' }) })
    const quick = await siteOf({ '/a': html('a'), '/b': html('b'), '/c': html('c') })
    const service = newService({
      crawl: { allowPrivateNetwork: true, respectRobots: false },
      workers: { count: 1, maxConcurrentJobs: 1 },
    })
    await service.start()
    const urls = [slow.url('/busy'), quick.url('/a'), quick.url('/b')]
    const spec = { type, urls, options: { concurrency: 1 } } as SubmitSpec
    const [{ id } = { id: '' }] = await service.submitJobs([spec])
    const { id: other } = await service.submitJob({ type: 'single_crawl', url: quick.url('/c') })
    expect(await service.waitForJob(other)).toMatchObject({ success: true })
    const job = await service.getJob(id)
    expect(job).toMatchObject({ status: 'pending', retryCount: 0, lastError: null })
    expect((job?.runAt ?? 0) - (job?.createdAt ?? 0)).toBeGreaterThan(30_000)
    const { pages } = await service.getJobPages(id)
    expect(pages.map(({ url }) => url)).toEqual([quick.url('/a'), quick.url('/b')])
    expect(slow.hits('/busy')).toBe(1)
  },
)

test('a robots.txt that asks to wait sends a batch away, and costs a single crawl one attempt', async () => {
  const slow = await siteOf({ '/robots.txt': answer(429, { 'retry-after': '60' }), '/a': html('a') })
  const quick = await siteOf({ '/b': html('b') })
  const service = newService({
    crawl: { allowPrivateNetwork: true, respectRobots: true },
    workers: { count: 1, maxConcurrentJobs: 1 },
  })
  await service.start()
  const url = slow.url('/a')
  const { id: first } = await service.submitJob({ type: 'single_crawl', url })
  const { id: batch } = await service.submitJob({ type: 'batch_crawl', urls: [url, quick.url('/b')] })
  const { id: second } = await service.submitJob({ type: 'single_crawl', url })
  const { id: other } = await service.submitJob({ type: 'single_crawl', url: quick.url('/b') })
  expect(await service.waitForJob(other)).toMatchObject({ success: true })
  const lastError = { code: 'ROBOTS_FORBIDDEN' }
  expect(await service.getJob(first)).toMatchObject({ status: 'retrying', retryCount: 1, lastError })
  for (const id of [first, batch, second]) {
    const job = await service.getJob(id)
    if (id !== first) expect(job).toMatchObject({ status: 'pending', retryCount: 0, lastError: null })
    expect((job?.runAt ?? 0) - (job?.createdAt ?? 0)).toBeGreaterThan(30_000)
  }
  expect([slow.hits('/robots.txt'), slow.hits('/a')]).toEqual([1, 0])
})
