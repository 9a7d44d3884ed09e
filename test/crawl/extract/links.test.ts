import { describe, expect, test } from 'vitest'
import { extractDocument } from '../../../src/crawl/extract/extract-document.js'

const links = (html: string, url: string | null = 'https://www.example.com/dir/') =>
  extractDocument(html, { url }).links

describe('links', () => {
  test('are those of the whole page, absolute, in its order', () => {
    const found = links(
      '<nav><a href="/a" rel="nofollow noopener">Home</a></nav><p>See <a href="b?x=1">the <b>second</b></a>',
    )
    expect(found).toEqual([
      { url: 'https://www.example.com/a', text: 'Home', rel: 'nofollow noopener', internal: true },
      { url: 'https://www.example.com/dir/b?x=1', text: 'the second', rel: null, internal: true },
    ])
  })

  test('are those of frames too', () => {
    const frames =
      '<frameset><frame src="a.html" title="A"><frameset><frame src="/b.html"></frameset></frameset>'
    expect(links(frames).map(({ url, text }) => [url, text])).toEqual([
      ['https://www.example.com/dir/a.html', 'A'],
      ['https://www.example.com/b.html', ''],
    ])
  })

  test('stand once each, with the first text that there is', () => {
    expect(links('<a href="/a"></a><a href="/a#part">A</a><a href="/a">Again</a>')).toEqual([
      { url: 'https://www.example.com/a', text: 'A', rel: null, internal: true },
    ])
  })

  test('are internal with or without www, external on another host', () => {
    expect(
      links('<a href="https://example.com/">x</a><a href="https://blog.example.com/">y</a>').map(
        (link) => link.internal,
      ),
    ).toEqual([true, false])
  })

  test('follow the base element, which is itself against the page', () => {
    expect(links('<base href="/other/"><a href="x">x</a>')[0]?.url).toBe('https://www.example.com/other/x')
  })

  test('ignore a base that is no address', () => {
    expect(links('<base href="javascript:alert(1)"><a href="x">x</a>')[0]?.url).toBe(
      'https://www.example.com/dir/x',
    )
  })

  test('take the description of a picture for their text', () => {
    expect(links('<a href="/a"><img src=x alt="A cat"></a>')[0]?.text).toBe('A cat')
  })

  test('without an address of the page are the absolute ones', () => {
    expect(
      links('<a href="/a">x</a><a href="http://other.example/b">y</a>', null).map((link) => link.url),
    ).toEqual(['http://other.example/b'])
  })

  test('are no mail, telephone or script', () => {
    expect(
      links(
        '<a href="mailto:a@b.c">x</a><a href="tel:1">x</a><a href="javascript:void(0)">x</a><a href="http://">x</a><a>x</a>',
      ),
    ).toEqual([])
  })

  test('are 5,000 at most', () => {
    expect(links(Array.from({ length: 6_000 }, (_, at) => `<a href="/${at}">x</a>`).join(''))).toHaveLength(
      5_000,
    )
  })
})
