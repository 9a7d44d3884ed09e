import { describe, expect, test } from 'vitest'
import { resolveCrawlOptions } from '../../../src/crawl/options.js'
import { settingsOf } from '../../../src/crawl/crawl-request.js'
import { checkBatchCrawl, checkSingleCrawl, checkSpiderCrawl } from '../../../src/crawl/payload.js'

const limits = resolveCrawlOptions({ maxBatchSize: 3, maxConcurrency: 4 })
const page = 'https://example.com/a'

function refusal(check: () => unknown): unknown {
  try {
    return { accepted: check() }
  } catch (error) {
    return error
  }
}

const single = (payload: unknown) => checkSingleCrawl(payload, limits)
const batch = (payload: unknown) => checkBatchCrawl(payload, limits)
const withOptions = (options: unknown) => batch({ urls: [page], options })

describe('what a single_crawl is submitted with', () => {
  test('is its url and its options', () => {
    expect(single({ url: page, options: { cacheMode: 'bypass' } })).toEqual({
      url: page,
      options: { cacheMode: 'bypass' },
    })
  })

  test('comes through a second check unchanged', () => {
    const once = single({
      url: ' https://EXAMPLE.com/ä ',
      options: { concurrency: 99, colour: 'red', skipExtraction: true, useSpider: false },
    })
    expect(single(once)).toEqual(once)
  })

  test('keeps a plain url as it was written, so that its caller finds it again', () => {
    expect(single({ url: 'https://example.com' }).url).toBe('https://example.com')
  })

  test('is stored and shown with its host in punycode where it is not plain ASCII', () => {
    expect(single({ url: 'http://\u0430pple.com/' }).url).toBe('http://xn--pple-43d.com/')
  })

  test.each([
    [{}, 'REQUIRED', '/url'],
    [{ url: null }, 'REQUIRED', '/url'],
    [{ url: 42 }, 'URL_INVALID', '/url'],
    [{ url: '' }, 'URL_INVALID', '/url'],
    [{ url: 'example.com' }, 'URL_INVALID', '/url'],
    [{ url: 'file:///etc/passwd' }, 'URL_SCHEME', '/url'],
    [{ url: 'javascript:alert(1)' }, 'URL_SCHEME', '/url'],
    [{ url: 'http://127.1/' }, 'URL_BLOCKED', '/url'],
    [{ url: 'http://[::ffff:a9fe:a9fe]/' }, 'URL_BLOCKED', '/url'],
    [{ url: 'http://10.0.0.1/' }, 'URL_BLOCKED', '/url'],
    [{ url: 'https://user:secret@example.com/' }, 'URL_CREDENTIALS', '/url'],
    [{ url: 'https://example.com:22/' }, 'URL_PORT', '/url'],
    [{ url: `https://example.com/${'a'.repeat(9000)}` }, 'URL_TOO_LONG', '/url'],
    [{ url: page, urls: [page] }, 'FIELD_UNKNOWN', '/urls'],
    [{ url: page, allowPrivate: true }, 'FIELD_UNKNOWN', '/allowPrivate'],
    [[page], 'TYPE_MISMATCH', '/'],
    [null, 'TYPE_MISMATCH', '/'],
  ])('is refused: %j', (payload, code, path) => {
    expect(refusal(() => single(payload))).toMatchObject({ code, path })
  })

  test('never repeats credentials in its refusal', () => {
    const error = refusal(() => single({ url: 'https://user:hunter2@example.com/' }))
    expect(JSON.stringify([String(error), error])).not.toContain('hunter2')
  })
})

describe('what a batch_crawl is submitted with', () => {
  test('keeps its urls in order, equal ones too', () => {
    expect(batch({ urls: [page, 'https://example.com/b', page] }).urls).toEqual([
      page,
      'https://example.com/b',
      page,
    ])
  })

  test('lets a bad url through, which will be a page with that error', () => {
    const urls = ['http://127.0.0.1/', 'nonsense', 'ftp://example.com/']
    expect(batch({ urls }).urls).toEqual(urls)
  })

  test('names the limit when there are too many urls', () => {
    expect(refusal(() => batch({ urls: [page, page, page, page] }))).toMatchObject({
      code: 'RANGE',
      path: '/urls',
      message: expect.stringContaining('at most 3 urls'),
      facts: { limit: 3 },
    })
  })

  test.each([
    ['no urls', {}, 'REQUIRED', '/urls'],
    ['an empty list', { urls: [] }, 'URLS_INVALID', '/urls'],
    ['a string', { urls: page }, 'URLS_INVALID', '/urls'],
    ['what looks like a list', { urls: { length: 1e9 } }, 'URLS_INVALID', '/urls'],
    ['null in the list', { urls: [page, null] }, 'URLS_INVALID', '/urls/1'],
    ['a list in the list', { urls: [page, ['https://example.com']] }, 'URLS_INVALID', '/urls/1'],
    ['a list of holes', { urls: new Array(2) }, 'URLS_INVALID', '/urls/0'],
    ['an enormous list of holes', { urls: new Array(1e9) }, 'RANGE', '/urls'],
  ])('is refused: %s', (_what, payload, code, path) => {
    expect(refusal(() => batch(payload))).toMatchObject({ code, path })
  })

  test('does not keep the credentials of a url that it will refuse', () => {
    const { urls } = batch({
      urls: ['https://user:hunter2@example.com/a', 'ftp://user:hunter2@example.com/'],
    })
    expect(urls).toEqual(['https://***:***@example.com/a', 'ftp://***:***@example.com/'])
    expect(batch({ urls }).urls).toEqual(urls)
  })

  test.each([
    ['http://user:hunter2@exa mple.com/', 'http://***@exa mple.com/'],
    ['http://user:hunter2@example.com:99999/', 'http://***@example.com:99999/'],
    ['http://user:hunter2/hunter2@example.com', 'http://***@example.com'],
    ['http://user:hunter2@@[::1', 'http://***@[::1'],
    ['http:\\\\user:hunter2@exa mple.com', 'http:\\\\***@exa mple.com'],
    ['view-source:http://user:hunter2@example.com/', 'view-source:http://***@example.com/'],
    ['//user:hunter2@example.com/', '//***@example.com/'],
    ['user:hunter2@example.com', '***@example.com'],
    [`${'a:'.repeat(100_000)}hunter2@example.com`, '***@example.com'],
  ])('does not keep credentials either where the url cannot be taken apart: %.60s', (url, shown) => {
    expect(batch({ urls: [url] }).urls).toEqual([shown])
  })

  test.each(['https://example.com/@user', 'https://example.com:99/?mail=a@example.com'])(
    'keeps an @ that is no credential: %s',
    (url) => {
      expect(batch({ urls: [url] }).urls).toEqual([url])
    },
  )
})

describe('what a spider_crawl is submitted with', () => {
  const spider = (payload: unknown) => checkSpiderCrawl(payload, limits)

  test('is a url or several, and its options', () => {
    expect(spider({ url: page })).toEqual({ urls: [page], options: {} })
    const once = spider({ urls: [page, 'no url'], options: { spiderMaxDepth: 2, useSpider: true } })
    expect(once).toEqual({ urls: [page, 'no url'], options: { spiderMaxDepth: 2, useSpider: true } })
    expect(spider(once)).toEqual(once)
  })

  test.each([
    [{}, 'REQUIRED', '/url'],
    [{ url: null, urls: null }, 'REQUIRED', '/url'],
    [{ url: page, urls: [page] }, 'FIELDS_CONFLICT', '/url'],
    [{ url: 'ftp://example.com/' }, 'URL_SCHEME', '/url'],
    [{ url: page, depth: 1 }, 'FIELD_UNKNOWN', '/depth'],
    [{ url: page, options: { useSpider: false } }, 'FIELDS_CONFLICT', '/options/useSpider'],
  ])('is refused: %j', (payload, code, path) => {
    expect(refusal(() => spider(payload))).toMatchObject({ code, path })
  })
})

describe('the options of a crawl', () => {
  test.each([
    [undefined],
    [null],
    [{}],
    [{ concurrency: null, cacheMode: null, useSpider: null, spiderMaxDepth: null }],
  ])('may be left out: %j', (options) => {
    expect(withOptions(options).options).toEqual({})
  })

  test.each([
    [[], 'TYPE_MISMATCH', '/options'],
    ['fast', 'TYPE_MISMATCH', '/options'],
    [{ concurrency: 0 }, 'RANGE', '/options/concurrency'],
    [{ concurrency: 1.5 }, 'RANGE', '/options/concurrency'],
    [{ concurrency: '2' }, 'RANGE', '/options/concurrency'],
    [{ timeoutMs: 0 }, 'RANGE', '/options/timeoutMs'],
    [{ timeoutMs: 2 ** 31 }, 'RANGE', '/options/timeoutMs'],
    [{ outputFormat: 'pdf' }, 'TYPE_MISMATCH', '/options/outputFormat'],
    [{ skipExtraction: 'yes' }, 'TYPE_MISMATCH', '/options/skipExtraction'],
    [{ skipExtraction: true, outputFormat: 'markdown' }, 'FIELDS_CONFLICT', '/options/skipExtraction'],
    [{ useSpider: 'yes' }, 'TYPE_MISMATCH', '/options/useSpider'],
    [{ spiderMaxDepth: -1 }, 'RANGE', '/options/spiderMaxDepth'],
    [{ spiderMaxPages: 0 }, 'RANGE', '/options/spiderMaxPages'],
    [{ spiderStrategy: 'bfs' }, 'TYPE_MISMATCH', '/options/spiderStrategy'],
    [{ spiderScope: 'world' }, 'TYPE_MISMATCH', '/options/spiderScope'],
    [{ spiderKeywords: 'tea' }, 'TYPE_MISMATCH', '/options/spiderKeywords'],
    [{ spiderKeywords: [''] }, 'REQUIRED', '/options/spiderKeywords/0'],
    [{ spiderInclude: ['docs/*'] }, 'INPUT_INVALID', '/options/spiderInclude/0'],
    [{ spiderExclude: Array(51).fill('/a') }, 'TYPE_MISMATCH', '/options/spiderExclude'],
    [{ spiderSitemaps: 1 }, 'TYPE_MISMATCH', '/options/spiderSitemaps'],
    [{ allowPrivateNetwork: true }, 'FIELD_UNKNOWN', '/options/allowPrivateNetwork'],
    [{ allow_private: true }, 'FIELD_UNKNOWN', '/options/allow_private'],
    [{ allow_private_network: false }, 'FIELD_UNKNOWN', '/options/allow_private_network'],
  ])('are refused: %j', (options, code, path) => {
    expect(refusal(() => withOptions(options))).toMatchObject({ code, path })
  })

  test('list the cache modes when one is unknown', () => {
    expect(refusal(() => withOptions({ cacheMode: 'readthrough' }))).toMatchObject({
      code: 'TYPE_MISMATCH',
      path: '/options/cacheMode',
      message: expect.stringContaining('read_through, enabled, bypass, refresh'),
    })
  })

  test('mean the defaults of the worker where they say nothing', () => {
    expect(settingsOf({}, limits)).toMatchObject({
      concurrency: 4,
      cacheMode: 'read_through',
      outputFormat: 'document',
      timeoutMs: 30_000,
      warnings: [],
    })
  })

  test('are capped at the concurrency of the worker, with a warning', () => {
    const settings = settingsOf(withOptions({ concurrency: 99 }).options, limits)
    expect(settings.concurrency).toBe(4)
    expect(settings.warnings).toEqual([expect.stringContaining('99')])
  })

  test('are named in the warnings where they are unknown', () => {
    const { warnings } = settingsOf(
      withOptions({ stealth: true, concurrency: 2, useSpider: false }).options,
      limits,
    )
    expect(warnings).toEqual([expect.stringContaining('"stealth"')])
  })

  test('of a spider are named in the warnings where they have no effect', () => {
    const { warnings } = settingsOf(withOptions({ spiderMaxDepth: 2 }).options, limits)
    expect(warnings).toEqual([expect.stringContaining('no effect without useSpider')])
    const spider = withOptions({ useSpider: true, spiderKeywords: ['tea'] }).options
    expect(settingsOf(spider, limits).warnings).toEqual([expect.stringContaining('best_first')])
  })

  test('bound the warnings, however many are unknown', () => {
    const options = Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`option${i}`, i]))
    const { warnings } = settingsOf(withOptions(options).options, limits)
    expect(warnings).toHaveLength(21)
    expect(warnings.at(-1)).toContain('980 more')
  })

  test('mean the html itself when nothing shall be extracted', () => {
    expect(settingsOf(withOptions({ skipExtraction: true }).options, limits).outputFormat).toBe('html')
  })
})
