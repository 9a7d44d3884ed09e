import { describe, expect, test } from 'vitest'
import { isoDate } from '../../../src/crawl/extract/dates.js'
import { extractDocument } from '../../../src/crawl/extract/extract-document.js'
import type { Metadata } from '../../../src/crawl/extract/metadata.js'
import { page, prose } from './pages.js'

const ld = (value: unknown): string => `<script type="application/ld+json">${JSON.stringify(value)}</script>`
const metadata = (line: string, head = '', rest = ''): Metadata =>
  extractDocument(page(`<main><h1>On kettles</h1>${line}<p>${prose(120)}</p></main>${rest}`, head), {
    url: 'https://www.example.com/blog/kettles',
  }).metadata

describe('the date of publication', () => {
  test.each([
    ['a date without a word below the heading', '<p>March 5, 2024</p>'],
    ['the words in front of it', '<p>Updated <b>April 1, 2025</b> Published <b>March 5, 2024</b></p>'],
    ['a word in Spanish', '<div>Publicado el 5 de marzo de 2024</div>'],
    ['a word in Japanese', '<div>公開日：2024年3月5日</div>'],
    ['the date of the byline', '<p class="byline">by Ada Lovelace - 2024-03-05</p>'],
    ['a title that holds the time', '<p class="date" title="2024-03-05 10:00:00Z">two years ago</p>'],
    [
      'where it says that it was first',
      '<p>6 May 2025</p><p>This article was first published on 5 March 2024.</p>',
    ],
  ])('is found by %s', (_, line) => {
    expect(metadata(line).publishedAt).toMatch(/^2024-03-05/)
  })

  test.each([
    ['of the last change', '<p class="published-date">Updated March 5, 2024</p>'],
    ['of the last change, as its class says', '<p class="last-modified">March 5, 2024</p>'],
    ['when somebody joined', '<p class="date">Joined: March 5, 2024</p>'],
    ['of suggestions', '<div class="related-posts"><p class="post-date">March 5, 2024</p></div>'],
    ['of each card of a list', '<div class="card"><p class="post-date">March 5, 2024</p></div>'.repeat(3)],
  ])('is not that %s', (_, line) => {
    expect(metadata(line).publishedAt).toBeNull()
  })

  test('of the last change is told apart', () => {
    const found = metadata('<p>Published <b>March 5, 2024</b> · Updated <b>April 1, 2025</b></p>')
    expect(found).toMatchObject({ publishedAt: '2024-03-05', modifiedAt: '2025-04-01' })
  })

  test('of a product is not that of its review', () => {
    const product = ld({
      '@type': 'Product',
      name: 'Kettle',
      review: { '@type': 'Review', datePublished: '2020-01-01' },
    })
    expect(metadata('<p class="review-date">March 5, 2024</p>', product).publishedAt).toBeNull()
  })

  test('of a page that is no video is not that of a video on it', () => {
    expect(metadata('', ld({ '@type': 'VideoObject', uploadDate: '2020-01-01' })).publishedAt).toBeNull()
  })

  test('is what the page shows, where JSON-LD gives the last change in its place', () => {
    const changed = { '@type': 'Article', datePublished: '2025-04-01', dateModified: '2025-04-01' }
    expect(metadata('<p>Published <b>March 5, 2024</b></p>', ld(changed)).publishedAt).toBe('2024-03-05')
    const right = { ...changed, dateModified: '2025-04-09' }
    expect(metadata('<p>Published <b>March 5, 2024</b></p>', ld(right)).publishedAt).toBe('2025-04-01')
  })
})

test.each([
  ['5 veljače 2024', '2024-02-05'],
  ['5 октомври 2024', '2024-10-05'],
  ['5 de març de 2024', '2024-03-05'],
  ['5 Maret 2024', '2024-03-05'],
  ['৫ মার্চ ২০২৪', '2024-03-05'],
  ['2024-3-5', '2024-03-05'],
  ['5. 3. 2024', '2024-03-05'],
])('%s is %s', (written, iso) => {
  expect(isoDate(written, null)).toBe(iso)
})

test('a date of numbers begins with its day where the address is of a country that writes so', () => {
  const at = (url: string) =>
    extractDocument(page('<h1>On kettles</h1><p class="date">03/05/2024</p>'), { url }).metadata
  expect(at('https://tea.co.uk/a').publishedAt).toBe('2024-05-03')
  expect(at('https://tea.com/a').publishedAt).toBe('2024-03-05')
})

test('what several robots tags say is kept together', () => {
  const head = '<meta name="robots" content="noindex"><meta name="robots" content="nofollow">'
  expect(metadata('', head).robots).toBe('noindex, nofollow')
})
