import { type Server, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type CrawledPage, type WorkerService, memoryQueue } from '../../src/index.js'
import { pagesOf } from '../../src/core/job-pages.js'
import { job, newService, until } from './stage.js'

/** Pages that are asked for and not answered yet, by their path. */
const held = new Map<string, () => void>()
let holds = false
let server: Server
let origin = ''

beforeAll(async () => {
  server = createServer((request, response) => {
    const path = request.url ?? ''
    const send = (): void =>
      void response.setHeader('content-type', 'text/html').end(`<title>${path}</title><p>What is at ${path}.`)
    if (holds) held.set(path, send)
    else send()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
beforeEach(() => {
  holds = false
  held.clear()
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})

const crawl = { allowPrivateNetwork: true, respectRobots: false, maxConcurrency: 50 } as const
const urlsOf = (n: number) => Array.from({ length: n }, (_, i) => `${origin}/${i}`)

async function allPages(service: WorkerService, id: string, limit: number): Promise<readonly CrawledPage[]> {
  const pages: CrawledPage[] = []
  for (let cursor: string | null | undefined; cursor !== null;) {
    const answer = await service.getJobPages(id, { limit, ...(cursor === undefined ? {} : { cursor }) })
    expect(answer.pages.length).toBeLessThanOrEqual(limit)
    pages.push(...answer.pages)
    cursor = answer.nextCursor
  }
  return pages
}

describe('the pages of a job', () => {
  test('can be read while it runs, each once', async () => {
    holds = true
    const service = newService({ crawl })
    await service.start()
    const { id } = await service.submitJob({ type: 'batch_crawl', urls: urlsOf(4) })
    await until(() => held.size === 4)
    expect(await service.getJobPages(id)).toEqual({ pages: [], nextCursor: expect.any(String) })
    let cursor: string | undefined
    const seen: number[] = []
    for (const path of ['/2', '/0', '/3']) {
      held.get(path)?.()
      await until(async () => {
        const answer = await service.getJobPages(id, cursor === undefined ? {} : { cursor })
        if (answer.pages.length === 0) return false
        expect(answer.pages).toMatchObject([
          { url: `${origin}${path}`, document: { title: path }, finishedAt: expect.any(Number), error: null },
        ])
        seen.push(...answer.pages.map(({ index }) => index))
        cursor = answer.nextCursor ?? ''
        return true
      })
    }
    held.get('/1')?.()
    await service.waitForJob(id)
    const last = await service.getJobPages(id, { cursor: cursor ?? '' })
    expect([...seen, ...last.pages.map(({ index }) => index)]).toEqual([2, 0, 3, 1])
    expect(last.nextCursor).toBeNull()
  })

  test.each([1, 7, 500])('can be read in answers of %i', async (limit) => {
    const service = newService({ crawl })
    await service.start()
    const { id } = await service.submitJob({ type: 'batch_crawl', urls: urlsOf(50) })
    await service.waitForJob(id)
    const pages = await allPages(service, id, limit)
    expect(pages.map(({ index }) => index).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 50 }, (_, i) => i),
    )
  })

  test('stay behind a job that was cancelled, and end with them', async () => {
    holds = true
    const service = newService({ crawl })
    await service.start()
    const { id } = await service.submitJob({ type: 'batch_crawl', urls: urlsOf(3) })
    await until(() => held.size === 3)
    held.get('/1')?.()
    await until(async () => (await service.getJobPages(id)).pages.length === 1)
    await service.cancelJob(id)
    const { pages, nextCursor } = await service.getJobPages(id)
    expect([pages.map(({ index }) => index), nextCursor]).toEqual([[1], null])
  })

  test('go with a job that is discarded; a new one with its id has none of them', async () => {
    const queue = memoryQueue()
    const service = newService({ crawl, queue })
    await service.start()
    await service.submitJob({ type: 'batch_crawl', urls: urlsOf(3) }, { id: 'mine' })
    await service.waitForJob('mine')
    await service.discardJob('mine')
    await expect(service.getJobPages('mine')).rejects.toMatchObject({ code: 'JOB_NOT_FOUND' })
    expect(await queue.storage.deletePrefix?.(pagesOf('mine'), 100)).toBe(0)
  })

  test('are none of a job that is no crawl', async () => {
    const service = newService({ jobs: [job('plain', () => 1)] })
    await service.start()
    const { id } = await service.submitJob({ type: 'plain', payload: 1 })
    await service.waitForJob(id)
    expect(await service.getJobPages(id)).toEqual({ pages: [], nextCursor: null })
  })

  test('of another life are not gone on with', async () => {
    holds = true
    const service = newService({ crawl })
    await service.start()
    const { id } = await service.submitJob({ type: 'batch_crawl', urls: urlsOf(1) })
    await until(() => held.size === 1)
    const { nextCursor } = await service.getJobPages(id)
    await service.cancelJob(id)
    holds = false
    await service.retryJob(id)
    await expect(service.getJobPages(id, { cursor: nextCursor ?? '' })).rejects.toMatchObject({
      code: 'PAGE_INVALID',
    })
    await service.waitForJob(id)
    expect(await allPages(service, id, 10)).toHaveLength(1)
  })

  test.each([
    [{ limit: 0 }, '/limit'],
    [{ limit: 501 }, '/limit'],
    [{ cursor: 'x' }, '/cursor'],
    [{ cursor: '1.2.3.4.5' }, '/cursor'],
    [{ page: 1 }, '/page'],
  ])('are not given for %j', async (options, path) => {
    const service = newService({ jobs: [job('plain', () => 1)] })
    const { id } = await service.submitJob({ type: 'plain', payload: 1 })
    await expect(service.getJobPages(id, options as never)).rejects.toMatchObject({ path })
  })
})
