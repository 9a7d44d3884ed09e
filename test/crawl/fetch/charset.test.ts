import { describe, expect, test } from 'vitest'
import { decodeHtml } from '../../../src/crawl/fetch/charset.js'

const bytes = (text: string): Buffer => Buffer.from(text, 'latin1')
const encodingOf = (body: string | Buffer, contentType?: string): string =>
  decodeHtml(typeof body === 'string' ? bytes(body) : body, contentType).encoding

describe('the encoding of a page', () => {
  test.each([
    ['application/xhtml+xml', 'koi8-r'],
    ['text/xml; charset=unheard-of', 'koi8-r'],
    ['application/atom+xml', 'koi8-r'],
    ['text/html', 'iso-8859-2'],
    ['application/xmlish', 'iso-8859-2'],
  ])('is that of the XML declaration before that of a meta element in %s only', (contentType, encoding) => {
    expect(encodingOf('<?xml version="1.0" encoding="koi8-r"?><meta charset=latin2>', contentType)).toBe(
      encoding,
    )
    expect(encodingOf('<?xml version="1.0"?><meta charset=latin2>', contentType)).toBe(
      encoding === 'koi8-r' ? 'utf-8' : encoding,
    )
  })

  test('is that of the byte order mark before all else, and the mark is no text', () => {
    const type = 'text/html; charset=iso-8859-2'
    const meta = '<meta charset=koi8-r>\u00e9'
    expect(decodeHtml(Buffer.from(`\ufeff${meta}`, 'utf8'), type)).toEqual({ text: meta, encoding: 'utf-8' })
    expect(decodeHtml(Buffer.from(`\ufeff${meta}`, 'utf16le'), type)).toEqual({
      text: meta,
      encoding: 'utf-16le',
    })
    expect(decodeHtml(Buffer.from(`\ufeff${meta}`, 'utf16le').swap16(), type)).toEqual({
      text: meta,
      encoding: 'utf-16be',
    })
  })

  test.each([
    ['text/html; charset=koi8-r', 'koi8-r'],
    ['text/html;charset="Shift_JIS"', 'shift_jis'],
    ["text/html; charset='gb2312'", 'gbk'],
    ['text/html; CHARSET = UTF-8 ; x=y', 'utf-8'],
    ['text/html; x=y; charset=latin1', 'windows-1252'],
    ['text/html; charset=x-user-defined', 'x-user-defined'],
  ])('is that of the header %s before that of the page', (contentType, encoding) => {
    expect(encodingOf('<meta charset=iso-8859-2>', contentType)).toBe(encoding)
  })

  test.each([
    undefined,
    null,
    '',
    'text/html',
    'text/html; charset=',
    'text/html; charset=ISO-88509-1',
    'text/html; charset=hz-gb-2312',
    'text/html; x-charset=koi8-r',
    'nonsense',
  ])('is that of the page where the header (%s) does not know one', (contentType) => {
    expect(decodeHtml(bytes('<meta charset=iso-8859-2>'), contentType).encoding).toBe('iso-8859-2')
  })

  test.each([
    '<meta charset="iso-8859-2">',
    "<meta charset='iso-8859-2'>",
    '<meta charset=iso-8859-2>',
    '<meta charset=iso-8859-2/>x'.replace('/', ' /'),
    '<meta\ncharset\n=\n"iso-8859-2"\n>',
    '<META CHARSET="ISO-8859-2">',
    '<meta/charset=iso-8859-2>',
    '<meta charset=" latin2 ">',
    '<meta name=x charset=latin2>',
    '<meta charset=latin2 charset=koi8-r>',
    '<meta http-equiv="Content-Type" content="text/html; charset=iso-8859-2">',
    '<meta content="text/html; charset=iso-8859-2" http-equiv=content-type>',
    '<meta http-equiv=content-type content=\'charset="latin2"\'>',
    '<meta http-equiv=content-type content="x charset; charset = \'latin2\' ">',
    '<meta http-equiv=content-type content=text/html;charset=latin2>',
    '<meta http-equiv=content-type content="charset=koi8-r" charset=latin2>',
    '<!doctype html><title>a > b</title><meta charset=latin2>',
    '<!-- <meta charset=koi8-r> --><meta charset=latin2>',
    '<!--><meta charset=latin2>',
    '<!---><meta charset=latin2>',
    '<!x <meta charset=koi8-r><meta charset=latin2>',
    '<?x ?><meta charset=latin2>',
    '</ <meta charset=koi8-r><meta charset=latin2>',
    '<a title="<meta charset=koi8-r>"><meta charset=latin2>',
    "</a title='<meta charset=koi8-r>'><meta charset=latin2>",
    '<a =x b = "c" /d><meta charset=latin2>',
    '<a<b ><meta charset=latin2>',
    '< <1 <meta charset=latin2>',
    '<script>x = "</script>"<meta charset=latin2>',
    '<meta charset=nonsense><meta charset=latin2>',
    '<meta charset=replacement><meta charset=latin2>',
    '<meta http-equiv=refresh content="0; charset=koi8-r"><meta charset=latin2>',
    '<meta content="charset=koi8-r"><meta charset=latin2>',
    '<meta http-equiv=content-type content="charset=\'koi8-r"><meta charset=latin2>',
    '<metacharset=koi8-r><meta charset=latin2>',
    '<meta><meta charset=latin2>',
    '<?xml version="1.0" encoding="iso-8859-2"?><x/>',
    "<?xml version='1.0' encoding = 'latin2' ?>",
    '<?xml version="1.0" encoding="koi8-r"?><meta charset=latin2>',
  ])('is what the page declares: %s', (page) => {
    expect(encodingOf(page)).toBe('iso-8859-2')
  })

  test.each([
    ['utf-16', 'utf-8'],
    ['utf-16be', 'utf-8'],
    ['x-user-defined', 'windows-1252'],
    ['iso-8859-1', 'windows-1252'],
    ['ascii', 'windows-1252'],
  ])('that declares %s is %s', (label, encoding) => {
    expect(encodingOf(`<meta charset=${label}>`)).toBe(encoding)
    expect(encodingOf(`<meta http-equiv=content-type content="text/html; charset=${label}">`)).toBe(encoding)
  })

  test.each([
    ['<meta charset=koi8-r', 'cut off before its end'],
    ['<meta charset="koi8-r>', 'with a quote that does not end'],
    ['<!-- <meta charset=koi8-r>', 'in a comment that does not end'],
    ['&lt;meta charset=koi8-r>', 'that is none'],
    ['<meta name=charset content=koi8-r>', 'by another name'],
    [' <?xml version="1.0" encoding="koi8-r"?>', 'in XML that is not at the beginning'],
    ['<?xml version="1.0" encoding="koi8-r', 'in XML that does not end'],
  ])('is not what stands in a declaration %s', (page) => {
    expect(encodingOf(page)).toBe('utf-8')
  })

  test.each([
    ['<\0?\0x\0m\0l\0', 'utf-16le'],
    ['\0<\0?\0x\0m\0l', 'utf-16be'],
  ])('shows in how XML begins: %j', (page, encoding) => {
    expect(encodingOf(page)).toBe(encoding)
  })

  test.each(['utf-16', 'utf-16le', 'UTF-16BE'])('is not the %s of a header that cannot be true', (label) => {
    const page = '<!doctype html><meta charset=utf-8><p>caf\u00e9'
    expect(decodeHtml(Buffer.from(page), `text/html; charset=${label}`)).toEqual({
      text: page,
      encoding: 'utf-8',
    })
    const wide = Buffer.from(page, 'utf16le')
    expect(decodeHtml(label === 'UTF-16BE' ? wide.swap16() : wide, `text/html; charset=${label}`).text).toBe(
      page,
    )
  })

  test('may be declared within the first 1024 bytes, and later only where the page is not UTF-8', () => {
    const declared = (at: number, text: string): Buffer => {
      const meta = '<meta charset=koi8-r>'
      return bytes(`<!--${'x'.repeat(at - meta.length - 7)}-->${meta}${text}`)
    }
    expect(encodingOf(declared(1024, ''))).toBe('koi8-r')
    expect(encodingOf(declared(1025, ''))).toBe('utf-8')
    expect(encodingOf(declared(1025, '\u00c0'))).toBe('koi8-r')
    expect(encodingOf(declared(100_000, '\u00c0'))).toBe('windows-1252')
  })

  test('is UTF-8 where nothing is declared and it is that, else windows-1252', () => {
    expect(decodeHtml(Buffer.from('gr\u00fc\u00df \u{1f600}'), undefined)).toEqual({
      text: 'gr\u00fc\u00df \u{1f600}',
      encoding: 'utf-8',
    })
    expect(decodeHtml(bytes('gr\u00fc\u00df \x80\x93\x94'), undefined)).toEqual({
      text: 'gr\u00fc\u00df \u20ac\u201c\u201d',
      encoding: 'windows-1252',
    })
    expect(decodeHtml(new Uint8Array(), undefined)).toEqual({ text: '', encoding: 'utf-8' })
  })

  const cyrillic = 'Погода в Москве: ветер слабый, без осадков.'

  test('is UTF-8 where a byte or two of many are odd, and nothing is declared', () => {
    const odd = Buffer.concat([Buffer.from(cyrillic), bytes('\xe9 \xff '), Buffer.from(cyrillic)])
    expect(decodeHtml(odd, 'text/html')).toEqual({
      text: `${cyrillic}\ufffd \ufffd ${cyrillic}`,
      encoding: 'utf-8',
    })
    // Cut off in the middle of a character.
    expect(encodingOf(Buffer.from(cyrillic.slice(0, -1)).subarray(0, -1))).toBe('utf-8')
    expect(encodingOf(odd, 'text/html; charset=windows-1251')).toBe('windows-1251')
    expect(encodingOf(Buffer.concat([odd, bytes('<meta charset=koi8-r>')]))).toBe('koi8-r')
  })

  test.each<[string, number[]]>([
    ['windows-1251', [0xcf, 0xee, 0xe3, 0xee, 0xe4, 0xe0, 0x20, 0xb8, 0xeb, 0xea, 0xe0, 0x20, 0xe2, 0xb8]],
    ['gbk', [0xd6, 0xd0, 0xb9, 0xfa, 0xc8, 0xcb, 0xc3, 0xf1, 0xb9, 0xb2, 0xba, 0xcd, 0xb9, 0xfa, 0xc4, 0xb3]],
    ['shift_jis', [0x93, 0xfa, 0x96, 0x7b, 0x8c, 0xea, 0x82, 0xcc, 0x83, 0x79, 0x81, 0x5b, 0x83, 0x57]],
    ['windows-1252, of UTF-8 that was taken for it', [...bytes('caf\xc3\xa9, d\xe9j\xe0 vu, \xe9t\xe9')]],
  ])('is not UTF-8 for what looks like it by chance in %s', (_, page) => {
    expect(encodingOf(Buffer.from(Array<number[]>(50).fill(page).flat()))).toBe('windows-1252')
  })
})

describe('the text of a page', () => {
  test.each([
    ['windows-1252', [0x80, 0x85, 0x92, 0x96, 0x9f, 0xe9], '\u20ac\u2026\u2019\u2013\u0178\u00e9'],
    ['iso-8859-1', [0x80, 0xa4], '\u20ac\u00a4'],
    ['iso-8859-2', [0xb1, 0xe6, 0xea], '\u0105\u0107\u0119'],
    ['iso-8859-16', [0xaa, 0xa4], '\u0218\u20ac'],
    ['koi8-r', [0xf0, 0xd2, 0xc9], '\u041f\u0440\u0438'],
    ['koi8-u', [0xa4, 0xae], '\u0454\u045e'],
    ['windows-1251', [0xcf, 0xf0], '\u041f\u0440'],
    ['shift_jis', [0x93, 0xfa, 0x96, 0x7b], '\u65e5\u672c'],
    ['euc-jp', [0xc6, 0xfc, 0xcb, 0xdc], '\u65e5\u672c'],
    ['iso-2022-jp', [0x1b, 0x24, 0x42, 0x46, 0x7c, 0x1b, 0x28, 0x42], '\u65e5'],
    ['gb18030', [0xd6, 0xd0, 0xce, 0xc4], '\u4e2d\u6587'],
    ['big5', [0xa4, 0xa4, 0xa4, 0xe5], '\u4e2d\u6587'],
    ['euc-kr', [0xc7, 0xd1], '\ud55c'],
    ['utf-8', [0x61, 0xff, 0x62], 'a\ufffdb'],
  ])('is read from %s', (charset, input, text) => {
    expect(decodeHtml(Uint8Array.from(input), `text/html; charset=${charset}`).text).toBe(text)
  })

  test('is read from a part of a larger buffer as from one of its own', () => {
    const large = Buffer.concat([
      Buffer.alloc(100, 0xff),
      bytes('<meta charset=koi8-r>\xf0'),
      Buffer.alloc(100, 0xff),
    ])
    expect(decodeHtml(large.subarray(100, 122), undefined)).toEqual({
      text: '<meta charset=koi8-r>\u041f',
      encoding: 'koi8-r',
    })
  })

  test.each(['<', '<!-', '<!--', '<a ', '<a b=', '<meta ', '</', '<a<'])(
    'takes no time when it goes on and on: %j',
    (part) => {
      const body = Buffer.concat([bytes(part.repeat(64 * 1024)), Buffer.from([0xff])])
      expect(decodeHtml(body, undefined).encoding).toBe('windows-1252')
    },
    2000,
  )
})
