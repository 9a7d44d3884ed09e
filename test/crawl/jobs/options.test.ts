import { readFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { version } from '../../../src/core/version.js'
import { type CrawlOptions, resolveCrawlOptions } from '../../../src/crawl/options.js'

/** What resolving these options throws. */
function refusal(options: unknown): unknown {
  try {
    resolveCrawlOptions(options as CrawlOptions)
  } catch (error) {
    return error
  }
  return 'nothing was thrown'
}

describe('resolveCrawlOptions', () => {
  test('fills every default and freezes the answer', () => {
    const options = resolveCrawlOptions()
    expect(options).toEqual({
      maxBatchSize: 50,
      maxConcurrency: 10,
      maxSpiderPages: 10_000,
      allowPrivateNetwork: false,
      userAgent: expect.stringMatching(/^riptide-workers\/\d+\.\d+\.\d+.* \(\+https:\/\/.+\)$/),
      respectRobots: true,
      perHost: {
        maxConcurrent: 10,
        delayMs: 0,
        adaptive: true,
        maxDelayMs: 30_000,
        maxRetryAfterMs: 120_000,
      },
      cacheTtlMs: 86_400_000,
      pageTimeoutMs: 30_000,
      urlRetries: 1,
      http2: false,
      proxies: {},
      idleTimeoutMs: 10_000,
      connectTimeoutMs: 10_000,
      maxRedirects: 10,
      maxBytes: 10 * 1024 * 1024,
      maxDecodedBytes: 20 * 1024 * 1024,
      maxBufferedBytes: 128 * 1024 * 1024,
      allowedPorts: undefined,
      extractor: undefined,
      extractorVersion: '1',
      isolation: 'auto',
      maxThreads: undefined,
      readTimeoutMs: 10_000,
      readHeapMb: 512,
      threadUrl: undefined,
      maxPdfBytes: 32 * 1024 * 1024,
      maxPdfPages: 1000,
      pdfMemoryMb: 1024,
      pdfTimeoutMs: 60_000,
      lookup: undefined,
    })
    expect(Object.isFrozen(options)).toBe(true)
  })

  test('says the version of the package in the user agent', async () => {
    const file = await readFile(new URL('../../../package.json', import.meta.url), 'utf8')
    expect(version).toBe((JSON.parse(file) as { version: string }).version)
    expect(resolveCrawlOptions().userAgent).toContain(`/${version} `)
  })

  test('refuses a function as the extractor of pages that are read in threads', () => {
    const both = { isolation: 'thread', extractor: () => ({}) as never } as const
    expect(refusal(both)).toMatchObject({
      code: 'CONFIG_INVALID',
      path: '/crawl/isolation',
    })
  })

  test('takes what is given, and undefined as not given', () => {
    const extractor = () => ({}) as never
    const options = resolveCrawlOptions({
      maxBatchSize: 3,
      respectRobots: false,
      cacheTtlMs: 0,
      extractor,
      userAgent: undefined,
    })
    expect(options).toMatchObject({ maxBatchSize: 3, respectRobots: false, cacheTtlMs: 0, extractor })
    expect(options.userAgent).toMatch(/^riptide-workers/)
  })

  test.each([
    ['maxBatchSize', 0],
    ['maxBatchSize', 100_001],
    ['maxBatchSize', '50'],
    ['maxConcurrency', 1001],
    ['maxConcurrency', NaN],
    ['allowPrivateNetwork', 'yes'],
    ['allowPrivateNetwork', ['127.0.0.1:3000']],
    ['allowPrivateNetwork', ['http://127.0.0.1:3000/page']],
    ['allowPrivateNetwork', ['file:///etc']],
    ['respectRobots', 1],
    ['isolation', 'process'],
    ['isolation', true],
    ['maxThreads', 0],
    ['maxThreads', 65],
    ['readTimeoutMs', 0],
    ['readHeapMb', 15],
    ['threadUrl', 'crawl-thread.js'],
    ['threadUrl', 'https://example.com/crawl-thread.js'],
    ['maxPdfBytes', 0],
    ['maxPdfPages', 0],
    ['pdfMemoryMb', 127],
    ['maxBufferedBytes', 0],
    ['pdfTimeoutMs', 3_600_001],
    ['userAgent', ''],
    ['userAgent', 'a\r\nX-Evil: 1'],
    ['userAgent', 'crawlér/1'],
    ['userAgent', '1/crawler'],
    ['cacheTtlMs', -1],
    ['pageTimeoutMs', 0],
    ['idleTimeoutMs', 1.5],
    ['connectTimeoutMs', Infinity],
    ['maxRedirects', -1],
    ['maxBytes', 0],
    ['maxDecodedBytes', 2 ** 40],
    ['allowedPorts', []],
    ['allowedPorts', [80, 0]],
    ['extractor', 'readability'],
    ['extractorVersion', 2],
    ['lookup', {}],
    ['maxBatchSize', null],
  ])('refuses %s: %j as a setting of the app', (key, value) => {
    expect(refusal({ [key]: value })).toMatchObject({
      code: 'CONFIG_INVALID',
      path: expect.stringMatching(`^/crawl/${key}`),
    })
  })

  test('refuses an unknown key and names the one that was meant', () => {
    expect(refusal({ maxBatchsize: 3 })).toMatchObject({
      code: 'CONFIG_INVALID',
      path: '/crawl/maxBatchsize',
      message: expect.stringContaining('did you mean "maxBatchSize"?'),
    })
  })

  test.each([[null], [[]], ['fast']])('refuses %j in place of the options', (value) => {
    expect(refusal(value)).toMatchObject({ code: 'CONFIG_INVALID', path: '/crawl' })
  })
})
