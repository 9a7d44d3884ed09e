import { afterAll, beforeAll, expect, test } from 'vitest'
import { pagesKey, pagesOf } from '../../src/core/job-pages.js'
import { memoryQueue } from '../../src/index.js'
import { type Site, html, startSite } from '../crawl/jobs/site.js'
import { newService, until } from './stage.js'

let site: Site
beforeAll(async () => {
  site = await startSite({ '/a': html('a'), '/b': html('b') })
})
afterAll(() => site.close())

const crawl = { allowPrivateNetwork: true, respectRobots: false, urlRetries: 0 } as const

test('each url that a crawl is through with is told with its status and code', async () => {
  const service = newService({ crawl })
  const told: unknown[] = []
  service.on('job:page', ({ jobId, type, at, workerId, attempt, ...page }) => {
    expect([jobId, type, attempt, typeof at, workerId]).toEqual([
      id,
      type,
      1,
      'number',
      expect.stringMatching(/./),
    ])
    told.push([type, page])
  })
  await service.start()
  let id = 'batch'
  const urls = [site.url('/a'), site.url('/gone'), 'no url']
  await service.submitJob({ type: 'batch_crawl', urls, options: { concurrency: 1 } }, { id })
  await service.waitForJob(id)
  id = 'single'
  await service.submitJob({ type: 'single_crawl', url: site.url('/gone') }, { id })
  await service.waitForJob(id)
  id = 'spider'
  await service.submitJob({ type: 'spider_crawl', url: site.url('/b') }, { id })
  await service.waitForJob(id)
  expect(told).toEqual([
    ['batch_crawl', { url: site.url('/a'), status: 200, code: null }],
    ['batch_crawl', { url: site.url('/gone'), status: 404, code: 'HTTP_STATUS' }],
    ['batch_crawl', { url: 'no url', status: null, code: 'URL_INVALID' }],
    ['single_crawl', { url: site.url('/gone'), status: 404, code: 'HTTP_STATUS' }],
    ['spider_crawl', { url: site.url('/b'), status: 200, code: null }],
  ])
})

test('the pages of jobs that are discarded in bulk go with them', async () => {
  const queue = memoryQueue()
  const service = newService({ crawl, queue })
  await service.start()
  for (const id of ['one', 'two']) {
    await service.submitJob({ type: 'batch_crawl', urls: [site.url('/a')] }, { id })
    await service.waitForJob(id)
  }
  expect(await service.discardJobs({ status: 'completed' })).toMatchObject({ done: 2 })
  for (const id of ['one', 'two']) expect(await queue.storage.deletePrefix?.(pagesOf(id), 10)).toBe(0)
})

test.each([
  [{}, 86_400_000 + 60_000],
  [{ keepPagesMs: 5_000 }, 65_000],
  [{ keepPagesMs: 0 }, 60_000],
])('with %j the pages of a job are kept for so many ms', async (more, ttlMs) => {
  const queue = memoryQueue()
  const { storage } = queue
  const ttls: (number | undefined)[] = []
  const watched = {
    ...storage,
    replace: (key: string, expected: string | undefined, value: string, ttl: number) => {
      if (key.startsWith('pages/')) ttls.push(ttl)
      return storage.replace?.(key, expected, value, ttl) ?? Promise.resolve(false)
    },
  }
  const service = newService({ crawl: { ...crawl, ...more }, queue, storage: watched, resultTtlMs: 1_000 })
  await service.start()
  const { id } = await service.submitJob(
    { type: 'batch_crawl', urls: [site.url('/a')] },
    { timeoutMs: 60_000 },
  )
  await service.waitForJob(id)
  await until(() => ttls.length > 0)
  expect(ttls).toEqual([ttlMs])
  const { generation, createdAt } = (await service.getJob(id)) ?? { generation: 0, createdAt: 0 }
  expect(typeof (await storage.get(pagesKey({ id, generation, createdAt }, 0)))).toBe('string')
})
