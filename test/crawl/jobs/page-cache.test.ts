import { beforeEach, describe, expect, test, vi } from 'vitest'
import { RiptideError } from '../../../src/core/errors.js'
import { silentLogger } from '../../../src/core/logger.js'
import { resolveCrawlOptions } from '../../../src/crawl/options.js'
import type { Visit } from '../../../src/crawl/page.js'
import { failedVisit } from '../../../src/crawl/page.js'
import { createPageCache } from '../../../src/crawl/page-cache.js'
import { FakeClock } from '../../../src/testing/fake-clock.js'
import { type TextStorage, textStorage } from './text-storage.js'

const visit: Visit = {
  finalUrl: 'https://example.com/a',
  status: 200,
  redirects: [],
  contentType: 'text/html',
  encoding: 'utf-8',
  document: null,
  html: '<p>Grüße',
  failure: null,
}
const href = 'https://example.com/a?b=1'

let clock: FakeClock
let storage: TextStorage
const warn = vi.fn()

beforeEach(() => {
  clock = new FakeClock()
  storage = textStorage()
  warn.mockClear()
})

const cacheWith = (options = {}) =>
  createPageCache(resolveCrawlOptions(options), {
    storage: () => storage,
    clock,
    logger: { ...silentLogger, warn },
  })

describe('the page cache', () => {
  test('gives back what was stored, until its time is over', async () => {
    const cache = cacheWith({ cacheTtlMs: 1000 })
    const key = cache.keyOf(href, 'html')
    await cache.write(key, visit)
    await clock.advance(999)
    expect(await cache.read(key)).toEqual(visit)
    await clock.advance(1)
    expect(await cache.read(key)).toBeUndefined()
    expect(storage.ttls.get(key)).toBe(1000)
  })

  test('does not take what is older than its own time to live, though another process keeps it longer', async () => {
    const patient = cacheWith({ cacheTtlMs: 60_000 })
    const strict = cacheWith({ cacheTtlMs: 1000 })
    const key = patient.keyOf(href, 'html')
    await patient.write(key, visit)
    await clock.advance(2000)
    expect(await patient.read(key)).toEqual(visit)
    expect(await strict.read(key)).toBeUndefined()
  })

  test('stores no failure', async () => {
    const cache = cacheWith()
    await cache.write(cache.keyOf(href, 'html'), failedVisit(new RiptideError('DNS_FAILED', 'no such host')))
    expect(storage.texts.size).toBe(0)
  })

  test('keeps pages under their host, whatever the fragment', () => {
    const cache = cacheWith()
    expect(cache.keyOf(href, 'html')).toMatch(/^cache\/page\/example\.com\/[\w-]{43}$/)
    expect(cache.keyOf(`${href}#top`, 'html')).toBe(cache.keyOf(href, 'html'))
    expect(cache.keyOf(`${href}2`, 'html')).not.toBe(cache.keyOf(href, 'html'))
  })

  test.each([
    [{ userAgent: 'other/1' }],
    [{ allowPrivateNetwork: true }],
    [{ respectRobots: false }],
    [{ extractor: () => ({}) as never }],
  ])('keeps pages apart that were made with %j', (options) => {
    expect(cacheWith(options).keyOf(href, 'document')).not.toBe(cacheWith().keyOf(href, 'document'))
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
    '{"storedAt":',
    '{"storedAt":"yesterday","visit":{}}',
    JSON.stringify({ storedAt: 0, visit: { ...visit, html: null } }),
    JSON.stringify({ storedAt: 9e15, visit: { ...visit, finalUrl: 7 } }),
    JSON.stringify({ storedAt: 9e15, visit: { ...visit, html: null, document: { text: 'a' } } }),
    JSON.stringify({ storedAt: 9e15, visit: { ...visit, failure: { code: 'X' } } }),
  ])('takes the corrupt text %j for a miss', async (text) => {
    const cache = cacheWith()
    storage.texts.set(cache.keyOf(href, 'html'), text)
    expect(await cache.read(cache.keyOf(href, 'html'))).toBeUndefined()
  })

  test('survives a storage that fails, and says so in the log without the url', async () => {
    const cache = cacheWith()
    storage.broken = new RiptideError('STORE_UNAVAILABLE', 'the store is away')
    expect(await cache.read(cache.keyOf(href, 'html'))).toBeUndefined()
    await cache.write(cache.keyOf(href, 'html'), visit)
    expect(warn).toHaveBeenCalledTimes(2)
    expect(warn.mock.calls[0]?.[1]).toMatchObject({ code: 'STORE_UNAVAILABLE' })
    expect(JSON.stringify(warn.mock.calls)).not.toContain('b=1')
  })
})
