import { beforeEach, describe, expect, test } from 'vitest'
import { systemClock } from '../../../src/core/clock.js'
import { siteOf, stageOf } from '../jobs/closing-stage.js'
import type { CrawlStage } from '../jobs/crawl-stage.js'
import type { Route, Site } from '../jobs/site.js'

const ttlMs = 60_000
let now = 0
const clock = { ...systemClock, now: () => now }

/** A page with a version, and what it was asked by. */
interface Versioned {
  version: number
  status: number
  headers: Record<string, string>
  readonly asked: (string | undefined)[]
  readonly route: Route
}

function versioned(headers: Record<string, string> = {}): Versioned {
  const page: Versioned = {
    version: 1,
    status: 200,
    headers,
    asked: [],
    route(request, response) {
      const etag = `"${page.version}"`
      page.asked.push(request.headers['if-none-match'])
      const isKnown = page.status === 200 && request.headers['if-none-match'] === etag
      const body = `<title>version ${page.version}</title><main><p>The text of this version, at some length.</main>`
      response.writeHead(isKnown ? 304 : page.status, { 'content-type': 'text/html', etag, ...page.headers })
      response.end(isKnown ? undefined : body)
    },
  }
  return page
}

let page: Versioned
let site: Site
let stage: CrawlStage

const open = async (headers: Record<string, string>, routes: Record<string, Route> = {}) => {
  page = versioned(headers)
  site = await siteOf({ '/a': page.route, ...routes })
}

beforeEach(async () => {
  now = Date.UTC(2026, 0, 1)
  stage = stageOf({ clock, crawl: { cacheTtlMs: ttlMs, urlRetries: 0 } })
  await open({})
})

const crawl = async (cacheMode = 'read_through', path = '/a') => {
  const [result] = (await stage.batch([site.url(path)], { cacheMode })).results
  return result
}
const stored = () => [...stage.storage.texts.keys()].filter((key) => key.startsWith('cache/page/'))

describe('a stored page', () => {
  test('is asked about when its time is over, and holds for as long again when nothing has changed', async () => {
    const first = await crawl()
    now += ttlMs
    const second = await crawl()
    expect(second).toMatchObject({ fromCache: true, attempts: 1, status: 200, document: first?.document })
    now += ttlMs - 1
    expect(await crawl()).toMatchObject({ fromCache: true, attempts: 0 })
    expect(page.asked).toEqual([undefined, '"1"'])
  })

  test('is confirmed by a 304 that says the length of what it does not send', async () => {
    await crawl()
    page.headers = { 'content-length': '500' }
    expect(await crawl('revalidate')).toMatchObject({ fromCache: true, error: null })
  })

  test.each<[number, Record<string, string>, boolean]>([
    [202, {}, false],
    [202, { 'cache-control': 'max-age=60' }, true],
    [203, {}, true],
    [206, { 'cache-control': 'max-age=60' }, false],
  ])('may be one of status %i with %j: %s', async (status, headers, may) => {
    await open(headers)
    page.status = status
    expect(await crawl()).toMatchObject({ status, error: null })
    expect(stored()).toHaveLength(may ? 1 : 0)
  })

  test('is replaced by what has changed', async () => {
    await crawl()
    now += ttlMs
    page.version = 2
    expect(await crawl()).toMatchObject({ fromCache: false, document: { title: 'version 2' } })
    expect(await crawl()).toMatchObject({ fromCache: true, document: { title: 'version 2' } })
    expect(page.asked).toEqual([undefined, '"1"'])
  })

  test('is fresh for no longer than its server said', async () => {
    await open({ 'cache-control': 'max-age=10' })
    await crawl()
    now += 9_999
    await crawl()
    expect(page.asked).toHaveLength(1)
    now += 1
    expect(await crawl()).toMatchObject({ fromCache: true, attempts: 1 })
  })

  test('is always asked about when its server said no-cache', async () => {
    await open({ 'cache-control': 'no-cache' })
    await crawl()
    expect(await crawl()).toMatchObject({ fromCache: true, attempts: 1 })
  })

  test('is served to whoever wants only what is cached, whatever its server said', async () => {
    await open({ 'cache-control': 'no-cache' })
    await crawl()
    expect(await crawl('only_cached')).toMatchObject({ fromCache: true, attempts: 0 })
  })

  test('is none of a response that must not be stored', async () => {
    await open({ 'cache-control': 'no-store' })
    await crawl()
    expect(stored()).toEqual([])
    expect(await crawl()).toMatchObject({ fromCache: false })
  })

  test('goes when its server says that it must not be stored any more', async () => {
    await crawl()
    page.headers = { 'cache-control': 'no-store' }
    await crawl('revalidate')
    expect(stored()).toEqual([])
  })

  test('goes when it is refreshed, and must not be stored any more', async () => {
    await crawl()
    page.headers = { 'cache-control': 'no-store' }
    expect(await crawl('refresh')).toMatchObject({ error: null, fromCache: false })
    expect(stored()).toEqual([])
  })

  test.each([404, 410])('goes when its server says that it is gone: %i', async (status) => {
    await crawl()
    page.status = status
    expect(await crawl('revalidate')).toMatchObject({ error: { code: 'HTTP_STATUS' }, status })
    expect(stored()).toEqual([])
  })

  test('stays when its server fails', async () => {
    await crawl()
    page.status = 503
    expect(await crawl('revalidate')).toMatchObject({ error: { code: 'HTTP_STATUS' }, fromCache: false })
    expect(await crawl()).toMatchObject({ fromCache: true, error: null })
  })

  test('is fetched whole when the server confirms another version than that', async () => {
    let asked = 0
    await open(
      {},
      {
        '/liar': (request, response) => {
          asked++
          const isKnown = request.headers['if-none-match'] !== undefined
          response.writeHead(isKnown ? 304 : 200, {
            'content-type': 'text/html',
            etag: isKnown ? '"2"' : '"1"',
          })
          response.end(isKnown ? undefined : `<title>${asked}</title><p>text`)
        },
      },
    )
    await crawl('read_through', '/liar')
    expect(await crawl('revalidate', '/liar')).toMatchObject({ fromCache: false, document: { title: '3' } })
  })
})

describe('the mode revalidate', () => {
  test('asks the server each time, though what is stored is fresh', async () => {
    await crawl('revalidate')
    expect(await crawl('revalidate')).toMatchObject({ fromCache: true, attempts: 1 })
    page.version = 2
    expect(await crawl('revalidate')).toMatchObject({ fromCache: false, document: { title: 'version 2' } })
    expect(page.asked).toEqual([undefined, '"1"', '"1"'])
  })

  test('asks by the date of the page where it has no entity tag', async () => {
    const asked: (string | undefined)[] = []
    const modified = 'Wed, 21 Oct 2015 07:28:00 GMT'
    await open(
      {},
      {
        '/dated': (request, response) => {
          asked.push(request.headers['if-modified-since'])
          const isKnown = request.headers['if-modified-since'] === modified
          response.writeHead(isKnown ? 304 : 200, { 'content-type': 'text/html', 'last-modified': modified })
          response.end(isKnown ? undefined : '<title>old</title><p>text')
        },
      },
    )
    await crawl('revalidate', '/dated')
    expect(await crawl('revalidate', '/dated')).toMatchObject({ fromCache: true, document: { title: 'old' } })
    expect(asked).toEqual([undefined, modified])
  })

  test('asks the page itself, not those that redirect to it', async () => {
    const asked: (string | undefined)[] = []
    await open(
      {},
      {
        '/moved': (request, response) => {
          asked.push(request.headers['if-none-match'])
          response.writeHead(302, { location: '/a', etag: '"1"' }).end()
        },
      },
    )
    await crawl('revalidate', '/moved')
    expect(await crawl('revalidate', '/moved')).toMatchObject({ fromCache: true, finalUrl: site.url('/a') })
    expect([asked, page.asked]).toEqual([
      [undefined, undefined],
      [undefined, '"1"'],
    ])
  })
})

describe('the mode refresh', () => {
  test('asks for all of it, past the caches on the way', async () => {
    const asked: unknown[] = []
    await open(
      {},
      {
        '/seen': ({ headers }, response) => {
          asked.push([headers['cache-control'], headers['if-none-match']])
          response.writeHead(200, { 'content-type': 'text/html', etag: '"1"' }).end('<title>seen</title>')
        },
      },
    )
    await crawl('read_through', '/seen')
    expect(await crawl('refresh', '/seen')).toMatchObject({ fromCache: false })
    expect(asked).toEqual([
      [undefined, undefined],
      ['no-cache', undefined],
    ])
  })
})

test('a 304 that nobody asked for is the error of a server', async () => {
  await open({}, { '/odd': (_request, response) => void response.writeHead(304).end() })
  expect(await crawl('read_through', '/odd')).toMatchObject({ error: { code: 'HTTP_STATUS' }, status: 304 })
})
