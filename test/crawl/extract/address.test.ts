import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { absolute, addressResolver } from '../../../src/crawl/extract/address.js'

const bases = [
  'https://example.com/',
  'https://example.com/a/b?c=d',
  'http://user:word@example.com:8080/a',
  'https://[::1]:444/x/y/',
]

const pieces = [
  ...[
    '/',
    '//',
    '/a',
    'b',
    '.',
    '..',
    '/.',
    '/..',
    '%2e',
    '%41',
    '?',
    '&',
    '=',
    '#',
    ' ',
    '\\',
    '\t',
    ':',
    '@',
    ';',
    ',',
  ],
  ...[
    "'",
    '"',
    '<',
    '(',
    ')',
    '*',
    '$',
    '!',
    '~',
    '-',
    '_',
    '+',
    '|',
    '^',
    '{',
    '`',
    'é',
    '\u{1F600}',
    'http:',
    '0',
  ],
]

const hrefs = fc.array(fc.oneof(fc.constantFrom(...pieces), fc.string({ maxLength: 3 })), { maxLength: 12 })

describe('the address of a link', () => {
  test('is what the URL standard makes of it, also where it is put together without parsing', () => {
    fc.assert(
      fc.property(fc.constantFrom(...bases), hrefs, (base, some) => {
        const href = `/${some.join('')}`
        expect(addressResolver(base, 1_000)(href)).toBe(absolute(href, base))
      }),
      { numRuns: 3_000 },
    )
  })

  test('is none without a base, or when it is longer than an address may be', () => {
    expect(addressResolver(null, 1_000)('/a')).toBeNull()
    expect(addressResolver('https://example.com/', 1_000)(`/${'a'.repeat(4_090)}`)).toBeNull()
  })
})
