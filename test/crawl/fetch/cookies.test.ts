import { describe, expect, test } from 'vitest'
import { createCookies } from '../../../src/crawl/fetch/cookies.js'
import { siteOf, stageOf } from '../jobs/closing-stage.js'
import type { Route } from '../jobs/site.js'
import { lookupOf } from './fetching.js'

/** What a page is shown of what another one set. */
const shown = async (from: string, setCookie: string | string[], to: string) => {
  const cookies = createCookies()
  await cookies.keep(from, [setCookie].flat())
  return cookies.headerFor(to)
}

describe('the cookies of a job', () => {
  test.each<[string, string, string, string, string | undefined]>([
    ['go back to their host', 'https://a.example.com/', 'a=1', 'https://a.example.com/x', 'a=1'],
    ['go to no other host', 'https://a.example.com/', 'a=1', 'https://b.example.com/', undefined],
    ['go to no host below', 'https://example.com/', 'a=1', 'https://a.example.com/', undefined],
    [
      'go to the hosts of their domain',
      'https://a.example.com/',
      'a=1; Domain=example.com',
      'https://b.example.com/',
      'a=1',
    ],
    [
      'cannot be set for another domain',
      'https://a.example.com/',
      'a=1; Domain=example.org',
      'https://example.org/',
      undefined,
    ],
    [
      'cannot be set for a public suffix',
      'https://a.co.uk/',
      'a=1; Domain=co.uk',
      'https://b.co.uk/',
      undefined,
    ],
    [
      'cannot be set for the hosts of others',
      'https://a.github.io/',
      'a=1; Domain=github.io',
      'https://b.github.io/',
      undefined,
    ],
    [
      'cannot be set for part of an address',
      'http://10.0.0.1/',
      'a=1; Domain=0.0.1',
      'http://11.0.0.1/',
      undefined,
    ],
    ['go below their path', 'https://a.com/', 'a=1; Path=/x', 'https://a.com/x/y', 'a=1'],
    ['go to no other path', 'https://a.com/', 'a=1; Path=/x', 'https://a.com/xy', undefined],
    ['have the path of their page', 'https://a.com/x/y', 'a=1', 'https://a.com/z', undefined],
    ['stay with TLS when they are secure', 'https://a.com/', 'a=1; Secure', 'http://a.com/', undefined],
    ['end with their time', 'https://a.com/', 'a=1; Max-Age=0', 'https://a.com/', undefined],
    [
      'end with their date',
      'https://a.com/',
      'a=1; Expires=Wed, 21 Oct 2015 07:28:00 GMT',
      'https://a.com/',
      undefined,
    ],
    [
      'are for servers, not for scripts',
      'https://a.com/',
      'a=1; HttpOnly; SameSite=Strict',
      'https://a.com/',
      'a=1',
    ],
    [
      'live up to their prefix',
      'https://a.com/',
      '__Host-a=1; Secure; Path=/; Domain=a.com',
      'https://a.com/',
      undefined,
    ],
  ])('%s', async (_, from, setCookie, to, expected) => {
    expect(await shown(from, setCookie, to)).toBe(expected)
  })

  test('are few and small: what is too much is passed over', async () => {
    const cookies = createCookies()
    await cookies.keep('https://a.com/', [`big=${'x'.repeat(5000)}`, 'small=1'])
    expect(await cookies.headerFor('https://a.com/')).toBe('small=1')
    for (let i = 0; i < 10; i++) {
      await cookies.keep(
        'https://b.com/',
        Array.from({ length: 20 }, (_, n) => `c${i * 20 + n}=1`),
      )
    }
    expect((await cookies.headerFor('https://b.com/'))?.split('; ')).toHaveLength(50)
  })

  const fill = async (setCookie: (n: number) => string) => {
    const cookies = createCookies()
    await cookies.keep(
      'https://a.com/',
      Array.from({ length: 50 }, (_, n) => setCookie(n)),
    )
    return cookies
  }

  test('are renewed and taken back, however many there are', async () => {
    const cookies = await fill((n) => `c${n}=old`)
    await cookies.keep('https://a.com/x', [
      'c7=new; Path=/',
      'c8=; Path=/; Max-Age=0',
      'c9=new; Domain=a.com; Path=/',
    ])
    const header = (await cookies.headerFor('https://a.com/'))?.split('; ') ?? []
    expect(header).toHaveLength(49)
    expect(header).toEqual(expect.arrayContaining(['c7=new', 'c9=new', 'c10=old']))
    await cookies.keep('https://a.com/', ['next=1', 'one-more=1'])
    const after = (await cookies.headerFor('https://a.com/'))?.split('; ') ?? []
    expect([after.length, after.includes('next=1')]).toEqual([50, true])
  })

  test('make room when their time is over', async () => {
    const cookies = await fill((n) => `c${n}=1; Max-Age=${n < 20 ? 0 : 1000}`)
    await cookies.keep('https://a.com/', ['next=1'])
    expect((await cookies.headerFor('https://a.com/'))?.split('; ')).toContain('next=1')
  })

  test('of all sites together make room too, and are renewed when there are too many', async () => {
    const cookies = createCookies()
    const some = Array.from({ length: 50 }, (_, n) => `c${n}=1`)
    for (let site = 0; site < 58; site++) await cookies.keep(`https://s${site}.com/`, some)
    const shortly = some.map((text) => `${text}; Max-Age=1000`)
    for (const site of ['https://x.com/', 'https://y.com/']) await cookies.keep(site, shortly)
    await cookies.keep('https://late.com/', ['a=1'])
    expect(await cookies.headerFor('https://late.com/')).toBeUndefined()
    await cookies.keep('https://s0.com/', ['c0=2'])
    expect(await cookies.headerFor('https://s0.com/')).toContain('c0=2')
    await cookies.keep(
      'https://x.com/',
      some.map((text) => `${text}; Max-Age=0`),
    )
    await cookies.keep('https://late.com/', ['a=1'])
    expect(await cookies.headerFor('https://late.com/')).toBe('a=1')
  })

  test.each([['garbage'], ['=1'], [''], ['a\u0000b=1'], ['; Path=/']])('%j is none', async (text) => {
    expect(await shown('https://a.com/', text, 'https://a.com/')).toBeUndefined()
  })
})

describe('a job with cookies', () => {
  const seen: Route = ({ headers }, response) =>
    void response.writeHead(200, { 'content-type': 'text/plain' }).end(headers.cookie ?? 'none')
  const login: Route = ({ headers }, response) =>
    void response
      .writeHead(302, {
        location: `http://${headers.host}/seen`,
        'set-cookie': ['id=7; Path=/', 'x=1; Path=/login'],
      })
      .end()
  const crawl = { lookup: lookupOf(['127.0.0.1']).lookup, allowPrivateNetwork: true }

  test('shows a server what it was given on the way, and no other', async () => {
    const other = await siteOf({ '/seen': seen })
    const site = await siteOf({
      '/login': login,
      '/seen': seen,
      '/away': (_request, response) =>
        void response
          .writeHead(302, {
            location: other.url('/seen').replace('127.0.0.1', 'other.test'),
            'set-cookie': 'id=8',
          })
          .end(),
    })
    const at = (path: string) => site.url(path).replace('127.0.0.1', 'shop.test')
    const urls = [at('/login'), at('/seen'), at('/away'), at('/seen?again')]
    const { results } = await stageOf({ crawl }).batch(urls, { cookies: true, concurrency: 1 })
    expect(results.map((page) => page.document?.text)).toEqual(['id=7', 'id=7', 'none', 'id=8'])
  })

  test('keeps them to itself, and its pages', async () => {
    const site = await siteOf({ '/login': login, '/seen': seen })
    const stage = stageOf({ crawl })
    const first = await stage.batch([site.url('/login')], { cookies: true })
    const second = await stage.batch([site.url('/seen')], { cookies: true })
    const third = await stage.batch([site.url('/seen')])
    expect([first, second, third].map(({ results }) => results[0]?.document?.text)).toEqual([
      'id=7',
      'none',
      'none',
    ])
    expect([...stage.storage.texts.keys()].filter((key) => key.startsWith('cache/'))).toHaveLength(1)
  })

  test('is one only when it says so', async () => {
    const site = await siteOf({ '/login': login, '/seen': seen })
    const { results } = await stageOf({ crawl }).batch([site.url('/login')])
    expect(results[0]?.document?.text).toBe('none')
  })

  test.each(['read_through', 'refresh', 'only_cached'])(
    'cannot have the cache mode %s',
    async (cacheMode) => {
      const work = stageOf({ crawl }).batch(['https://example.com/'], { cookies: true, cacheMode })
      await expect(work).rejects.toMatchObject({ code: 'FIELDS_CONFLICT', path: '/options/cookies' })
    },
  )
})
