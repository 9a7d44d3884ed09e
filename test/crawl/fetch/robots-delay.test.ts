import { describe, expect, test } from 'vitest'
import { robotsAllows, robotsCrawlDelay, robotsSitemaps } from '../../../src/crawl/fetch/robots.js'

describe('robotsCrawlDelay', () => {
  test.each([
    ['User-agent: *\nCrawl-delay: 10', 10],
    ['User-agent: *\nCrawl-delay: 0.5', 0.5],
    ['User-agent: *\nCrawl-delay: .25', 0.25],
    ['User-agent: *\nCrawl-delay: 2.', 2],
    ['User-agent: *\ncrawl-DELAY : 3 # seconds', 3],
    ['User-agent: *\nCrawl delay 4', 4],
    ['User-agent: *\nCrawl-delay: 0', 0],
    ['User-agent: *\nDisallow: /x\nCrawl-delay: 7\nAllow: /', 7],
  ])('reads %j', (text, seconds) => {
    expect(robotsCrawlDelay(text, 'FooBot/1.0')).toBe(seconds)
  })

  test.each([
    '',
    'Crawl-delay: 10',
    'User-agent: BarBot\nCrawl-delay: 10',
    'User-agent: *\nCrawl-delay: -1',
    'User-agent: *\nCrawl-delay: 1e3',
    'User-agent: *\nCrawl-delay: ten',
    'User-agent: *\nCrawl-delay: 10s',
    'User-agent: *\nCrawl-delay:',
    'User-agent: FooBot\nDisallow: /x\n\nUser-agent: *\nCrawl-delay: 10',
  ])('finds none in %j', (text) => {
    expect(robotsCrawlDelay(text, 'FooBot/1.0')).toBeUndefined()
  })

  test('takes the group of the crawler before that of all, and the longest of several', () => {
    const text =
      'User-agent: *\nCrawl-delay: 30\n\nUser-agent: foobot\nCrawl-delay: 1\n\nUser-agent: FooBot\nCrawl-delay: 2'
    expect([robotsCrawlDelay(text, 'FooBot/2'), robotsCrawlDelay(text, 'Other')]).toEqual([2, 30])
  })

  test("is that of the name behind a browser's", () => {
    const text = 'User-agent: *\nCrawl-delay: 30\n\nUser-agent: foobot\nCrawl-delay: 1'
    expect(robotsCrawlDelay(text, 'Mozilla/5.0 (compatible; FooBot/2; +https://a.test/)')).toBe(1)
  })

  test('does not part the names of a group', () => {
    const text = 'User-agent: FooBot\nCrawl-delay: 5\nUser-agent: BarBot\nDisallow: /x'
    expect([robotsAllows(text, 'FooBot', '/x'), robotsAllows(text, 'BarBot', '/x')]).toEqual([false, false])
  })
})

describe('robotsSitemaps', () => {
  test('are those of any place in the file, each once, in their order', () => {
    const text = [
      'Sitemap: https://a.test/one.xml',
      'User-agent: FooBot',
      'sitemap: https://a.test/two.xml # the second',
      'Disallow: /',
      'SITEMAP : HTTPS://a.test/one.xml',
      'Sitemap: http://b.test/three.xml.gz',
    ].join('\n')
    expect(robotsSitemaps(text)).toEqual([
      'https://a.test/one.xml',
      'https://a.test/two.xml',
      'http://b.test/three.xml.gz',
    ])
    expect(robotsAllows(text, 'FooBot', '/x')).toBe(false)
  })

  test('are whole http urls', () => {
    const text =
      'Sitemap: /sitemap.xml\nSitemap: ftp://a.test/s.xml\nSitemap: http://\nSitemap:\nSitemap: javascript:1'
    expect(robotsSitemaps(text)).toEqual([])
  })

  test('are a thousand at most', () => {
    const text = Array.from({ length: 5000 }, (_, i) => `Sitemap: http://a.test/${i}`).join('\n')
    expect(robotsSitemaps(text)).toHaveLength(1000)
  })
})
