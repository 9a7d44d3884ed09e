import fc from 'fast-check'
import { type DefaultTreeAdapterTypes, defaultTreeAdapter, parse } from 'parse5'
import { describe, expect, test } from 'vitest'
import { canBeQuick, quickParse } from '../../../src/crawl/extract/quick-parse.js'
import { page, prose } from './pages.js'

/** All of a tree that can be read from it. */
function shown(document: DefaultTreeAdapterTypes.Document): string {
  return JSON.stringify(document, (key, value: unknown) => (key === 'parentNode' ? undefined : value))
}

const options = { scriptingEnabled: false }

function expectSame(html: string): void {
  expect(shown(quickParse(html, options))).toBe(shown(parse(html, options)))
}

/** Pieces that change what the tokenizer or the parser does next, and some that do nothing. */
const pieces = [
  ...['<p', '<DIV', '</p', '</DIV', '<a', '<b', '</b', '<br', '<x-é', '</', '<', '>', '/>', '/', '<!', '<?x'],
  ...[
    '<!--',
    '-->',
    '--!>',
    '<!-->',
    '-',
    '<!doctype html>',
    '<!DOCTYPE',
    '<![CDATA[',
    ']]>',
    '&',
    '&amp;',
    '&amp',
  ],
  ...['&copy', '&nope;', '&#10;', '&#x41;', '&#0;', '&notit;', ' ', '\n', '\t', '\f', '\r', '\r\n', '\n\n'],
  ...[
    'a',
    'Text',
    'two words',
    ' a=1',
    ' A="b c"',
    " d='e'",
    ' f',
    '=',
    '"',
    "'",
    '`',
    ' g = h',
    ' href="?a=1&b=2"',
  ],
  ...[
    ' type=hidden',
    '<script>',
    '</script>',
    '</SCRIPT ',
    '<style>',
    '</style>',
    '<title>',
    '</title>',
    '<textarea>',
  ],
  ...[
    '</textarea>',
    '<pre>',
    '</pre>',
    '<plaintext>',
    '<noscript>',
    '</noscript>',
    '<template>',
    '</template>',
  ],
  ...[
    '<table>',
    '<tr>',
    '<td>',
    '</table>',
    '<select>',
    '<option>',
    '</select>',
    '<frameset>',
    '<frame>',
    '</frameset>',
  ],
  ...[
    '<noframes>',
    '</noframes>',
    '<svg>',
    '</svg>',
    '<math>',
    '<mi>',
    '</math>',
    '<foreignObject>',
    '<head>',
    '</head>',
  ],
  ...[
    '<body class=a>',
    '</body>',
    '</html>',
    '<html lang="en">',
    'é',
    '\u{1F600}',
    '\uD83D',
    '\uDE00',
    '\u0001',
    '\uFEFF',
  ],
]

const tokens = fc.array(fc.oneof(fc.constantFrom(...pieces), fc.string({ maxLength: 6 })), { maxLength: 40 })

describe('a page that is read with short cuts', () => {
  test('is, with the parser that is installed', () => {
    expect(canBeQuick()).toBe(true)
  })

  test('has the tree that parse5 makes of it, whatever it is made of', () => {
    fc.assert(
      fc.property(tokens, (some) => {
        expectSame(some.join(''))
      }),
      { numRuns: 1_500 },
    )
  })

  test('has it within each kind of content', () => {
    const outer = [
      '<p>',
      '<table><tr><td>',
      '<table>',
      '<svg>',
      '<pre>',
      '<select>',
      '<frameset>',
      '<template>',
      '<script>',
    ]
    fc.assert(
      fc.property(fc.constantFrom(...outer), tokens, (start, some) => {
        expectSame(`<!doctype html><title>A</title>${start}${some.join('')}`)
      }),
      { numRuns: 1_000 },
    )
  })

  test.each([
    ['an article', page(`<p>${prose(500)}</p><img src=a.png alt="a &amp; b"><a href='/b?c=1&d=2'>b</a>`)],
    ['lines of CRLF', page('<p\r\nclass="a"\r\nid="b">one\r\ntwo\rthree</p>')],
    ['a NUL character', page('<p a\0="b\0">one \0 two</p>')],
    [
      'more than a hundred attributes',
      `<p ${Array.from({ length: 130 }, (_, i) => `a${i % 100}=${i}`).join(' ')}>`,
    ],
    ['more text than parse5 keeps at once', page('<p class="a">some &amp; words</p>'.repeat(9_000))],
    ['text in a frameset', '<frameset> a b <frame> c </frameset> d '],
  ])('has it for %s', (_, html) => {
    expectSame(html)
  })

  test('is taken apart by the adapter that is given', () => {
    const seen: string[] = []
    const treeAdapter: typeof defaultTreeAdapter = {
      ...defaultTreeAdapter,
      insertText(parent, text) {
        seen.push(text)
        defaultTreeAdapter.insertText(parent, text)
      },
    }
    quickParse('<p>one two <b>three</b>', { treeAdapter })
    expect(seen).toEqual(['one two ', 'three'])
  })
})
