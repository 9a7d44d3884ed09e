import { describe, expect, test } from 'vitest'
import { extractDocument } from '../../../src/crawl/extract/extract-document.js'

const url = 'https://example.com/dir/page'
const markdown = (html: string): string => extractDocument(html, { url }).markdown
const text = (html: string): string => extractDocument(html, { url }).text

describe('markdown', () => {
  test.each([
    ['a heading', '<h2>Big <i>tea</i></h2>', '## Big *tea*'],
    ['marks without the white space inside them', '<p>a<b> bold </b>c', 'a **bold** c'],
    ['no mark that could not close', '<p><strong>注意：</strong>これ', '注意：これ'],
    ['no mark that could not open', '<p>text<b>(a)</b> b', 'text(a) b'],
    ['no mark of several that could not close', '<p><b><i>Note:</i></b>text', 'Note:text'],
    ['a mark that ends with a sign before a blank', '<p><b>Note:</b> text', '**Note:** text'],
    [
      'a mark around a link inside a word not at all',
      '<p>a<b><a href="/x">b</a></b>',
      'a[b](https://example.com/x)',
    ],
    ['neighbours of the same mark as one', '<p><b>one</b><b>two</b> x', '**onetwo** x'],
    ['neighbours of the same two marks as one', '<p><b><i>a</i></b><b><i>b</i></b>', '***ab***'],
    [
      'neighbours of the same mark, one of them within another, as two',
      '<p><b>a.</b><s><b>b</b></s>',
      'a.~~**b**~~',
    ],
    ['neighbours of other marks apart', '<p><b>one</b><i>two</i>', '**one***two*'],
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
    [
      'a list beside its item as a list in it',
      '<ul><li>a</li><ul><li>b</li></ul><li>c</li></ul>',
      '- a\n  - b\n- c',
    ],
    [
      'a numbered list in a list that could not follow a line at once',
      '<ul><li>a<ol start=3><li>b<li>c</ol><li>d</ul>',
      '- a\n\n  3. b\n  4. c\n- d',
    ],
    ['the number of an item', '<ol><li value=4>a<li>b</ol>', '4. a\n5. b'],
    ['a picture without a word on it', '<p>a <img src="i.png"> b', 'a ![](https://example.com/dir/i.png) b'],
    ['no picture that is decoration', '<p>a <img src="i.png" alt=""> b', 'a b'],
    ['no picture of one pixel', '<p>a <img src="i.png" width="1"> b', 'a b'],
    ['a picture of AMP', '<p><amp-img src="i.png" alt="a"></amp-img>', '![a](https://example.com/dir/i.png)'],
    [
      'the picture for browsers without scripts',
      '<p>a <img alt="x" class="lazy" src="data:,"><noscript><img src="i.png"></noscript> b',
      'a ![x](https://example.com/dir/i.png) b',
    ],
    [
      'words apart that a picture parts',
      '<p>a<img src="i.png" alt="">b<img src="i.png" alt="">, c',
      'a b, c',
    ],
    ['a numbered list in a list', '<ul><li>a<ol><li>b<li>c</ol></ul>', '- a\n  1. b\n  2. c'],
    ['code in a list item', '<ol><li>a<pre>b\nc</pre></ol>', '1. a\n\n   ```\n   b\n   c\n   ```'],
    ['tasks', '<ul><li><input type=checkbox checked>a<li><input type=checkbox> b</ul>', '- [x] a\n- [ ] b'],
    ['code that holds back ticks', '<p><code>a `b` c</code>', '``a `b` c``'],
    ['code that begins with a back tick', '<p><code>`a</code>', '`` `a ``'],
    ['highlighted code in a line without gaps', '<p><code><span>a</span><span>.b</span></code>', '`a.b`'],
    ['two line breaks as a new paragraph', '<p>one<br><br>two<br>three', 'one\n\ntwo\\\nthree'],
    ['a quotation in a line', '<p>He said <q>yes</q>.', 'He said “yes”.'],
    [
      'code with the language of the box around it',
      '<div class="highlight-python notranslate"><div class="highlight"><pre>a</pre></div></div>',
      '```python\na\n```',
    ],
    [
      'code without what is no language',
      '<div class="highlight default notranslate"><pre class="hljs">a</pre></div>',
      '```\na\n```',
    ],
    [
      'the caption of a table before it',
      '<table><caption>Teas</caption><tr><th>a<th>b<tr><td>1<td>2</table>',
      'Teas\n\n| a | b |\n| --- | --- |\n| 1 | 2 |',
    ],
    [
      'a table with cells that reach over others',
      '<table><tr><th colspan=2>a<th>b<tr><td rowspan=2>1<td>2<td>3<tr><td>4<td>5</table>',
      '| a |  | b |\n| --- | --- | --- |\n| 1 | 2 | 3 |\n|  | 4 | 5 |',
    ],
    [
      'a table whose head is shorter than its rows',
      '<table><tr><th>a<tr><td>1<td>2</table>',
      '| a |  |\n| --- | --- |\n| 1 | 2 |',
    ],
    [
      'a bar within the code of a cell',
      '<table><tr><th>a<th>b<tr><td><code>x|y</code><td>2</table>',
      '| a | b |\n| --- | --- |\n| `x\\|y` | 2 |',
    ],
    [
      'footnotes',
      '<p>Tea<sup><a href="#fn1" id="fnref1">1</a></sup> is hot.</p><ol><li id="fn1"><p>Mostly. <a href="#fnref1">↩</a></p></li></ol>',
      'Tea[^1] is hot.\n\n[^1]: Mostly.',
    ],
    [
      'footnotes as Wikipedia has them',
      '<p>Tea<sup><a href="#cite_note-a-2"><span>[</span>2<span>]</span></a></sup>.</p><ol><li id="cite_note-a-2"><a href="#cite_ref-a-2">^</a> A book</li></ol>',
      'Tea[^2].\n\n[^2]: A book',
    ],
    [
      'a picture that scripts put in',
      '<p><img src="data:image/gif;base64,R0" data-src="/i.png" alt="a">',
      '![a](https://example.com/i.png)',
    ],
    [
      'the largest of several pictures',
      '<p><picture><source srcset="/s.png 300w, /l.png 900w"><img alt="a"></picture>',
      '![a](https://example.com/l.png)',
    ],
    [
      'a picture that a caption describes',
      '<figure><img src="/i.png" alt=""><figcaption>A cat</figcaption></figure>',
      '![](https://example.com/i.png)\n\nA cat',
    ],
    ['no picture that is decoration', '<p>a<img src="/i.png" alt="">', 'a'],
    ['terms', '<dl><dt>a</dt><dd>b</dd></dl>', 'a\n\n- b'],
    [
      'no picture of a link after an exclamation mark',
      '<p>Go!<a href="/x">x</a>',
      'Go! [x](https://example.com/x)',
    ],
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
  test.each([
    [
      'has a line for each block and none of the marks',
      '<h1>Tea</h1><p>Steep <b>three</b> minutes.</p><ul><li>one<li>two</ul>',
      'Tea\n\nSteep three minutes.\n\none\ntwo',
    ],
    ['parts boxes that stand side by side', '<p><span>Price</span><span>9</span>', 'Price 9'],
    [
      'holds what comes after empty elements in the line',
      '<p>One <a name="x"></a>two <b></b>three<span></span> four <i class="icon"></i>five <img> six<wbr>teen',
      'One two three four five sixteen',
    ],
    ['joins what is only marked', '<p>H<sub>2</sub>O and <b>f</b>ont', 'H2O and font'],
    [
      'leaves out controls, but for those that unfold a section',
      '<p>a</p><button>Buy</button><h2><button>Details</button></h2>',
      'a\n\nDetails',
    ],
  ])('%s', (_, html, expected) => {
    expect(text(html)).toBe(expected)
  })
})
