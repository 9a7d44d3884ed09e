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
    ['letters', 'x'.repeat(3_900)],
    ['signs that markdown escapes', '('.repeat(3_900)],
    ['signs that an address encodes', '中'.repeat(3_900)],
  ])('whose long base of %s would stand in each link comes to no more than its own size', (_, path) => {
    const links = Array.from({ length: 12_000 }, (__, i) => `<a href="${i}">a</a>`).join(' ')
    const html = `<base href="https://example.com/${path}/"><p>${links}</p>`
    const { markdown, links: found } = read(html)
    const bytes = markdown.length + found.reduce((sum, { url }) => sum + url.length, 0)
    expect(bytes).toBeLessThan(6_000_000 + 20 * html.length)
  })

  test('with a headline of blanks is read as quickly as any', () => {
    const ofBlanks = (n: number): string =>
      `<script type="application/ld+json">${JSON.stringify({ '@type': 'Article', headline: `a${' '.repeat(n)}b` })}</script><p>Text</p>`
    expect(cpuMs(ofBlanks(99_000))).toBeLessThan(2_000)
  })

  test.each([
    ['div', '<div>'],
    ['inline', '<b><i><span>'],
    ['list', '<ul><li>'],
    ['quote', '<blockquote><p>'],
    ['table', '<table><tr><td>'],
    ['link', '<a href="/x"><ins><div>'],
    ['byline', '<div class="author">'],
    ['heading', '<div><h2>Part</h2>'],
    ['item', '<div itemscope itemprop="author">'],
    ['property', '<div itemprop="author">'],
    ['labelled', '<p>By '],
    ['footnote', '<sup><a href="#fn1">1</a></sup><li id="fn1">'],
    ['list within a list', '<ul><ol>'],
    ['figure', '<figure><img src="/x.png">'],
    ['legal', '<div><a href="/terms">x</a><a href="/privacy">y</a>'],
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
    [
      'headings of suggestions behind as many empty boxes',
      (n: number) => `${'<div></div>'.repeat(n)}${'<h2>Related posts</h2>'.repeat(n)}<p>x</p>`,
    ],
    [
      'quotes of what was said',
      (n: number) => '<p>Tea is made of water.</p><blockquote><p>Tea is made of water.</p>'.repeat(n / 4),
    ],
    ['links to a place on the page', (n: number) => '<a href="#x">#</a>y'.repeat(n)],
    ['places that a template left empty', (n: number) => '<p>{{ title }}</p>'.repeat(n)],
    ['links after exclamation marks', (n: number) => '!<a href="/x">y</a>'.repeat(n)],
    ['lines of code', (n: number) => `<pre>${'<div>x</div>'.repeat(n)}</pre>`],
    ['cells', (n: number) => `<table>${'<tr><td>x<td>y'.repeat(n)}</table>`],
    ['words in a class', (n: number) => `<div class="${'post-nav '.repeat(n)}">x</div>`],
    ['links that are never closed', (n: number) => '<a href="/x">y'.repeat(n)],
    ['tables that are never closed', (n: number) => '<table>x'.repeat(n)],
    [
      'cells that reach over all others',
      (n: number) => `<table>${'<tr><td colspan=1000 rowspan=1000>x<td>y'.repeat(n)}</table>`,
    ],
    [
      'footnotes',
      (n: number) =>
        Array.from({ length: n }, (_, at) => `<a href="#fn${at}">${at}</a><li id="fn${at}">x`).join(''),
    ],
    ['equal paragraphs', (n: number) => `<div><p>${'word '.repeat(60)}</p><p>x</p></div>`.repeat(n / 20)],
    ['attributes', (n: number) => `<p ${Array.from({ length: n }, (_, at) => `a${at}=b`).join(' ')}>x`],
    ['line breaks', (n: number) => `<p>${'x<br><br>'.repeat(n)}`],
    ['candidates of a picture', (n: number) => `<figure><img srcset="${'/a.png 1x, '.repeat(n)}"></figure>`],
    ['bylines', (n: number) => `<h1>x</h1>${'<p class="byline">By Ada Lovelace</p>'.repeat(n)}`],
    ['words that begin bylines', (n: number) => `<h1>x</h1>${'<span>By</span>'.repeat(n)}`],
    [
      'items of microdata',
      (n: number) =>
        '<div itemscope itemtype="https://schema.org/Article"><b itemprop="author">x</b></div>'.repeat(n),
    ],
    [
      'properties of one item',
      (n: number) => `<div itemscope>${'<i itemprop="author">x</i>'.repeat(n)}</div>`,
    ],
    [
      'authors to be looked up',
      (n: number) =>
        `<script type="application/ld+json">${JSON.stringify(Array.from({ length: n / 4 }, (_, at) => ({ '@type': 'Article', author: { '@id': `#${at}` } })))}</script>`,
    ],
    ['partings of a title', (n: number) => `<title>${'a - '.repeat(n)}</title><h1>x</h1>`],
    [
      'links to the terms of a site',
      (n: number) => '<div><a href="/terms">x</a><a href="/privacy">y</a></div>'.repeat(n),
    ],
    [
      'lists of contents',
      (n: number) => `<h1>x</h1>${'<div></div><div class="toc"><a href="/x">y</a></div>'.repeat(n)}`,
    ],
    [
      'pieces before the title of a product',
      (n: number) => `<meta property="og:type" content="product">${'<div><p>x</p>'.repeat(n / 8)}<h1>y</h1>`,
    ],
    ['underscores and back ticks', (n: number) => `<p>${'_`'.repeat(n)}</p>`],
  ])('of many %s takes time in proportion', (_, make) => {
    const [small, large] = [make(2_000), make(16_000)]
    cpuMs(small)
    // Eight times as much may take eight times as long, and some; a quadratic reading takes sixty-four times. A machine that
    // others use may slow down one of the two alone, but hardly each time.
    const growths: number[] = []
    do growths.push(cpuMs(large) / Math.max(cpuMs(small), 4))
    while (Math.min(...growths) >= 30 && growths.length < 5)
    expect(Math.min(...growths)).toBeLessThan(30)
  })

  test('of 20,000 empty headings within each other takes little more than as many other boxes', () => {
    const nested = (tag: string): string => `${`<${tag}><div>`.repeat(20_000)}<p>x`
    expect(cpuMs(nested('h1'))).toBeLessThan(4 * cpuMs(nested('section')))
  })

  test('of one attribute of five million characters is read like any other', () => {
    const document = read(
      `<p class="${'x'.repeat(5_000_000)}"><a href="/${'x'.repeat(5_000_000)}">Short</a></p>`,
    )
    expect(document).toMatchObject({ text: 'Short', links: [] })
  })

  test.each([
    ['sections of suggestions', '<div><h2>Related posts</h2>x '],
    ['lists of contents', '<div class="toc"><h2>Part</h2>x '],
  ])('of 50,000 nested %s ends in a result', (_, tags) => {
    expect(read(tags.repeat(50_000)).text).toContain('x')
  })

  test('of one line of ten million characters is read whole', () => {
    expect(read(`<p>${'word '.repeat(2_000_000)}the end`).text.length).toBe(10_000_007)
  })

  test('of 100,000 attributes on one tag is read like any other', () => {
    const attributes = Array.from({ length: 100_000 }, (_, at) => `data-a${at}="x"`).join(' ')
    expect(read(`<p ${attributes}>Short</p>`).text).toBe('Short')
  })

  test.each(['<a href="/x">', '<table>', '<a name=x><table>', '<p><b><a>'])(
    'of 100,000 unclosed %s ends in a result',
    (tags) => {
      expect(read(`${tags}x`.repeat(100_000)).text).toContain('x')
    },
  )

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
