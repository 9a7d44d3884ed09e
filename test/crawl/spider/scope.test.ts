import { describe, expect, test } from 'vitest'
import { scopeOf } from '../../../src/crawl/spider/scope.js'
import { type SpiderScope, spiderSettingsOf } from '../../../src/crawl/spider/spider-request.js'

function takes(start: string, url: string, options: Record<string, unknown> = {}): boolean {
  return scopeOf(spiderSettingsOf(options, { maxSpiderPages: 100 }), [new URL(start)]).takes(new URL(url))
}

describe('the scope of a spider', () => {
  test.each<[SpiderScope, string, boolean]>([
    ['host', 'http://example.com/other', true],
    ['host', 'https://www.example.com/', true],
    ['host', 'http://docs.example.com/', false],
    ['host', 'http://example.com:8080/', false],
    ['host', 'http://notexample.com/', false],
    ['domain', 'http://docs.example.com/', true],
    ['domain', 'http://notexample.com/', false],
    ['domain', 'http://example.com.evil.org/', false],
    ['path', 'http://example.com/docs/b', true],
    ['path', 'http://example.com/docs/', true],
    ['path', 'http://example.com/docsother/', false],
    ['path', 'http://example.com/', false],
    ['path', 'http://example.com/docs/../secret', false],
    ['any', 'http://elsewhere.org/', true],
  ])('%s: %s is %s', (spiderScope, url, isTaken) => {
    expect(takes('http://example.com/docs/a', url, { spiderScope })).toBe(isTaken)
  })

  test('domain: nothing lies below an address', () => {
    expect(takes('http://10.0.0.1/', 'http://1.10.0.0.1.example.com/', { spiderScope: 'domain' })).toBe(false)
    expect(takes('http://0.0.1/', 'http://10.0.0.1/', { spiderScope: 'domain' })).toBe(false)
  })

  test('is narrowed by patterns: one that fits, and none that excludes', () => {
    const options = { spiderInclude: ['/docs/*', 'http://example.com/api*'], spiderExclude: ['*?print=1'] }
    const start = 'http://example.com/'
    expect(takes(start, 'http://example.com/docs/x', options)).toBe(true)
    expect(takes(start, 'http://example.com/api?x', options)).toBe(true)
    expect(takes(start, 'http://example.com/blog', options)).toBe(false)
    expect(takes(start, 'http://example.com/docs/x?print=1', options)).toBe(false)
    expect(takes(start, 'http://elsewhere.org/docs/x', options)).toBe(false)
  })
})
