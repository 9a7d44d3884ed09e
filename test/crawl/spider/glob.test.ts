import { expect, test } from 'vitest'
import { fitsGlob } from '../../../src/crawl/spider/glob.js'

test.each([
  ['/docs/*', '/docs/a/b?c', true],
  ['/docs/*', '/doc', false],
  ['*', '', true],
  ['/a', '/a', true],
  ['/a', '/ab', false],
  ['*.pdf', '/x/y.pdf', true],
  ['*.pdf', '/x/y.pdf?z', false],
  ['/*/edit/*', '/wiki/edit/1', true],
  ['/*/edit/*', '/edit/1', false],
  ['/a*a', '/a', false],
  ['/a*a', '/aa', true],
  ['/**/b', '/a/b', true],
  ['http://*.example.com/*', 'http://www.example.com/x', true],
  ['/a.c', '/abc', false],
  ['/(a+)+$', '/aaaa', false],
])('the pattern %s and the text %s: %s', (pattern, text, fits) => {
  expect(fitsGlob(pattern, text)).toBe(fits)
})

test('a pattern of many stars is as fast as any', () => {
  const pattern = `/${'*a'.repeat(240)}*b`
  const text = `/${'a'.repeat(8000)}`
  const start = process.cpuUsage()
  for (let n = 0; n < 100; n++) expect(fitsGlob(pattern, text)).toBe(false)
  const { user } = process.cpuUsage(start)
  expect(user / 1000).toBeLessThan(1000)
})
