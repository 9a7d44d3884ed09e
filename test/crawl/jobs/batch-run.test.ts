import { describe, expect, test, vi } from 'vitest'
import { type Deferred, deferred } from '../../../src/core/abort.js'
import { RiptideError } from '../../../src/core/errors.js'
import { runBatch } from '../../../src/crawl/batch-run.js'
import { type Journal, noJournal } from '../../../src/crawl/journal.js'
import { resolveCrawlOptions } from '../../../src/crawl/options.js'
import type { Crawled, PageCrawler } from '../../../src/crawl/page-crawler.js'
import { settingsOf } from '../../../src/crawl/crawl-request.js'
import { contextWith, crawled } from './made-pages.js'

const limits = resolveCrawlOptions({ maxConcurrency: 3 })
const megabyte = 1_000_000

/** A crawler whose pages come when the test says so. */
function crawlerByHand(): PageCrawler & { readonly asked: Map<string, Deferred<Crawled>> } {
  const asked = new Map<string, Deferred<Crawled>>()
  return {
    asked,
    crawl(url) {
      const answer = deferred<Crawled>()
      asked.set(url, answer)
      return answer.promise
    },
  }
}

async function until(isSo: () => boolean): Promise<void> {
  await vi.waitFor(() => expect(isSo()).toBe(true), { timeout: 2000, interval: 1 })
}

const urlsOf = (n: number) => Array.from({ length: n }, (_, i) => `https://example.com/${i}`)

describe('a batch', () => {
  test('has a page for each url in the order of the urls, whichever comes first', async () => {
    const urls = urlsOf(3)
    const crawler = crawlerByHand()
    const running = runBatch({ urls, options: {} }, settingsOf({}, limits), crawler, contextWith(), {
      maxResultBytes: megabyte,
    })
    await until(() => crawler.asked.size === 3)
    for (const url of [...urls].reverse()) crawler.asked.get(url)?.resolve(crawled(url, { html: url }))
    const result = await running
    expect(result.results.map((page) => page.url)).toEqual(urls)
    expect(result).toMatchObject({ totalUrls: 3, successful: 3, failed: 0, fromCache: 0, warnings: [] })
  })

  test('never crawls more at a time than it may', async () => {
    const urls = urlsOf(5)
    const crawler = crawlerByHand()
    const running = runBatch(
      { urls, options: {} },
      settingsOf({ concurrency: 2 }, limits),
      crawler,
      contextWith(),
      { maxResultBytes: megabyte },
    )
    for (let done = 0; done < urls.length; done++) {
      await until(() => crawler.asked.size === Math.min(done + 2, urls.length))
      const url = urls[done] ?? ''
      crawler.asked.get(url)?.resolve(crawled(url, { html: '' }))
    }
    expect((await running).successful).toBe(5)
  })

  test('says after each url how far it is, and names no url', async () => {
    const ctx = contextWith()
    const crawler: PageCrawler = { crawl: (url) => Promise.resolve(crawled(url, { html: '' })) }
    await runBatch({ urls: urlsOf(4), options: {} }, settingsOf({}, limits), crawler, ctx, {
      maxResultBytes: megabyte,
    })
    expect(ctx.progress.mock.calls).toEqual([
      [0.25, '1 of 4'],
      [0.5, '2 of 4'],
      [0.75, '3 of 4'],
      [1, '4 of 4'],
    ])
  })

  test('ends with the reason of its signal while its urls are still under way, and begins no other', async () => {
    const controller = new AbortController()
    const crawler = crawlerByHand()
    const running = runBatch(
      { urls: urlsOf(9), options: {} },
      settingsOf({}, limits),
      crawler,
      contextWith(controller.signal),
      { maxResultBytes: megabyte },
    )
    await until(() => crawler.asked.size === 3)
    controller.abort(new RiptideError('CANCELLED', 'the job was cancelled'))
    await expect(running).rejects.toMatchObject({ code: 'CANCELLED' })
    for (const [url, answer] of crawler.asked) answer.resolve(crawled(url, { html: '' }))
    await new Promise(setImmediate)
    expect(crawler.asked.size).toBe(3)
  })

  test('counts the urls that failed', async () => {
    const crawler: PageCrawler = {
      crawl: (url) =>
        Promise.resolve(
          crawled(
            url,
            url.endsWith('1') ? { failure: new RiptideError('DNS_FAILED', 'no such host') } : { html: '' },
          ),
        ),
    }
    const result = await runBatch(
      { urls: urlsOf(3), options: {} },
      settingsOf({}, limits),
      crawler,
      contextWith(),
      { maxResultBytes: megabyte },
    )
    expect(result).toMatchObject({ successful: 2, failed: 1 })
    expect(result.results[1]?.error).toEqual({ code: 'DNS_FAILED', message: 'no such host' })
  })

  test('turns a page that the result has no room for into an error, and keeps the small ones', async () => {
    const sizes = [400_000, 10_000, 700_000, 20_000]
    const crawler: PageCrawler = {
      crawl: (url) =>
        Promise.resolve(
          crawled(url, { status: 200, html: 'x'.repeat(sizes[Number(url.split('/').at(-1))] ?? 0) }),
        ),
    }
    const settings = settingsOf({ concurrency: 1 }, limits)
    const result = await runBatch({ urls: urlsOf(4), options: {} }, settings, crawler, contextWith(), {
      maxResultBytes: megabyte,
    })
    expect(result.results.map((page) => page.error?.code ?? page.content?.length)).toEqual([
      400_000,
      10_000,
      'RESPONSE_TOO_LARGE',
      20_000,
    ])
    expect(Buffer.byteLength(JSON.stringify(result))).toBeLessThanOrEqual(megabyte)
    expect(result).toMatchObject({ successful: 3, failed: 1 })
  })

  test('stays within its room when every page is an error', async () => {
    const failure = new RiptideError('FETCH_FAILED', 'm'.repeat(300))
    const crawler: PageCrawler = { crawl: (url) => Promise.resolve(crawled(url, { failure })) }
    const room = 200_000
    const result = await runBatch(
      { urls: urlsOf(150), options: {} },
      settingsOf({}, limits),
      crawler,
      contextWith(),
      { maxResultBytes: room },
    )
    expect(Buffer.byteLength(JSON.stringify(result))).toBeLessThanOrEqual(room)
    expect(result.results.every((page) => page.error?.code === 'FETCH_FAILED')).toBe(true)
  })

  test('loses one document, not its result, when a page is nested too deeply for JSON', async () => {
    let deep: unknown = 0
    for (let i = 0; i < 100; i++) deep = [deep]
    const document = { text: '', metadata: { jsonLd: deep } } as never
    const crawler: PageCrawler = {
      crawl: (url) =>
        Promise.resolve({
          ...crawled(url, { status: 200 }),
          page: { ...crawled(url, { status: 200 }).page, document: url.endsWith('0') ? document : null },
        }),
    }
    const result = await runBatch(
      { urls: urlsOf(2), options: {} },
      settingsOf({}, limits),
      crawler,
      contextWith(),
      { maxResultBytes: megabyte },
    )
    expect(result.results.map((page) => page.error?.code)).toEqual(['EXTRACTION_FAILED', undefined])
  })

  test('crawls only what its journal does not have, and weighs what that has', async () => {
    const asked: string[] = []
    const crawler: PageCrawler = {
      crawl(url) {
        asked.push(url)
        return Promise.resolve(crawled(url, { status: 200, html: 'new' }))
      },
    }
    const urls = urlsOf(4)
    const kept = [1, 3].map((index) => ({
      ...crawled(urls[index] ?? '', { status: 200, html: 'kept' }).page,
      index,
      finishedAt: 5,
    }))
    const foreign = { ...kept[0], index: 0, finishedAt: 5, url: 'https://example.com/other' }
    const journal: Journal = {
      ...noJournal,
      restore: (take) =>
        Promise.resolve(take({ fence: '1', content: '', pages: [...kept, foreign], notes: [] })),
    }
    const ctx = contextWith()
    const result = await runBatch({ urls, options: {} }, settingsOf({}, limits), crawler, ctx, {
      maxResultBytes: megabyte,
      journal,
    })
    expect(asked).toEqual([urls[0], urls[2]])
    expect(result.results.map(({ url, content }) => [url, content])).toEqual([
      [urls[0], 'new'],
      [urls[1], 'kept'],
      [urls[2], 'new'],
      [urls[3], 'kept'],
    ])
    expect(result.results[1]).not.toHaveProperty('index')
    expect(ctx.progress.mock.calls[0]).toEqual([0.5, '2 of 4'])
  })

  test('weighs what its journal has before all that is new', async () => {
    const urls = urlsOf(3)
    const html = 'x'.repeat(600_000)
    const crawler: PageCrawler = { crawl: (url) => Promise.resolve(crawled(url, { status: 200, html })) }
    const kept = { ...crawled(urls[2] ?? '', { status: 200, html }).page, index: 2, finishedAt: 5 }
    const chunk = { fence: '1', content: '', pages: [kept, kept], notes: [] }
    const journal: Journal = { ...noJournal, restore: (take) => Promise.resolve(take(chunk)) }
    const deps = { maxResultBytes: megabyte, journal }
    const settings = settingsOf({ concurrency: 1 }, limits)
    const result = await runBatch({ urls, options: {} }, settings, crawler, contextWith(), deps)
    const sizes = result.results.map(({ error, content }) => error?.code ?? content?.length)
    expect(sizes).toEqual(['RESPONSE_TOO_LARGE', 'RESPONSE_TOO_LARGE', 600_000])
  })

  test('tells of each url that is new: its status, and the code of its failure', async () => {
    const urls = urlsOf(3)
    const failure = new RiptideError('HTTP_STATUS', 'no such page')
    const crawler: PageCrawler = {
      crawl: (url) =>
        Promise.resolve(
          crawled(url, url.endsWith('1') ? { status: 404, failure } : { status: 200, html: '' }),
        ),
    }
    const kept = { ...crawled(urls[0] ?? '', { status: 200, html: '' }).page, index: 0, finishedAt: 5 }
    const journal: Journal = {
      ...noJournal,
      restore: (take) => Promise.resolve(take({ fence: '1', content: '', pages: [kept], notes: [] })),
    }
    const told: unknown[] = []
    const ctx = contextWith()
    await runBatch({ urls, options: {} }, settingsOf({ concurrency: 1 }, limits), crawler, ctx, {
      maxResultBytes: megabyte,
      journal,
      onPage: ({ url, status, error }) => void told.push([url, status, error?.code]),
    })
    expect(told).toEqual([
      [urls[1], 404, 'HTTP_STATUS'],
      [urls[2], 200, undefined],
    ])
    expect(ctx.log.mock.calls).toEqual([[`url 2 of 3 failed: HTTP_STATUS ${urls[1]}`]])
  })

  test('counts a page once the journal has it', async () => {
    const writes: Deferred<undefined>[] = []
    const journal: Journal = {
      ...noJournal,
      append() {
        const write = deferred<undefined>()
        writes.push(write)
        return write.promise
      },
    }
    const crawler: PageCrawler = { crawl: (url) => Promise.resolve(crawled(url, { html: '' })) }
    const ctx = contextWith()
    const batch = { urls: urlsOf(2), options: {} }
    const running = runBatch(batch, settingsOf({}, limits), crawler, ctx, {
      maxResultBytes: megabyte,
      journal,
    })
    await until(() => writes.length === 2)
    expect(ctx.progress).not.toHaveBeenCalled()
    writes[1]?.resolve(undefined)
    await until(() => ctx.progress.mock.calls.length === 1)
    writes[0]?.resolve(undefined)
    expect((await running).successful).toBe(2)
  })
})
