import { beforeEach, describe, expect, test, vi } from 'vitest'
import { RiptideError } from '../../../src/core/errors.js'
import { silentLogger } from '../../../src/core/logger.js'
import { createPageCache } from '../../../src/crawl/cache/page-cache.js'
import type { StoredPage } from '../../../src/crawl/cache/stored-page.js'
import { type CrawlOptions, resolveCrawlOptions } from '../../../src/crawl/options.js'
import type { Reading, Visit } from '../../../src/crawl/page.js'
import { FakeClock } from '../../../src/testing/fake-clock.js'
import { type TextStorage, textStorage } from '../jobs/text-storage.js'

const visit: Visit = {
  finalUrl: 'https://example.com/a',
  status: 200,
  redirects: [],
  contentType: 'text/html',
  encoding: 'utf-8',
  document: null,
  html: '<p>Grüße',
  nofollow: false,
  failure: null,
}
const stored: StoredPage = { visit, validity: { confirmedAt: 5, ageMs: 0, wayMs: null, headers: {} } }
const href = 'https://example.com/a?b=1'

let clock: FakeClock
let storage: TextStorage
const warn = vi.fn()

beforeEach(() => {
  clock = new FakeClock()
  storage = textStorage()
  warn.mockClear()
})

const cacheWith = (options: CrawlOptions = {}) => {
  const cache = createPageCache(resolveCrawlOptions(options), {
    storage: () => storage,
    clock,
    logger: { ...silentLogger, warn },
  })
  const keyOf = (
    url: string,
    reading: Reading,
    { headers = {}, proxy = null }: { headers?: Record<string, string>; proxy?: string | null } = {},
  ) => cache.keyOf(url, reading, headers, proxy)
  return { ...cache, keyOf }
}

describe('the page cache', () => {
  test('gives back what was stored, and has it kept for its time to live', async () => {
    const cache = cacheWith({ cacheTtlMs: 1000 })
    const key = cache.keyOf(href, 'html')
    await cache.write(key, stored)
    expect(await cache.read(key)).toEqual(stored)
    expect(storage.ttls.get(key)).toBe(1000)
  })

  test('has a page kept for twice as long whose server can be asked whether it still holds', async () => {
    const cache = cacheWith({ cacheTtlMs: 1000 })
    const key = cache.keyOf(href, 'html')
    await cache.write(key, { visit, validity: { ...stored.validity, headers: { etag: '"1"' } } })
    expect(storage.ttls.get(key)).toBe(2000)
  })

  test('forgets a page that it is told to', async () => {
    const cache = cacheWith()
    const key = cache.keyOf(href, 'html')
    await cache.write(key, stored)
    await cache.remove(key)
    expect(await cache.read(key)).toBeUndefined()
  })

  test('keeps pages under their host, whatever the fragment', () => {
    const cache = cacheWith()
    expect(cache.keyOf(href, 'html')).toMatch(/^cache\/page\/example\.com\/[\w-]{43}$/)
    expect(cache.keyOf(`${href}#top`, 'html')).toBe(cache.keyOf(href, 'html'))
    expect(cache.keyOf(`${href}2`, 'html')).not.toBe(cache.keyOf(href, 'html'))
  })

  test.each<[CrawlOptions]>([
    [{ userAgent: 'other/1' }],
    [{ allowPrivateNetwork: true }],
    [{ allowPrivateNetwork: ['http://127.0.0.1:3000'] }],
    [{ allowedPorts: [443] }],
    [{ respectRobots: false }],
    [{ extractor: () => ({}) as never }],
  ])('keeps pages apart that were made with %j', (options) => {
    expect(cacheWith(options).keyOf(href, 'document')).not.toBe(cacheWith().keyOf(href, 'document'))
  })

  test('keeps pages apart that were asked for with other headers, or by another way', () => {
    const { keyOf } = cacheWith()
    const keys = [
      keyOf(href, 'html'),
      keyOf(href, 'html', { headers: { 'accept-language': 'de' } }),
      keyOf(href, 'html', { headers: { 'accept-language': 'fr' } }),
      keyOf(href, 'html', { proxy: 'eu' }),
      keyOf(href, 'html', { proxy: 'us' }),
    ]
    expect(new Set(keys).size).toBe(keys.length)
  })

  test('takes headers in another order for the same', () => {
    const { keyOf } = cacheWith()
    expect(keyOf(href, 'html', { headers: { a: '1', b: '2' } })).toBe(
      keyOf(href, 'html', { headers: { b: '2', a: '1' } }),
    )
  })

  test('keeps the pages of two versions of an extractor apart, and those of html', () => {
    const extractor = () => ({}) as never
    const first = cacheWith({ extractor, extractorVersion: '1' })
    expect(first.keyOf(href, 'document')).not.toBe(
      cacheWith({ extractor, extractorVersion: '2' }).keyOf(href, 'document'),
    )
    expect(first.keyOf(href, 'document')).not.toBe(first.keyOf(href, 'html'))
  })

  test.each([
    '',
    'null',
    '[]',
    '{"validity":',
    '{"validity":"yesterday","visit":{}}',
    JSON.stringify({ visit }),
    JSON.stringify({ visit, validity: { confirmedAt: '1', ageMs: 0, headers: {} } }),
    JSON.stringify({ visit, validity: { ...stored.validity, headers: { etag: 7 } } }),
    JSON.stringify({ visit, validity: { ...stored.validity, wayMs: 'long' } }),
    JSON.stringify({ ...stored, visit: { ...visit, html: null } }),
    JSON.stringify({ ...stored, visit: { ...visit, finalUrl: 7 } }),
    JSON.stringify({ ...stored, visit: { ...visit, html: null, document: { text: 'a' } } }),
    JSON.stringify({ ...stored, visit: { ...visit, failure: { code: 'X' } } }),
  ])('takes the corrupt text %j for a miss', async (text) => {
    const cache = cacheWith()
    storage.texts.set(cache.keyOf(href, 'html'), text)
    expect(await cache.read(cache.keyOf(href, 'html'))).toBeUndefined()
  })

  test('survives a storage that fails, and says so in the log without the url', async () => {
    const cache = cacheWith()
    storage.broken = new RiptideError('STORE_UNAVAILABLE', 'the store is away')
    expect(await cache.read(cache.keyOf(href, 'html'))).toBeUndefined()
    await cache.write(cache.keyOf(href, 'html'), stored)
    await cache.remove(cache.keyOf(href, 'html'))
    expect(warn).toHaveBeenCalledTimes(3)
    expect(warn.mock.calls[0]?.[1]).toMatchObject({ code: 'STORE_UNAVAILABLE' })
    expect(JSON.stringify(warn.mock.calls)).not.toContain('b=1')
  })
})
