import { describe, expect, test } from 'vitest'
import { extractDocument } from '../../../src/crawl/extract/extract-document.js'

const url = 'https://example.com/dir/page'
const markdown = (html: string): string => extractDocument(html, { url }).markdown
const text = (html: string): string => extractDocument(html, { url }).text

describe('markdown', () => {
  test.each([
    ['a heading', '<h2>Big <i>tea</i></h2>', '## Big *tea*'],
    ['marks without the white space inside them', '<p>a<b> bold </b>c', 'a **bold** c'],
    ['a mark inside itself once', '<p><b>a <strong>b</strong> c</b>', '**a b c**'],
    ['code in a line', '<p>call <code>f(*x)</code> now', 'call `f(*x)` now'],
    [
      'a link made absolute',
      '<p>see <a href="../x?a=1#b">here</a>',
      'see [here](https://example.com/x?a=1#b)',
    ],
    ['a link around a heading', '<a href="/x"><h3>Card</h3></a>', '### [Card](https://example.com/x)'],
    ['a picture', '<p><img src="i.png" alt="a [cat]">', '![a \\[cat\\]](https://example.com/dir/i.png)'],
    ['a hard break', '<p>one<br>two', 'one\\\ntwo'],
    ['a rule', '<p>a<hr><p>b', 'a\n\n---\n\nb'],
    ['a list in a list', '<ul><li>a<ul><li>b</ul><li>c</ul>', '- a\n  - b\n- c'],
    ['a numbered list from where it starts', '<ol start=3><li>a<li>b</ol>', '3. a\n4. b'],
    ['a quote of two paragraphs', '<blockquote><p>a<p>b</blockquote>', '> a\n>\n> b'],
    ['a list item of two paragraphs', '<ul><li><p>a</p><p>b</p></li></ul>', '- a\n\n  b'],
    [
      'code with its language',
      '<pre><code class="language-ts">let a = 1\n\nlet b</code></pre>',
      '```ts\nlet a = 1\n\nlet b\n```',
    ],
    ['code that holds a fence', '<pre>```\nx</pre>', '````\n```\nx\n````'],
    ['code in a quote', '<blockquote><pre>a\nb</pre></blockquote>', '> ```\n> a\n> b\n> ```'],
    ['a table', '<table><tr><th>a<th>b<tr><td>1|2<td>3</table>', '| a | b |\n| --- | --- |\n| 1\\|2 | 3 |'],
    [
      'a table that lays out a page as its blocks',
      '<table><tr><td><h2>a</h2><td>b<tr><td>c<td>d</table>',
      '## a\n\nb\n\nc\n\nd',
    ],
    [
      'a table in which one cell holds the page as blocks',
      `<table><tr><td>Menu<td>${'word '.repeat(300)}<tr><td>a<td>b</table>`,
      `Menu\n\n${'word '.repeat(300).trim()}`,
    ],
    ['terms', '<dl><dt>a</dt><dd>b</dd></dl>', 'a\n\n- b'],
  ])('writes %s', (_, html, expected) => {
    expect(markdown(html)).toBe(expected)
  })

  test.each([
    ['*a* _b_ [c] `d` <e> ~f~', '\\*a\\* \\_b\\_ \\[c\\] \\`d\\` \\<e> \\~f\\~'],
    ['snake_case stays', 'snake_case stays'],
    ['# no heading', '\\# no heading'],
    ['- no list', '\\- no list'],
    ['1. no list', '1\\. no list'],
    ['&amp;lt; no entity', '\\&lt; no entity'],
  ])('shows %s as it stands', (shown, expected) => {
    const html = `<p>${shown.replaceAll('<', '&lt;')}</p>`
    expect(markdown(html)).toBe(expected)
  })

  test('makes no picture of a link after an exclamation mark', () => {
    expect(markdown('<p>Go!<a href="/x">x</a>')).toBe('Go! [x](https://example.com/x)')
  })

  test.each([
    'javascript:alert(1)',
    ' JavaScript:alert(1)',
    'java\nscript:alert(1)',
    'data:text/html,x',
    'vbscript:x',
    'file:///etc/passwd',
  ])('makes no link of %s', (href) => {
    const document = extractDocument(`<p><a href="${href}">x</a> <img src="${href}" alt="y">`, { url })
    expect(document.markdown).toBe('x')
    expect(document.links).toEqual([])
  })

  test('ends no link early, whatever is in the address', () => {
    expect(markdown('<p><a href="/a(b)c`d\\e|f<g>?h)i">x</a>')).toMatch(
      /^\[x\]\(https:\/\/example\.com\/[^()`\\|<>\s]*\)$/,
    )
  })
})

describe('plain text', () => {
  test('has a line for each block and none of the marks', () => {
    expect(text('<h1>Tea</h1><p>Steep <b>three</b> minutes.</p><ul><li>one<li>two</ul>')).toBe(
      'Tea\n\nSteep three minutes.\n\none\ntwo',
    )
  })

  test('parts boxes that stand side by side', () => {
    expect(text('<p><span>Price</span><span>9</span>')).toBe('Price 9')
  })

  test('joins what is only marked', () => {
    expect(text('<p>H<sub>2</sub>O and <b>f</b>ont')).toBe('H2O and font')
  })

  test('leaves out controls, but for those that unfold a section', () => {
    expect(text('<p>a</p><button>Buy</button><h2><button>Details</button></h2>')).toBe('a\n\nDetails')
  })
})
