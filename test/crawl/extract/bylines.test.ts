import { describe, expect, test } from 'vitest'
import { extractDocument } from '../../../src/crawl/extract/extract-document.js'
import type { Metadata } from '../../../src/crawl/extract/metadata.js'
import { page, prose } from './pages.js'

const url = 'https://www.example.com/blog/kettles'
const metadata = (body: string, head = '', at = url): Metadata =>
  extractDocument(page(body, head), { url: at }).metadata
const ld = (value: unknown): string => `<script type="application/ld+json">${JSON.stringify(value)}</script>`
const article = (byline: string, rest = ''): string =>
  `<main><h1>On kettles</h1>${byline}<p>${prose(120)}</p></main>${rest}`

describe('the author', () => {
  test.each([
    ['by words alone', '<p>by Ada Lovelace - 2024-03-05</p>', 'Ada Lovelace'],
    ['in an element behind the word', '<div><span>By</span><span>Ada Lovelace</span></div>', 'Ada Lovelace'],
    [
      'without the job that stands below',
      '<div class="byline"><b>By</b><a>Ada Lovelace</a><i>Senior Editor</i></div>',
      'Ada Lovelace',
    ],
    [
      'by several, joined',
      '<p class="byline">By <a>Ada Lovelace</a>, <a>Grace Hopper</a> and <a>Alan Kay</a></p>',
      'Ada Lovelace, Grace Hopper, Alan Kay',
    ],
    [
      'by a link to the authors',
      '<div><img src="/a.png"> <a href="/authors/ada-lovelace">Ada Lovelace</a></div>',
      'Ada Lovelace',
    ],
    ['of one word, right below the heading', '<div><p>by ada</p></div>', 'ada'],
    [
      'without the date of the same line',
      '<p class="author">Ada Lovelace 30 Sep 2024, 11:07</p>',
      'Ada Lovelace',
    ],
    ['in Chinese', '<p>作者：张三</p>', '张三'],
    ['in Japanese', '<p>記者 山田太郎</p>', '山田太郎'],
    ['behind a stroke', '<p class="author">文／王小明</p>', '王小明'],
    ['in first and last name apart', '<p class="author-name"><b>Ada</b> <b>Lovelace</b></p>', 'Ada Lovelace'],
  ])('is found %s', (_, byline, author) => {
    expect(metadata(article(byline)).author).toBe(author)
  })

  test.each([
    ['of a comment', '', `<section class="comments"><p class="author">Bob</p><p>Nice</p></section>`],
    ['of a testimonial', '', '<div class="testimonial"><p class="author">Bob Jones</p></div>'],
    ['of suggested articles', '', '<aside><p class="byline">By Bob Jones</p></aside>'],
    ['of each card of a list', '<div class="card"><p class="byline">By Bob Jones</p></div>'.repeat(3), ''],
    ['in running text', '<p>by clicking here you agree</p><p>passed <b>by value</b></p>', ''],
  ])('is not that %s', (_, byline, rest) => {
    expect(metadata(article(byline, rest)).author).toBeNull()
  })

  test('of a product is not who reviewed it', () => {
    const body =
      '<h1>Kettle</h1><div itemscope itemtype="https://schema.org/Product"><p class="author">Bob Jones</p></div>'
    expect(metadata(body).author).toBeNull()
  })

  test('is named by each of the tags for Google Scholar, its family name last', () => {
    const head =
      '<meta name="citation_author" content="Lovelace, Ada K."><meta name="citation_author" content="Hopper, Grace">'
    expect(metadata('<p>x', head).author).toBe('Ada K. Lovelace, Grace Hopper')
  })

  test('may have a name with digits, or with words that end a byline', () => {
    const by = (name: string) => metadata('<p>x', ld({ '@type': 'Article', author: { name } })).author
    expect(by('ada1815')).toBe('ada1815')
    expect(by('Center for Kettle Research')).toBe('Center for Kettle Research')
  })

  test('is not that of a page in a list that JSON-LD holds', () => {
    const entry = { '@type': 'Article', author: { name: 'Bob' }, datePublished: '2020-01-01' }
    const list = { '@type': 'ItemList', itemListElement: [{ '@type': 'ListItem', item: entry }] }
    expect(metadata('<p>x', ld(list))).toMatchObject({ author: null, publishedAt: null })
  })

  test('of a thread is who wrote its first post, and its date that of this post', () => {
    const post = (who: string, when: string) =>
      `<div class="post"><dl class="postprofile"><dd>Joined: Mon Jan 01, 2001</dd></dl><p class="author">by <b>${who}</b> » ${when}</p><p>${prose(40, who)}</p></div>`
    const body = `<p>Now: <time datetime="2030-01-01">x</time></p><h2>On kettles</h2>${post('ada1815', 'Tue Aug 27, 2019 1:47 am')}${post('bob', 'Wed Aug 28, 2019 2:00 am')}`
    const found = metadata(body, '<title>On kettles</title>', 'https://forum.example.com/viewtopic.php?t=7')
    expect(found).toMatchObject({ author: 'ada1815', publishedAt: '2019-08-27' })
  })
})

describe('microdata', () => {
  const posting = (inner: string) =>
    `<h1>On kettles</h1><div itemscope itemtype="https://schema.org/DiscussionForumPosting">${inner}</div>`

  test('tells the author and the date of what the page is about, and not of its comments', () => {
    const comment =
      '<div itemprop="comment" itemscope itemtype="https://schema.org/Comment"><b itemprop="author">bob</b><time itemprop="datePublished" datetime="2021-01-01"></time></div>'
    const own =
      '<meta itemprop="datePublished" content="2024-03-05"><meta itemprop="dateModified" content="2024-04-05"><div itemprop="author" itemscope itemtype="https://schema.org/Person"><meta itemprop="name" content="ada"></div>'
    expect(metadata(posting(comment + own))).toMatchObject({
      ...{ author: 'ada', publishedAt: '2024-03-05', modifiedAt: '2024-04-05' },
    })
  })

  test('of an author without a name is read from the text', () => {
    expect(metadata(posting('<a itemprop="author" itemscope href="/ada">Ada Lovelace</a>')).author).toBe(
      'Ada Lovelace',
    )
  })

  test('of several entries that are not the page tells nothing of it', () => {
    const entry =
      '<li itemscope itemtype="https://schema.org/BlogPosting"><b itemprop="author">Bob Jones</b><meta itemprop="datePublished" content="2021-01-01"></li>'
    expect(metadata(`<h1>On kettles</h1><p>${prose(80)}</p><ul>${entry.repeat(3)}</ul>`)).toMatchObject({
      ...{ author: null, publishedAt: null },
    })
  })
})
