import { describe, expect, test } from 'vitest'
import {
  conditionalOf,
  confirmedBy,
  isConfirmedBy,
  isFresh,
  mayBeKept,
  validityOf,
} from '../../../src/crawl/cache/freshness.js'

const at = Date.UTC(2026, 0, 1)
const day = 86_400_000
const date = (ms: number) => new Date(ms).toUTCString()
const response = (headers: Record<string, string>, tookMs = 0) => ({
  status: 200,
  headers,
  requestedAtMs: at - tookMs,
  fetchedAtMs: at,
  redirects: [],
  redirectResponses: [],
})
/** How long a response is fresh, in seconds, found by asking. */
const freshFor = (headers: Record<string, string>, ttlMs = 10 * day, tookMs = 0) => {
  const validity = validityOf(response(headers, tookMs))
  let [low, high] = [0, ttlMs / 1000 + 1]
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    if (isFresh(validity, at + middle * 1000, ttlMs)) low = middle + 1
    else high = middle
  }
  return low
}

describe('how long a page is fresh', () => {
  test.each<[string, Record<string, string>, number]>([
    ['as long as the app says where the server says nothing', {}, 864_000],
    ['max-age', { 'cache-control': 'public, max-age=60' }, 60],
    ['max-age in quotes and capitals', { 'cache-control': 'Max-Age="60"' }, 60],
    ['never longer than the app says', { 'cache-control': 'max-age=31536000, immutable' }, 864_000],
    ['the first of two max-age', { 'cache-control': 'max-age=60, max-age=5' }, 60],
    ['not at all with a max-age that is none', { 'cache-control': 'max-age=soon' }, 0],
    ['not at all with a negative max-age', { 'cache-control': 'max-age=-1' }, 0],
    ['not at all with no-cache', { 'cache-control': 'no-cache, max-age=60' }, 0],
    ['not at all with max-age=0', { 'cache-control': 'max-age=0, must-revalidate' }, 0],
    [
      'max-age, whatever s-maxage and Expires say',
      { 'cache-control': 's-maxage=9, max-age=60', expires: date(at) },
      60,
    ],
    ['as if nothing was said with s-maxage alone', { 'cache-control': 's-maxage=9' }, 864_000],
    ['private is no hindrance', { 'cache-control': 'private, max-age=60' }, 60],
    ['Expires less Date', { date: date(at), expires: date(at + 90_000) }, 90],
    ['Expires by our own clock without a Date', { expires: date(at + 90_000) }, 90],
    ['not at all when Expires is 0', { expires: '0' }, 0],
    ['not at all when Expires is past', { date: date(at), expires: date(at - day) }, 0],
    ['a tenth of the age of the page', { date: date(at), 'last-modified': date(at - day) }, 8640],
    [
      'a tenth of the age of the page by our clock when that of the server is fast',
      { date: date(at + 3650 * day), 'last-modified': date(at - day) },
      8640,
    ],
    [
      'not at all for a page that was modified later than it was sent',
      { date: date(at), 'last-modified': date(at + day) },
      0,
    ],
    ['not at all when it varies by everything', { vary: '*', 'cache-control': 'max-age=60' }, 0],
    [
      'by the header for what it varies by',
      { vary: 'accept-encoding, user-agent, cookie', 'cache-control': 'max-age=60' },
      60,
    ],
    ['less what it was on its way', { 'cache-control': 'max-age=60', age: '20' }, 40],
    ['less the first of two ages', { 'cache-control': 'max-age=60', age: '20, 30' }, 40],
    ['less what the clocks say', { 'cache-control': 'max-age=60', date: date(at - 15_000) }, 45],
    [
      'in full when the clock of the server is fast',
      { 'cache-control': 'max-age=60', date: date(at + day) },
      60,
    ],
    ['in full with an age that is none', { 'cache-control': 'max-age=60', age: 'old' }, 60],
  ])('%s', (_, headers, seconds) => {
    expect(freshFor(headers)).toBe(seconds)
  })

  test('the time of the request counts, since nobody knows when the server wrote', () => {
    expect(freshFor({ 'cache-control': 'max-age=60', age: '10' }, 10 * day, 5_000)).toBe(45)
  })
})

describe('what may be kept', () => {
  test.each<[Record<string, string>, boolean]>([
    [{}, true],
    [{ 'cache-control': 'private' }, true],
    [{ 'cache-control': 'no-cache' }, true],
    [{ 'cache-control': 'no-store' }, false],
    [{ 'cache-control': 'max-age=60 , No-Store' }, false],
    [{ 'cache-control': 'x="no-store", max-age=60' }, true],
  ])('%j: %s', (headers, may) => {
    expect(mayBeKept(response(headers))).toBe(may)
  })

  test('is no more of the headers than is needed, and no header of any length', () => {
    const { headers } = validityOf(response({ etag: '"1"', server: 'x', 'last-modified': 'x'.repeat(5000) }))
    expect(headers).toEqual({ etag: '"1"' })
  })
})

describe('asking whether a page still holds', () => {
  const url = 'https://example.com/a'
  const ask = (headers: Record<string, string>) => conditionalOf(validityOf(response(headers)), url)?.headers

  test('goes by the entity tag and the date, whichever there are', () => {
    const modified = date(at)
    expect(ask({ etag: '"1"', 'last-modified': modified })).toEqual({
      'if-none-match': '"1"',
      'if-modified-since': modified,
    })
    expect(ask({ etag: 'W/"1"' })).toEqual({ 'if-none-match': 'W/"1"' })
    expect(ask({ 'last-modified': modified })).toEqual({ 'if-modified-since': modified })
  })

  test.each([
    {},
    { etag: 'bare' },
    { etag: '"a", "b"' },
    { etag: '"a\r\nb"' },
    { 'last-modified': 'yesterday' },
  ])('is not possible by %j', (headers: Record<string, string>) => expect(ask(headers)).toBeUndefined())

  test('is answered for the version that is kept, not for another', () => {
    const kept = validityOf(response({ etag: 'W/"1"' }))
    expect(isConfirmedBy(kept, response({ etag: '"1"' }))).toBe(true)
    expect(isConfirmedBy(kept, response({}))).toBe(true)
    expect(isConfirmedBy(kept, response({ etag: '"2"' }))).toBe(false)
  })

  test('makes a page fresh again, by the headers of the answer, with an age of its own', () => {
    const kept = validityOf(response({ etag: '"1"', age: '50', 'cache-control': 'max-age=60', expires: '0' }))
    const later = {
      status: 304,
      headers: { 'cache-control': 'max-age=600' },
      requestedAtMs: at + day,
      fetchedAtMs: at + day,
      redirects: [],
      redirectResponses: [],
    }
    const fresh = confirmedBy(kept, later)
    expect(fresh).toEqual({
      confirmedAt: at + day,
      ageMs: 0,
      wayMs: null,
      headers: { etag: '"1"', 'cache-control': 'max-age=600', expires: '0' },
    })
    expect(isFresh(fresh, at + day + 599_000, 10 * day)).toBe(true)
  })
})
