import { describe, expect, test } from 'vitest'
import { extractDocument } from '../../../src/crawl/extract/extract-document.js'
import { page, prose } from './pages.js'

const textOf = (html: string): string => extractDocument(page(html)).text

describe('the label of a control', () => {
  test.each([
    'Read more »',
    'Add to cart',
    'COMPARE',
    'Weiterlesen …',
    'Lire la suite',
    'Leer más',
    'Подробнее',
    '続きを読む',
    '자세히 보기',
    'اقرأ المزيد',
    '12 comments',
    '1.204 Ergebnisse',
    '5 min read',
    'Sort by: Best match',
    'Showing 30 results per page',
  ])('is left out: %s', (label) => {
    const { text, markdown } = extractDocument(
      page(`<div><p>One kettle</p><div><a href="/1">${label}</a></div><p>Two kettles</p></div>`),
    )
    expect(text).toBe('One kettle\n\nTwo kettles')
    expect(markdown).toBe('One kettle\n\nTwo kettles')
  })

  test.each([
    ['a heading', '<h2>Compare</h2>', 'Compare'],
    ['a step of a list with numbers', '<ol><li>Sign in</li><li>Print</li></ol>', 'Sign in\nPrint'],
    ['a term', '<dl><dt>Print</dt><dd>Puts it on paper</dd></dl>', 'Print\n\nPuts it on paper'],
    ['a part of a sentence', '<p>Read more of the kettle</p>', 'Read more of the kettle'],
    ['code', '<pre>filter</pre>', 'filter'],
    ['a cell', '<table><tr><th>Action<th>Key<tr><td>Print<td>P</table>', 'Action | Key\nPrint | P'],
  ])('is kept as %s', (_, html, expected) => {
    expect(textOf(html)).toBe(expected)
  })

  test('keeps its link among those of the page', () => {
    const { links } = extractDocument(page('<div><a href="https://example.com/1">Read more</a></div>'))
    expect(links.map(({ url }) => url)).toEqual(['https://example.com/1'])
  })
})

describe('a line that repeats the one before it', () => {
  test('is read once', () => {
    expect(textOf('<div><div>Big kettle</div><a href="/1"><div>Big kettle</div></a></div>')).toBe(
      'Big kettle',
    )
  })

  test.each([
    ['a figure', '<div>100.5</div><div>100.5</div>', '100.5\n\n100.5'],
    ['a paragraph, as in a song', '<p>La la la</p><p>La la la</p>', 'La la la\n\nLa la la'],
    ['a heading after its label', '<div>Big kettle</div><h2>Big kettle</h2>', 'Big kettle\n\nBig kettle'],
    [
      'what a table parts',
      '<div>Kettles</div><table><tr><td>a<td>b<tr><td>1<td>2</table><div>Kettles</div>',
      'Kettles\n\na | b\n1 | 2\n\nKettles',
    ],
  ])('is kept where it is %s', (_, html, expected) => {
    expect(textOf(html)).toBe(expected)
  })
})

describe('what is no text of the page', () => {
  test.each([
    ['data for scripts', '<div>{"price": 15.49, "offers": [{"id": 1}]}</div>'],
    ['a place that a template left empty', '<div>{{ kettle.errors[117].message }}</div>'],
    ['the mark that gives the address of a heading', '<div><a href="#tea">¶</a></div>'],
    ['a way past the menu', '<div><a href="#main">Skip to main content</a></div>'],
    ['a way past the menu in German', '<div><a href="#main">Zum Inhalt springen</a></div>'],
    ['a button in a list', '<ul><li><button>Pick this kettle</button></li></ul>'],
    ['the title of a drawing that stands in the body', '<div><title>Drawing</title></div>'],
  ])('is left out: %s', (_, html) => {
    expect(textOf(`<p>Tea</p>${html}`)).toBe('Tea')
  })

  test.each([
    ['data shown as code', '<p><code>{"a": 1}</code></p>', '{"a": 1}'],
    ['a note in brackets', '<p>[{so it was said}]</p>', '[{so it was said}]'],
    ['a link to a part', '<p><a href="#tea">Tea</a></p>', 'Tea'],
    ['a button that unfolds', '<ul><li><button aria-expanded="false">Sizes</button></li></ul>', 'Sizes'],
  ])('is not %s', (_, html, expected) => {
    expect(textOf(html)).toBe(expected)
  })

  test('is not what a click unfolds', () => {
    const text = textOf(
      `<p>${prose(60)}</p><details><summary>Sizes</summary><div aria-hidden="true">Two litres</div></details>
       <div role="tabpanel" hidden>Three litres</div>`,
    )
    expect(text).toMatch(/Two litres[^]*Three litres/)
  })
})
