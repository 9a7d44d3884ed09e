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
      allowPrivateNetwork: false,
      userAgent: expect.stringMatching(/^riptide-workers\/\d+\.\d+\.\d+.* \(\+https:\/\/.+\)$/),
      respectRobots: true,
      cacheTtlMs: 86_400_000,
      pageTimeoutMs: 30_000,
      idleTimeoutMs: 10_000,
      connectTimeoutMs: 10_000,
      maxRedirects: 10,
      maxBytes: 10 * 1024 * 1024,
      maxDecodedBytes: 20 * 1024 * 1024,
      allowedPorts: undefined,
      extractor: undefined,
      extractorVersion: '1',
      lookup: undefined,
    })
    expect(Object.isFrozen(options)).toBe(true)
  })

  test('says the version of the package in the user agent', async () => {
    const file = await readFile(new URL('../../../package.json', import.meta.url), 'utf8')
    expect(version).toBe((JSON.parse(file) as { version: string }).version)
    expect(resolveCrawlOptions().userAgent).toContain(`/${version} `)
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
