import { describe, expect, test } from 'vitest'
import { extractDocument } from '../../../src/crawl/extract/extract-document.js'
import { page } from './pages.js'

const titleOf = (head: string, body: string, url = 'https://www.example.com/a/kettles'): string | null =>
  extractDocument(page(body, head), { url }).title

describe('a title', () => {
  test.each([
    [
      'behind it, in the words of the host',
      'How to boil - Tea Kettle Forums',
      'https://forums.teakettle.com/t/1',
    ],
    [
      'in front, and what one does there',
      'Teakettle • View topic - How to boil',
      'https://forum.teakettle.net/t/1',
    ],
    [
      'behind it, beginning with the name of the host',
      'How to boil - Teakettle Shop Online',
      'https://www.teakettle.co.uk/a',
    ],
  ])('is without the name of the site %s', (_, title, url) => {
    expect(titleOf(`<title>${title}</title>`, '<p>x', url)).toBe('How to boil')
  })

  test.each([
    ['Chinese', '水壶的历史_茶时报', '茶时报', '水壶的历史'],
    ['Japanese', 'ケトルの歴史｜ティータイムズ', 'ティータイムズ', 'ケトルの歴史'],
    ['Korean', '주전자의 역사 : 차타임스', '차타임스', '주전자의 역사'],
    [
      'English, whose own name holds a dash',
      'On kettles - Tea Times - since 1998',
      'Tea Times - since 1998',
      'On kettles',
    ],
  ])('is without the name of the site in %s', (_, title, site, wanted) => {
    const head = `<title>${title}</title><meta property="og:site_name" content="${site}">`
    expect(titleOf(head, '<p>x')).toBe(wanted)
  })

  test('is not what the page shares, where that is no more than the name of the site', () => {
    const head =
      '<meta property="og:site_name" content="Tea Times"><meta name="twitter:title" content="Tea Times"><title>All kettles</title>'
    expect(titleOf(head, '<p>x')).toBe('All kettles')
  })

  test('is the name of the site on its front page', () => {
    const head = '<meta property="og:site_name" content="Tea Times"><title>Tea Times</title>'
    expect(titleOf(head, '<h1>Posts</h1>', 'https://teatimes.com/')).toBe('Tea Times')
  })

  test('is not a heading that is only a piece of it, such as a place', () => {
    expect(titleOf('<title>Repair of all kettles near Houston</title>', '<h1>Houston</h1>')).toBe(
      'Repair of all kettles near Houston',
    )
  })

  test('is the heading where what else the title says stands behind a colon', () => {
    expect(titleOf('<title>Steel tea kettles: free shipping | Shop</title>', '<h1>Tea kettles</h1>')).toBe(
      'Tea kettles',
    )
  })

  test('is the one heading of several that speaks of the same', () => {
    const body = '<h1>A kettle schedule that is easy to follow</h1><h1>Select your location</h1>'
    expect(titleOf('<title>Easy kettle care schedule | Shop</title>', body)).toBe(
      'A kettle schedule that is easy to follow',
    )
  })

  test('is without the name of the host where the heading has it too', () => {
    const title = 'Kettle costs & prices - Teakettle Cost Report'
    expect(titleOf(`<title>${title}</title>`, `<h1>${title}</h1>`, 'https://shops.teakettle.com/costs')).toBe(
      'Kettle costs & prices',
    )
  })

  test('is the heading that is called like a part of the slogan behind it', () => {
    const body = '<h1>Kettles</h1><h1>Which of them sings the loudest?</h1>'
    expect(titleOf('<title>Fine Kettles | Kettles, teapots, cups</title>', body)).toBe('Kettles')
  })

  test('is without the slogan that the heading goes on with', () => {
    expect(
      titleOf('<title>Kettle repair | Teakettle</title>', '<h1>Kettle repair you can count on</h1>'),
    ).toBe('Kettle repair')
  })

  test.each([
    [
      'of an article',
      '<meta property="article:published_time" content="2024-03-05">',
      'Kettle repair for beginners',
    ],
    ['behind a colon', '', 'Kettle repair: what it costs'],
  ])('is the whole heading %s', (_, head, heading) => {
    expect(titleOf(`${head}<title>Kettle repair | Teakettle</title>`, `<h1>${heading}</h1>`)).toBe(heading)
  })

  test('is not the heading of an article that has other words than its title', () => {
    const head =
      '<meta property="article:published_time" content="2024-03-05"><title>A hundred teapots and kettles of the year | TT</title>'
    expect(titleOf(head, '<h1>TT looks for the most beautiful designers and makers</h1>')).toBe(
      'A hundred teapots and kettles of the year',
    )
  })

  test('is a heading of the second level where the first one names the site', () => {
    const head =
      '<title>How to boil - Kettles - Teatime</title><meta property="og:site_name" content="Tea Forum">'
    expect(titleOf(head, '<h1>Tea Forum</h1><h2>Rules</h2><h2>How to boil</h2>')).toBe('How to boil')
  })

  test('is without what stands behind a bar in the heading', () => {
    expect(titleOf('<title>Steel kettle – Shop</title>', '<h1>Steel kettle | Edition of 2024</h1>')).toBe(
      'Steel kettle',
    )
  })

  test.each([
    ['Kettles<a href="#kettles">¶</a>', 'Kettles'],
    ['Kettles in C#', 'Kettles in C#'],
  ])('is without the mark of the link to its heading: %s', (heading, wanted) => {
    expect(titleOf(`<title>${wanted} | Docs</title>`, `<h1>${heading}</h1>`)).toBe(wanted)
  })

  test.each(['|', '-', '–', '»', '::', '·', '/', '>', '•'])(
    'is what stands behind the name of the site and "%s"',
    (mark) => {
      const title = `<title>Acme ${mark} A story about rain</title>`
      const heading = '<h1>A story about rain</h1><p>x'
      const named = `${title}<meta property="og:site_name" content="Acme">`
      expect(titleOf(named, heading)).toBe('A story about rain')
      expect(titleOf(title, heading, 'https://acme.com/rain')).toBe('A story about rain')
      expect(titleOf(title, heading)).toBe('A story about rain')
    },
  )

  test('is what stands behind the name of the site in an archive of old', () => {
    const title = '<title>Tea blog &raquo; Blog Archive &raquo; How to boil</title>'
    expect(titleOf(title, '<h1>Tea blog</h1><h2>How to boil</h2>')).toBe('How to boil')
    expect(titleOf(title, '<p>x')).toBe('How to boil')
  })

  test.each([
    ['stands above that of the chapter', '<h1>The book of tea</h1><h2>Kettles</h2>'],
    ['stands beside that of the chapter', '<h1>The book of tea</h1><h1>Kettles</h1>'],
    ['stands in the head of the page', '<header><h1>The book of tea</h1></header>'],
    ['is a link', '<h1><a href="/">The book of tea</a></h1>'],
  ])('is not the name of the book that %s', (_, body) => {
    expect(titleOf('<title>Kettles - The book of tea</title>', body)).toBe('Kettles')
  })

  test.each(['Home', 'Untitled Document', 'Loading...', 'index.html'])(
    'is the heading where the title says no more than "%s"',
    (title) => {
      expect(titleOf(`<title>${title}</title>`, '<h1>On kettles</h1>')).toBe('On kettles')
      expect(titleOf(`<title>${title}</title>`, '<p>x')).toBe(title)
    },
  )
})
