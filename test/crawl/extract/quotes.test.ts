import { describe, expect, test } from 'vitest'
import { extractDocument } from '../../../src/crawl/extract/extract-document.js'
import { page, prose } from './pages.js'

const url = 'https://forum.example.com/threads/1'
const textOf = (body: string): string => extractDocument(page(body), { url }).text

describe('a thread in which posts quote each other', () => {
  const said = `<p>${prose(90, 'first')}</p>`
  const foreign = `<p>${prose(90, 'foreign')}</p>`
  const answered = (quote: string): string =>
    textOf(
      `<div class="post">${said}</div><div class="post"><blockquote>${quote}</blockquote><p>So it is.</p></div>`,
    )

  test('is read without the quote of a whole post above', () => {
    const text = answered(`<cite>Ada said:</cite>${said}`)
    expect(text.match(/The first number 0,/g)).toHaveLength(1)
    expect(text).not.toContain('Ada said')
    expect(text).toContain('So it is.')
  })

  test.each([
    ['a sentence', '<p>The first number 0, so to speak.</p>', 'so to speak', 1],
    ['what stands elsewhere', foreign, 'The foreign number 0,', 1],
    ['a post among much else', foreign + foreign + said, 'The first number 0,', 2],
  ])('is read with the quote of %s', (_, quote, words, times) => {
    const text = answered(quote)
    expect(text.split(words)).toHaveLength(times + 1)
    expect(text).toContain('So it is.')
  })

  test('is read with a quote that stands before what it quotes', () => {
    const text = textOf(
      `<div class="post"><blockquote>${said}</blockquote></div><div class="post">${said}${foreign}</div>`,
    )
    expect(text.match(/The first number 0,/g)).toHaveLength(2)
  })

  test('says whose posts they are and of when', () => {
    const post = (name: string): string =>
      `<div class="post"><div class="post-meta">${name}, May 2024</div><p>${prose(60, name)}</p></div>`
    expect(textOf(post('Ada') + post('Grace'))).toMatch(/Ada, May 2024[^]*Grace, May 2024/)
  })
})
