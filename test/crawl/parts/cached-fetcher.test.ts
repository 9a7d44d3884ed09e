import { afterEach, describe, expect, test } from 'vitest'
import { type CachedFetcher, createCachedFetcher } from '../../../src/crawl/parts/cached-fetcher.js'
import { type Route, type Site, answer, html, startSite } from '../jobs/site.js'
import { codeOf, countedStorage, here, rejectionOf } from './part-stage.js'

/** A page that has not changed for whoever knows its tag. */
const tagged: Route = (request, response) => {
  if (request.headers['if-none-match'] === '"one"') return void response.writeHead(304).end()
  html('tagged', { etag: '"one"', 'cache-control': 'no-cache' })(request, response)
}

describe('a cached fetcher', () => {
  let site: Site | undefined
  let fetcher: CachedFetcher | undefined
  afterEach(async () => {
    await fetcher?.close()
    await site?.close()
    site = fetcher = undefined
  })

  const start = async (storage = countedStorage()): Promise<[CachedFetcher, Site]> => {
    site = await startSite({
      '/': html('home', { 'cache-control': 'max-age=60' }),
      '/tagged': tagged,
      '/alone': html('alone', { 'x-robots-tag': 'otherbot: none, riptide-workers: nofollow', etag: '"1"' }),
      '/secret': html('secret', { 'cache-control': 'no-store' }),
      '/latin': answer(200, { 'content-type': 'text/html; charset=iso-8859-1' }, Buffer.from([0xe9])),
      '/picture': answer(200, { 'content-type': 'image/png' }, Buffer.from('\x89PNG\r\n\x1a\n', 'latin1')),
    })
    fetcher = createCachedFetcher({ ...here, storage })
    return [fetcher, site]
  }

  test('asks for a page once as long as it is fresh', async () => {
    const [{ fetch }, { url, hits }] = await start()
    const first = await fetch(url('/'))
    const second = await fetch(url('/#top'))
    expect(first).toMatchObject({ status: 200, finalUrl: url('/'), encoding: 'utf-8', fromCache: false })
    expect(second).toEqual({ ...first, url: url('/#top'), fromCache: true })
    expect(second.text).toContain('<h1>home</h1>')
    expect(hits('/')).toBe(1)
  })

  test('asks whether a page still holds, with its tag', async () => {
    const [{ fetch }, { url, hits }] = await start()
    await fetch(url('/tagged'))
    expect(await fetch(url('/tagged'))).toMatchObject({
      fromCache: true,
      text: expect.stringContaining('tagged'),
    })
    expect(hits('/tagged')).toBe(2)
  })

  test('says what a response asks of this crawler, from the cache too', async () => {
    const [{ fetch }, { url }] = await start()
    expect((await fetch(url('/'))).nofollow).toBe(false)
    for (const fromCache of [false, true])
      expect(await fetch(url('/alone'))).toMatchObject({ nofollow: true, fromCache })
  })

  test('meets the cache as it is asked to', async () => {
    const [{ fetch }, { url, hits }] = await start()
    expect(await rejectionOf(fetch(url('/'), { mode: 'only_cached' }))).toBe('NOT_CACHED')
    await fetch(url('/'))
    expect((await fetch(url('/'), { mode: 'only_cached' })).fromCache).toBe(true)
    expect((await fetch(url('/'), { mode: 'refresh' })).fromCache).toBe(false)
    expect(hits('/')).toBe(2)
    await fetch(url('/secret'))
    expect((await fetch(url('/secret'))).fromCache).toBe(false)
  })

  test('keeps pages apart that were asked for with other headers', async () => {
    const [{ fetch }, { url, hits }] = await start()
    await fetch(url('/'), { headers: { 'accept-language': 'de' } })
    expect((await fetch(url('/'), { headers: { 'accept-language': 'fr' } })).fromCache).toBe(false)
    expect((await fetch(url('/'), { headers: { 'Accept-Language': 'de' } })).fromCache).toBe(true)
    expect(hits('/')).toBe(2)
  })

  test('shares its pages with others on the same storage, but for private ones with who may not see them', async () => {
    const storage = countedStorage()
    const [{ fetch }, { url }] = await start(storage)
    await fetch(url('/'))
    const other = createCachedFetcher({ ...here, storage })
    expect((await other.fetch(url('/'))).fromCache).toBe(true)
    await other.close()
    const open = [new URL(url('/')).origin]
    const narrow = createCachedFetcher({ ...here, allowPrivateNetwork: open, storage })
    expect((await narrow.fetch(url('/'))).fromCache).toBe(false)
    await narrow.close()
  })

  test('reads every charset, and refuses what is no page', async () => {
    const [{ fetch }, { url }] = await start()
    expect(await fetch(url('/latin'))).toMatchObject({ text: 'é', encoding: 'windows-1252' })
    expect(await rejectionOf(fetch(url('/picture')))).toBe('CONTENT_TYPE_UNSUPPORTED')
    expect(await rejectionOf(fetch(url('/nowhere')))).toBe('HTTP_STATUS')
    expect(await rejectionOf(fetch('http://user:secret@example.com/'))).toBe('URL_CREDENTIALS')
  })

  test('goes on where its storage fails, and closes it with itself', async () => {
    const storage = countedStorage()
    storage.get = () => Promise.reject(new Error('away'))
    const [own, { url }] = await start(storage)
    expect((await own.fetch(url('/'))).fromCache).toBe(false)
    await own.close()
    expect([storage.opened, storage.closed]).toEqual([1, 1])
  })

  test('does without a storage that cannot be opened, and says so once', async () => {
    const warnings: string[] = []
    const storage = { ...countedStorage(), isPrivate: false }
    storage.open = () => Promise.reject(new Error('away'))
    const logger = { ...here.logger, warn: (text: string) => void warnings.push(text) }
    site = await startSite({ '/': html('home') })
    fetcher = createCachedFetcher({ ...here, storage, logger })
    await fetcher.fetch(site.url('/'))
    await fetcher.fetch(site.url('/'))
    expect(warnings.filter((text) => text.includes('could not be opened'))).toHaveLength(1)
    await fetcher.close()
    expect(storage.closed).toBe(0)
  })

  test('names what is wrong', async () => {
    expect(codeOf(() => createCachedFetcher({} as never))).toBe('CONFIG_INVALID')
    expect(codeOf(() => createCachedFetcher({ storage: countedStorage(), cacheTtlMs: -1 }))).toBe(
      'CONFIG_INVALID',
    )
    const [{ fetch }, { url }] = await start()
    expect(await rejectionOf(fetch(url('/'), { mode: 'sometimes' as never }))).toBe('ARGUMENT_INVALID')
  })
})
