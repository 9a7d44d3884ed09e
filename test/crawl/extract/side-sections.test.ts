import { describe, expect, test } from 'vitest'
import { extractDocument } from '../../../src/crawl/extract/extract-document.js'
import { page, prose } from './pages.js'

const textOf = (html: string): string => extractDocument(html).text
const articleHead = '<meta property="article:published_time" content="2024-03-05">'

describe('a section that stands beside the text', () => {
  const section = (heading: string): string => `<section><h2>${heading}</h2><p>Something else.</p></section>`
  const article = (heading: string): string => page(`<p>${prose(200)}</p>${section(heading)}`, articleHead)

  test.each([
    'About the reviewer',
    'Also in the news',
    'Disclaimer',
    'Explore related questions',
    'Similar courses',
    'External links',
    'Further reading',
  ])('of an article is one that opens with "%s"', (heading) => {
    expect(textOf(article(heading))).not.toContain('Something else.')
  })

  test.each(['Popular searches', 'Want updates by mail?', 'External links'])(
    'of any page is one that opens with "%s"',
    (heading) => {
      expect(textOf(page(`<p>${prose(200)}</p>${section(heading)}`))).not.toContain('Something else.')
    },
  )

  test.each(['Subscribe to our letter', 'Newsletter', 'Cookies', 'Feedback', 'Privacy'])(
    'and opens with "%s" is brief; a long one is a chapter of the text',
    (heading) => {
      const chapter = (words: number): string =>
        page(`<main><p>${prose(400)}</p><h2>${heading}</h2><p>${prose(words, 'cup')}</p></main>`)
      expect(textOf(chapter(24))).not.toContain('The cup number 0')
      expect(textOf(chapter(120))).toContain('The cup number 0')
    },
  )

  test('of a product is what other buyers asked, not what is asked often', () => {
    const shop = (heading: string): string =>
      page(
        `<main itemscope itemtype="https://schema.org/Product"><h1>Kettle</h1><p>${prose(200)}</p>${section(heading)}</main>`,
      )
    expect(textOf(shop('Customer questions'))).not.toContain('Something else.')
    expect(textOf(shop('Frequently asked questions'))).toContain('Something else.')
    expect(textOf(shop('FAQ'))).toContain('Something else.')
  })
})
