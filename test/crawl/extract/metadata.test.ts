import { describe, expect, test } from 'vitest'
import { type Metadata } from '../../../src/crawl/extract/metadata.js'
import { extractDocument } from '../../../src/crawl/extract/extract-document.js'
import { isoDate } from '../../../src/crawl/extract/dates.js'
import { page } from './pages.js'

const url = 'https://www.example.com/blog/kettles'
const metadata = (head: string, body = '<p>Hello there.'): Metadata =>
  extractDocument(page(body, head), { url }).metadata
const ld = (value: unknown): string => `<script type="application/ld+json">${JSON.stringify(value)}</script>`

describe('metadata', () => {
  test('of a page that says nothing is null and empty', () => {
    expect(extractDocument('').metadata).toEqual({
      ...{
        title: null,
        author: null,
        publishedAt: null,
        modifiedAt: null,
        language: null,
        siteName: null,
        description: null,
      },
      ...{ keywords: [], image: null, canonical: null, robots: null, openGraph: {}, jsonLd: [] },
    })
  })

  test('reads OpenGraph, with addresses made absolute', () => {
    const found = metadata(
      `<meta property="og:site_name" content="Tea Times"><meta property="og:image" content="/k.png"><meta property="og:type" content="article">
       <meta name="description" content=" All  about kettles "><link rel="canonical" href="/blog/kettles/">`,
    )
    expect(found).toMatchObject({
      ...{
        siteName: 'Tea Times',
        image: 'https://www.example.com/k.png',
        description: 'All about kettles',
        language: 'en',
      },
      canonical: 'https://www.example.com/blog/kettles/',
      openGraph: { site_name: 'Tea Times', image: '/k.png', type: 'article' },
    })
  })

  test('trusts JSON-LD before the meta elements', () => {
    const article = {
      '@type': ['NewsArticle'],
      author: [{ name: 'Ada' }, { name: 'Grace' }],
      datePublished: '2024-03-05T10:00:00+0100',
      dateModified: '2024-04-01',
    }
    const found = metadata(
      `${ld({ '@graph': [article] })}<meta name="author" content="Webmaster"><meta property="article:published_time" content="2020-01-01">`,
    )
    expect(found).toMatchObject({
      author: 'Ada, Grace',
      publishedAt: '2024-03-05T10:00:00+01:00',
      modifiedAt: '2024-04-01',
    })
  })

  test('looks up an author who is named by an id', () => {
    const graph = [
      { '@type': 'Article', author: { '@id': '#ada' } },
      { '@type': 'Person', '@id': '#ada', name: 'Ada Lovelace' },
    ]
    expect(metadata(ld({ '@graph': graph })).author).toBe('Ada Lovelace')
  })

  test.each([
    ['a byline in Chinese', '<p class="byline">作者：王小明</p>', '王小明'],
    ['a byline in Russian', '<p class="author">Автор: Ада Лавлейс</p>', 'Ада Лавлейс'],
    ['no link to more of them', '<a rel="author" href="/x">View more posts</a>', null],
    ['a byline of a forum', '<span class="byline">via ada 2 years ago</span>', 'ada'],
    ['a byline', '<p class="byline">By Ada Lovelace | March 5, 2024</p>', 'Ada Lovelace'],
    ['a link to the author', '<a rel="author" href="/ada">Ada Lovelace</a>', 'Ada Lovelace'],
    ['microdata', '<span itemprop="author"><span itemprop="name">Ada Lovelace</span></span>', 'Ada Lovelace'],
    ['a German byline', '<div class="post-author">Von Ada Lovelace</div>', 'Ada Lovelace'],
    ['no class that only sounds like it', '<div class="authorize">Sign in here</div>', null],
  ])('finds the author in %s', (_, body, author) => {
    expect(metadata('', body).author).toBe(author)
  })

  test('takes the date from a time element that says it is published before another', () => {
    const times =
      '<time datetime="2019-01-01">old</time><time class="entry-date published" datetime="2024-03-05T08:00:00Z">new</time>'
    expect(metadata('', times).publishedAt).toBe('2024-03-05T08:00:00Z')
  })

  test('takes the date from the address when nothing else has it', () => {
    expect(
      extractDocument('<p>x', { url: 'https://example.com/2024/03/05/kettles' }).metadata.publishedAt,
    ).toBe('2024-03-05')
  })

  test.each([
    [
      'the heading that the title holds',
      '<title>On kettles | Tea Times</title>',
      '<h1>Tea Times</h1><h1>On kettles</h1>',
      'On kettles',
    ],
    [
      'the title without the site',
      '<title>On kettles - a history | Tea Times</title>',
      '<p>x',
      'On kettles - a history',
    ],
    [
      'the title without the site that OpenGraph names',
      '<title>Tea Times - On kettles</title><meta property="og:site_name" content="Tea Times">',
      '<p>x',
      'On kettles',
    ],
    [
      'the title without the site that its address names',
      '<title>On kettles – Example</title>',
      '<p>x',
      'On kettles',
    ],
    [
      'the heading where the title is only the site',
      '<title> | Tea Times</title>',
      '<h1>On kettles</h1>',
      'On kettles',
    ],
    ['the heading alone', '', '<h1>On <i>kettles</i></h1>', 'On kettles'],
    [
      'the only heading, though the title says it in other words',
      '<title>Camping stoves: top rated camp stoves | Outdoor Shop</title>',
      '<h1>Camp stoves</h1>',
      'Camp stoves',
    ],
    [
      'the title rather than a slogan',
      '<title>Data analytics for shops</title>',
      '<h1>Grow faster, together</h1>',
      'Data analytics for shops',
    ],
    [
      'what stands before the name of the book, which is the heading of each chapter',
      '<title>What is ownership? - The kettle book</title>',
      '<h1>The kettle book</h1><h2>What is ownership?</h2>',
      'What is ownership?',
    ],
    [
      'that of several headings with which the title begins',
      '<title>machine-learning · Topics</title>',
      '<h1>Search code</h1><h1>Machine learning</h1>',
      'Machine learning',
    ],
    [
      'what was escaped twice as it was meant',
      '<title>Caf&amp;#233; &amp;amp; bar&amp;trade;</title>',
      '',
      'Café & bar™',
    ],
  ])('gives as the title %s', (_, head, body, title) => {
    expect(extractDocument(page(body, head), { url }).title).toBe(title)
  })

  test('keeps JSON-LD as JSON that anyone can write and merge', () => {
    const raw =
      '<script type="application/ld+json">{"@type":"Thing","__proto__":{"x":1},"n":1e999,"name":"a\nb"}</script><script type="application/ld+json">{oops</script>'
    expect(metadata(raw).jsonLd).toEqual([{ '@type': 'Thing', name: 'a b' }])
  })

  test('cuts JSON-LD that is too deep to be written again', () => {
    const deep = `<script type="application/ld+json">${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}</script>`
    expect(JSON.stringify(metadata(deep).jsonLd).length).toBeLessThan(300)
  })
})

describe('a date', () => {
  test.each([
    ['2024-03-05', '2024-03-05'],
    ['2024-03-05 10:20:30', '2024-03-05T10:20:30'],
    ['2024-03-05T10:20:30.123+0530', '2024-03-05T10:20:30.123+05:30'],
    ['20240305', '2024-03-05'],
    ['Published March 5th, 2024 at noon', '2024-03-05'],
    ['5 Mar 2024', '2024-03-05'],
    ['Tue, 05 Mar 2024 10:00:00 GMT', '2024-03-05'],
    ['5. März 2024', '2024-03-05'],
    ['5 de marzo de 2024', '2024-03-05'],
    ['5 mars 2024', '2024-03-05'],
    ['5 марта 2024 г.', '2024-03-05'],
    ['2024年3月5日', '2024-03-05'],
    ['05.03.2024', '2024-03-05'],
    ['٥ مارس ٢٠٢٤', '2024-03-05'],
    ['५ मार्च २०२४', '2024-03-05'],
    ['5 sierpnia 2024', '2024-08-05'],
    ['2024. március 5.', '2024-03-05'],
    ['5 tháng 3, 2024', '2024-03-05'],
    ['5 Μαρτίου 2024', '2024-03-05'],
    ['2024년 3월 5일', '2024-03-05'],
    ['2024/3/5', '2024-03-05'],
    ['1709596800', '2024-03-05T00:00:00.000Z'],
    ['2024-02-31', null],
    ['yesterday', null],
    ['', null],
  ])('%s is %s', (written, iso) => {
    expect(isoDate(written, 'en')).toBe(iso)
  })

  test('of slashes begins with the month in the United States, with the day elsewhere', () => {
    expect(isoDate('03/05/2024', 'en-US')).toBe('2024-03-05')
    expect(isoDate('03/05/2024', 'en-GB')).toBe('2024-05-03')
    expect(isoDate('13/05/2024', 'en-US')).toBe('2024-05-13')
  })
})
