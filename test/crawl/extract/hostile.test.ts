import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { extractDocument } from '../../../src/crawl/extract/extract-document.js'

const read = (html: string) => extractDocument(html, { url: 'https://example.com/' })

/** The processor time of one reading, the better of two: other tests share the machine. */
function cpuMs(html: string): number {
  const times = [0, 1].map(() => {
    const before = process.cpuUsage()
    read(html)
    return process.cpuUsage(before).user / 1_000
  })
  return Math.min(...times)
}

describe('a hostile page', () => {
  test.each([
    ['div', '<div>'],
    ['inline', '<b><i><span>'],
    ['list', '<ul><li>'],
    ['quote', '<blockquote><p>'],
    ['table', '<table><tr><td>'],
    ['link', '<a href="/x"><ins><div>'],
    ['byline', '<div class="author">'],
    ['section of suggestions', '<div><h2>Related posts</h2>'],
  ])('of 100,000 nested %s tags ends in a result', (_, tags) => {
    const depth = 100_000 / (tags.split('<').length - 1)
    const document = read(`${`${tags}x `.repeat(depth)}the end`)
    expect(document.text).toContain('the end')
  })

  test.each([
    [
      'formatting that is never closed',
      (n: number) => Array.from({ length: n }, (_, at) => `<p><b id=${at}>x</p>`).join(''),
    ],
    ['headings of suggestions', (n: number) => '<h2>Related posts</h2><p>x</p>'.repeat(n)],
    ['links after exclamation marks', (n: number) => '!<a href="/x">y</a>'.repeat(n)],
    ['lines of code', (n: number) => `<pre>${'<div>x</div>'.repeat(n)}</pre>`],
    ['cells', (n: number) => `<table>${'<tr><td>x<td>y'.repeat(n)}</table>`],
    ['words in a class', (n: number) => `<div class="${'post-nav '.repeat(n)}">x</div>`],
    ['underscores and back ticks', (n: number) => `<p>${'_`'.repeat(n)}</p>`],
  ])('of many %s takes time in proportion', (_, make) => {
    const [small, large] = [2_000, 16_000]
    cpuMs(make(small))
    // Eight times as much may take eight times as long, and some; a quadratic reading takes sixty-four times.
    expect(cpuMs(make(large))).toBeLessThan(30 * Math.max(cpuMs(make(small)), 4))
  })

  test('of one attribute of five million characters is read like any other', () => {
    const document = read(
      `<p class="${'x'.repeat(5_000_000)}"><a href="/${'x'.repeat(5_000_000)}">Short</a></p>`,
    )
    expect(document).toMatchObject({ text: 'Short', links: [] })
  })

  test('nests no more than twelve lists and quotes in its markdown', () => {
    expect(read('<blockquote>'.repeat(1_000) + 'x').markdown).toBe(`${'> '.repeat(12)}x`)
  })
})

describe('any string', () => {
  const pieces = [
    '<div>',
    '</div>',
    '<p>',
    '<b>',
    '</b>',
    '<a href="x">',
    '</a>',
    '<table>',
    '<td>',
    '</table>',
    '<svg>',
    '<math>',
    '<li>',
    '<pre>',
    '<select>',
    '<template>',
    '<h2>Share',
    '<!--',
    '<script>',
    '<frameset>',
    '\0',
    '\ud800',
    '"',
    '&',
    'x ',
  ]

  test('gives a document that is JSON', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.constantFrom(...pieces), fc.string()), { maxLength: 60 }), (parts) => {
        const document = read(parts.join(''))
        expect(JSON.parse(JSON.stringify(document))).toEqual(document)
      }),
      { numRuns: 300 },
    )
  })

  test('that is empty gives an empty document', () => {
    expect(extractDocument('')).toMatchObject({ url: null, title: null, text: '', markdown: '', links: [] })
  })

  test('may have an address that is none', () => {
    expect(extractDocument('<p>x', { url: 'not an address' })).toMatchObject({ url: null, text: 'x' })
  })
})
