import { describe, expect, test, vi } from 'vitest'
import { RiptideError, type RiptideErrorOptions } from '../../../src/core/errors.js'
import type { CrawlContext } from '../../../src/crawl/batch-run.js'
import { resolveCrawlOptions } from '../../../src/crawl/options.js'
import { failedVisit, pageOf } from '../../../src/crawl/page.js'
import type { PageCrawler } from '../../../src/crawl/page-crawler.js'
import { settingsOf } from '../../../src/crawl/crawl-request.js'
import { runSingle } from '../../../src/crawl/single-run.js'
import { FakeClock } from '../../../src/testing/fake-clock.js'

const url = 'https://example.com/'
const settings = settingsOf({ stealth: true }, resolveCrawlOptions())
const ctx = {
  signal: new AbortController().signal,
  progress: vi.fn(),
  job: { retry: { maxDelayMs: 300_000 } },
} as unknown as CrawlContext

function crawlerOf(failure: RiptideError | null): PageCrawler {
  const visit = { ...failedVisit(failure ?? new RiptideError('FETCH_FAILED', 'unused')), failure }
  return {
    crawl: () =>
      Promise.resolve({
        page: pageOf(visit, {
          ...{ url, fromCache: true, attempts: 0 },
          processingTimeMs: 3.4,
          outputFormat: 'document',
        }),
        failure,
        visit,
      }),
  }
}

const failing = (code: 'HTTP_STATUS' | 'URL_BLOCKED' | 'CONNECT_FAILED', options: RiptideErrorOptions) =>
  runSingle({ url, options: {} }, settings, crawlerOf(new RiptideError(code, 'it failed', options)), ctx, {
    clock: new FakeClock(),
  })

describe('a single crawl', () => {
  test('answers with its page and the warnings', async () => {
    const result = await runSingle({ url, options: {} }, settings, crawlerOf(null), ctx, {
      clock: new FakeClock(),
    })
    expect(result).toMatchObject({
      url,
      fromCache: true,
      processingTimeMs: 3,
      error: null,
      warnings: [expect.stringContaining('stealth')],
    })
  })

  test('fails for good, with its code, when another attempt would end the same', async () => {
    await expect(failing('URL_BLOCKED', {})).rejects.toMatchObject({
      name: 'PermanentError',
      code: 'URL_BLOCKED',
      message: 'it failed',
    })
  })

  test('fails the attempt when another one may succeed', async () => {
    await expect(failing('CONNECT_FAILED', { retryable: true })).rejects.toMatchObject({
      name: 'RiptideError',
      code: 'CONNECT_FAILED',
    })
  })

  test.each([
    ['30', 30_000],
    ['Thu, 01 Jan 2026 00:00:10 GMT', 10_000],
    ['86400', 300_000],
  ])(
    'waits as long as the server asked with Retry-After %j, within its own policy',
    async (retryAfter, ms) => {
      await expect(
        failing('HTTP_STATUS', { retryable: true, facts: { status: 429, retryAfter } }),
      ).rejects.toMatchObject({
        name: 'RetryAfterError',
        code: 'HTTP_STATUS',
        retryAfterMs: ms,
      })
    },
  )

  test('keeps to its policy when Retry-After cannot be understood', async () => {
    await expect(
      failing('HTTP_STATUS', { retryable: true, facts: { status: 503, retryAfter: 'later' } }),
    ).rejects.toMatchObject({
      name: 'RiptideError',
      code: 'HTTP_STATUS',
    })
  })

  test('fails for good on a status that will not change, whatever its Retry-After', async () => {
    await expect(failing('HTTP_STATUS', { facts: { status: 404, retryAfter: '1' } })).rejects.toMatchObject({
      name: 'PermanentError',
    })
  })
})
