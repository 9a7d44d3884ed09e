import { createSecureServer } from 'node:http2'
import { describe, expect, test } from 'vitest'
import { robotsTagSaysNofollow, wordsSayNofollow } from '../../../src/crawl/fetch/robots-tag.js'
import { get, openDispatcher } from './fetching.js'
import { listen, startSite } from './local-site.js'
import { selfSigned } from './self-signed.js'

const agent = 'MyBot/1.0 (+https://my.site/bot)'

describe('an X-Robots-Tag', () => {
  test.each<[string | undefined, boolean]>([
    [undefined, false],
    ['', false],
    ['all', false],
    ['noindex', false],
    ['noindex, follow', false],
    ['nofollow', true],
    ['NoFollow', true],
    ['none', true],
    ['noindex,nofollow', true],
    ['noindex nofollow', true],
    ['nofollow-links', false],
    ['follow, nofollow', true],
  ])('asks all crawlers: %j', (tag, expected) => {
    expect(robotsTagSaysNofollow(tag, agent)).toBe(expected)
  })

  test.each<[string, boolean]>([
    ['mybot: nofollow', true],
    ['MyBot:noindex,nofollow', true],
    ['mybot : none', true],
    ['*: nofollow', true],
    ['googlebot: nofollow', false],
    ['googlebot: noindex, nofollow', false],
    ['mybotnews: nofollow', false],
    ['nofollow, googlebot: noindex', true],
    ['googlebot: nofollow, mybot: noindex', false],
    ['googlebot: noindex, mybot: noindex, nofollow', true],
    ['360spider: nofollow', false],
    // What is asked of all is not taken back for one.
    ['nofollow, mybot: follow', true],
  ])('asks whom it names: %j', (tag, expected) => {
    expect(robotsTagSaysNofollow(tag, agent)).toBe(expected)
    expect(robotsTagSaysNofollow(tag, '')).toBe(expected && /(?:^|\*: )nofollow/.test(tag))
  })

  test('knows a crawler by the name that it has behind that of a browser', () => {
    const behind = 'Mozilla/5.0 (compatible; MyBot/1.0; +https://my.site/bot)'
    expect(robotsTagSaysNofollow('mybot: nofollow', behind)).toBe(true)
    expect(robotsTagSaysNofollow('mozilla: nofollow', behind)).toBe(false)
  })

  test.each<[string, boolean]>([
    ['max-image-preview: none', false],
    ['max-image-preview : none, max-snippet:-1', false],
    ['max-image-preview: none, nofollow', true],
    ['max-snippet: 20 nofollow', true],
    ['max-snippet:, nofollow', true],
    ['googlebot: max-image-preview: none, nofollow', false],
    ['unavailable_after: 25 Jun 2010 15:00:00 PST', false],
    ['unavailable_after: 25 Jun 2010 15:00:00 PST, nofollow', true],
    ['googlebot: unavailable_after: Friday, 25-Jun-10 15:00:00 GMT, nofollow', false],
    ['unavailable_after: Fri, 15:00:00 25 Jun 2010, nofollow', true],
    ['unavailable_after: 2010-06-25T15:00:00Z, none', true],
  ])('has values that are no directives: %j', (tag, expected) => {
    expect(robotsTagSaysNofollow(tag, agent)).toBe(expected)
  })

  test.each(['a', 'a ', ' ', ':', ',', 'a:', 'a,', 'nofollow', '\t:'])(
    'as long as headers may be holds nobody up: %j',
    (piece) => {
      const tag = piece.repeat(64_000 / piece.length)
      const before = performance.now()
      robotsTagSaysNofollow(tag, agent)
      expect(performance.now() - before).toBeLessThan(500)
    },
  )

  const lines = [
    'googlebot: noindex',
    'noarchive, otherbot: noindex',
    'unavailable_after: 25 Jun 2010 15:00:00 PST',
  ]

  test.each<[readonly string[], boolean]>([
    [lines, false],
    [[...lines, 'nofollow'], true],
    [[...lines, 'googlebot: nofollow'], false],
    [['otherbot: noindex', 'mybot: nofollow'], true],
    [['mybot: noindex', 'otherbot: nofollow'], false],
  ])('may have several lines, each of them for itself: %j', async (tags, expected) => {
    const site = await startSite((_, response) => void response.setHeader('X-Robots-Tag', tags).end('page'))
    const { headers } = await get(site.origin)
    expect(robotsTagSaysNofollow(headers['x-robots-tag'], agent)).toBe(expected)
  })

  test('comes over HTTP/2 too', async () => {
    const { cert, key } = selfSigned(Date.now())
    const server = createSecureServer({ cert, key }, (_, response) => {
      response.setHeader('x-robots-tag', ['noindex', 'mybot: nofollow'])
      response.end('page')
    })
    const { port } = await listen(server)
    const dispatcher = openDispatcher({ http2: true, ca: cert })
    const { headers } = await get(`https://localhost:${port}/`, { dispatcher })
    expect(robotsTagSaysNofollow(headers['x-robots-tag'], agent)).toBe(true)
    expect(robotsTagSaysNofollow(headers['x-robots-tag'], 'yourbot')).toBe(false)
  })
})

test.each<[string, boolean]>([
  ['noindex,NOFOLLOW', true],
  ['none', true],
  ['noopener nofollow', true],
  ['index, follow, max-image-preview: none', false],
  ['index, follow, max-image-preview:large, max-snippet:-1', false],
])('the words of a page are read as those of a header: %j', (words, expected) => {
  expect(wordsSayNofollow(words)).toBe(expected)
})
