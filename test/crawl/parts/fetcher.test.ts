import { afterEach, describe, expect, test } from 'vitest'
import { type Fetcher, type FetcherOptions, createFetcher } from '../../../src/crawl/parts/fetcher.js'
import { type Site, answer, html, startSite } from '../jobs/site.js'
import { codeOf, countedStorage, here, rejectionOf } from './part-stage.js'

describe('a fetcher', () => {
  let site: Site | undefined
  let fetcher: Fetcher | undefined
  afterEach(async () => {
    await fetcher?.close()
    await site?.close()
    site = fetcher = undefined
  })

  const start = async (options: FetcherOptions = here): Promise<[Fetcher, Site]> => {
    site = await startSite({
      '/': html('home'),
      '/moved': answer(302, { location: '/' }),
      '/secret/': html('secret'),
      '/robots.txt': answer(200, { 'content-type': 'text/plain' }, 'User-agent: *\nDisallow: /secret/'),
    })
    fetcher = createFetcher(options)
    return [fetcher, site]
  }

  test('answers with the page that the redirects lead to', async () => {
    const [{ fetch }, { url }] = await start()
    const page = await fetch(url('/moved'))
    expect(page).toMatchObject({ status: 200, finalUrl: url('/'), contentType: 'text/html; charset=utf-8' })
    expect(new TextDecoder().decode(page.body)).toContain('<h1>home</h1>')
    expect((await fetch(url('/nowhere'))).status).toBe(404)
  })

  test('reaches nothing that is not public unless the app allows it', async () => {
    const [{ fetch }, { url, hits }] = await start({ logger: here.logger })
    expect(await rejectionOf(fetch(url('/')))).toBe('URL_BLOCKED')
    expect(hits()).toBe(0)
  })

  test('obeys robots.txt, which a redirect does not get around, and need not', async () => {
    const [{ fetch }, { url, hits }] = await start()
    expect(await rejectionOf(fetch(url('/secret/')))).toBe('ROBOTS_FORBIDDEN')
    expect(hits('/secret/')).toBe(0)
    const rude = createFetcher({ ...here, respectRobots: false })
    expect((await rude.fetch(url('/secret/'))).status).toBe(200)
    await rude.close()
  })

  test('ends with the signal, and at its time limit', async () => {
    const [{ fetch }, { url }] = await start()
    expect(await rejectionOf(fetch(url('/'), { signal: AbortSignal.abort() }))).toBe('ABORTED')
    expect(await rejectionOf(fetch(url('/'), { timeoutMs: 0 }))).toBe('ARGUMENT_INVALID')
  })

  test('opens its storage with the first page, once, and closes it with itself', async () => {
    const storage = countedStorage()
    const [own, { url }] = await start({ ...here, storage })
    expect(storage.opened).toBe(0)
    await Promise.all([own.fetch(url('/')), own.fetch(url('/moved'))])
    await own.close()
    expect([storage.opened, storage.closed]).toEqual([1, 1])
  })

  test('names what is wrong, also an option that only others heed', async () => {
    expect(codeOf(() => createFetcher({ maxBytes: 0 }))).toBe('CONFIG_INVALID')
    expect(() => createFetcher({ cacheTtlMs: 5 } as object)).toThrow(/cacheTtlMs/)
    expect(() => createFetcher({ storage: {} } as object)).toThrow(/\/storage/)
    expect(() => createFetcher({ logger: 5 } as object)).toThrow(/\/logger/)
    const [{ fetch }, { url }] = await start()
    expect(await rejectionOf(fetch(url('/'), { proxy: 'eu' }))).toBe('TYPE_MISMATCH')
    await expect(fetch(url('/'), { method: 'POST' } as object)).rejects.toThrow(/method/)
    expect(await rejectionOf(fetch(url('/'), { headers: { Host: 'other' } }))).toBe('HEADER_FORBIDDEN')
  })
})
