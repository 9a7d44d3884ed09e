import { describe, expect, test } from 'vitest'
import { checkJobHeaders } from '../../../src/crawl/fetch/job-headers.js'
import { siteOf, stageOf } from '../jobs/closing-stage.js'
import type { Route } from '../jobs/site.js'

const place = { path: '/options/headers' }
const check = (headers: unknown) => () => checkJobHeaders(headers, place)

describe('the headers of a job', () => {
  test('are kept by their lower-case names', () => {
    expect(check({ 'Accept-Language': 'de', Authorization: 'Bearer x' })()).toEqual({
      'accept-language': 'de',
      authorization: 'Bearer x',
    })
  })

  test.each([
    'Host',
    'content-length',
    'Transfer-Encoding',
    'Connection',
    'Upgrade',
    'HTTP2-Settings',
    'TE',
    'Expect',
    'Cookie',
    'Proxy-Authorization',
    'Proxy-Connection',
    'User-Agent',
    'Accept-Encoding',
    'If-None-Match',
    'Range',
  ])('may not hold %s', (name) => {
    expect(check({ [name]: 'x' })).toThrow(
      expect.objectContaining({ code: 'HEADER_FORBIDDEN', path: `/options/headers/${name}` }),
    )
  })

  test.each<[unknown]>([
    [{ X: 'a\r\nY: b' }],
    [{ X: 'a\nb' }],
    [{ X: 'a\u0000' }],
    [{ X: 'Grüße \u2603' }],
    [{ 'X Y': 'a' }],
    [{ 'X:': 'a' }],
    [{ ':path': '/' }],
    [{ 'X\r\nY': 'a' }],
    [{ '': 'a' }],
    [{ X: 7 }],
    [{ X: null }],
    [{ X: ['a'] }],
    [{ X: 'a', x: 'b' }],
    [JSON.parse('{"__proto__":"a"}')],
  ])('may not be %j', (headers) => {
    expect(check(headers)).toThrow(expect.objectContaining({ code: 'HEADER_INVALID' }))
  })

  test('are at most 50, and 8 KiB together', () => {
    const many = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, i) => [`x-${i}`, 'a']))
    expect(Object.keys(check(many(50))())).toHaveLength(50)
    expect(check(many(51))).toThrow(expect.objectContaining({ code: 'RANGE' }))
    expect(check({ x: 'a'.repeat(8192) })).toThrow(expect.objectContaining({ code: 'RANGE' }))
  })

  test.each([[[]], ['authorization: canary'], [7]])('are an object, not %j', (headers) => {
    const message = expect.not.stringContaining('canary') as string
    expect(check(headers)).toThrow(expect.objectContaining({ code: 'TYPE_MISMATCH', message }))
  })

  test('are never shown by what is wrong with them', () => {
    for (const headers of [{ Host: 'secret' }, { X: 'secret\n' }, { a: 'secret', A: 'secret' }]) {
      expect(check(headers)).toThrow(/^(?!.*secret)/s)
    }
  })
})

describe('a job with headers', () => {
  const seen: Route = ({ headers }, response) =>
    void response
      .writeHead(200, { 'content-type': 'text/plain' })
      .end(`${[headers['x-key'] ?? 'no key'].join()}, ${headers['user-agent']}`)

  test('shows them to the origin of each url, and to none that this leads to', async () => {
    const other = await siteOf({
      '/seen': seen,
      '/back': (_, response) => void response.writeHead(302, { location: site.url('/seen') }).end(),
    })
    const site = await siteOf({
      '/seen': seen,
      '/near': (_, response) => void response.writeHead(302, { location: '/seen' }).end(),
      '/away': (_, response) => void response.writeHead(302, { location: other.url('/seen') }).end(),
      '/round': (_, response) => void response.writeHead(302, { location: other.url('/back') }).end(),
    })
    const urls = ['/seen', '/near', '/away', '/round'].map((path) => site.url(path))
    const stage = stageOf({ crawl: { userAgent: 'me/1' } })
    const { results } = await stage.batch(urls, { headers: { 'X-Key': 'secret' } })
    expect(results.map((page) => page.document?.text)).toEqual([
      'secret, me/1',
      'secret, me/1',
      'no key, me/1',
      'no key, me/1',
    ])
  })

  test('shares no page with a job that sends others', async () => {
    const site = await siteOf({ '/seen': seen })
    const stage = stageOf()
    const text = async (headers?: Record<string, string>) =>
      (await stage.batch([site.url('/seen')], headers ? { headers } : {})).results[0]?.document?.text?.split(
        ',',
      )[0]
    expect([
      await text({ 'x-key': 'a' }),
      await text({ 'x-key': 'b' }),
      await text(),
      await text({ 'X-Key': 'a' }),
    ]).toEqual(['a', 'b', 'no key', 'a'])
    expect(site.hits('/seen')).toBe(3)
  })

  test('is refused when it is submitted', async () => {
    const work = stageOf().batch(['https://example.com/'], { headers: { 'X-Key': 'a\r\nHost: b' } })
    await expect(work).rejects.toMatchObject({ code: 'HEADER_INVALID', path: '/options/headers/X-Key' })
  })
})
