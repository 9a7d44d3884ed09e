import { describe, expect, test } from 'vitest'
import { extractDocument } from '../../../src/crawl/extract/extract-document.js'
import { page, prose } from './pages.js'

const textOf = (html: string, url?: string): string =>
  extractDocument(html, url === undefined ? {} : { url }).text

describe('a name', () => {
  test('that says in which box its element is hidden is no such box', () => {
    const html = page(
      `<main><p>${prose(60)}</p><div class="text quick-add-hidden">Made of steel.</div></main>`,
    )
    expect(textOf(html)).toContain('Made of steel.')
  })

  test('that says its element is hidden leaves it out', () => {
    const html = page(`<p>${prose(60)}</p><div class="visually-hidden">Only for the ear</div>`)
    expect(textOf(html)).not.toContain('Only for the ear')
  })

  test('is also the one that is given for tests, where scripts make up the classes', () => {
    const html = page(
      `<p>${prose(60)}</p><div class="css-1x2" data-testid="product-cross-sell">Teapot 3</div>`,
    )
    expect(textOf(html)).not.toContain('Teapot 3')
  })

  test('of a tip stands at the word that shows it too, which is text', () => {
    const html = page(
      `<p>${prose(60)}</p><p>If you use a <a class="term-tooltip" href="/k">kettle</a><span class="tooltip">a vessel</span> to boil.</p>`,
    )
    expect(textOf(html)).toContain('If you use a kettle to boil.')
  })
})

describe('an id made from a heading', () => {
  const section = (id: string, heading: string): string =>
    `<section id="${id}"><h2>${heading}</h2><p>All about ${heading}. ${prose(120, 'cup')}</p></section>`

  test.each([
    ['cookies', 'Cookies'],
    ['comments', '3.1 Comments'],
    ['related-work', 'Related work'],
    ['navigation-guards', 'Navigation Guards'],
    ['In_popular_culture', 'In popular culture'],
    ['pagination-2', 'Pagination'],
  ])('leaves in the section "%s" among others that are named so', (id, heading) => {
    const html = page(
      `<main><p>${prose(400)}</p>${section('boiling', 'Boiling')}${section(id, heading)}</main>`,
    )
    expect(textOf(html)).toContain(`All about ${heading}.`)
  })

  test.each([
    '<h2 id="pagination">Pagination</h2>',
    '<h2><span id="Pagination">Pagination</span></h2>',
    '<dl><dt id="term-pager">Pagination</dt></dl>',
  ])('leaves in %s', (heading) => {
    expect(textOf(page(`<p>${prose(60)}</p>${heading}<p>${prose(20)}</p>`))).toContain('Pagination')
  })

  test('is what it says where no other section is named so', () => {
    const html = page(
      `<p>${prose(400)}</p><div><p>${prose(20)}</p>${section('navigation', 'Navigation')}</div>`,
    )
    expect(textOf(html)).not.toContain('All about')
  })
})

describe('a signature', () => {
  const signature = '<div class="signature">Kettle(litres: number)</div>'

  test('in a documentation is that of a function', () => {
    expect(textOf(page(`<main><p>${prose(60)}</p>${signature}</main>`))).toContain('Kettle(litres: number)')
  })

  test('in a thread is that of who wrote', () => {
    const html = page(`<main><p>${prose(60)}</p>${signature}</main>`)
    expect(textOf(html, 'https://forums.example.com/t/1')).not.toContain('Kettle(litres: number)')
  })
})

describe('a list of contents', () => {
  const list = (link: (at: number) => string): string =>
    `<div class="toc"><dl class="toc">${Array.from(
      { length: 6 },
      (_, at) => `<dt><a href="${link(at)}">Kettles of kind ${at}</a></dt>`,
    ).join('')}</dl></div>`
  const chapter = (link: (at: number) => string): string =>
    page(`<p>${prose(60)}</p><div class="chapter"><div><h2>Chapter 1. Kettles</h2></div>${list(link)}</div>`)

  test('is what a page holds whose title it stands below, and leads to other pages', () => {
    expect(textOf(chapter((at) => `kettles-${at}.html`))).toContain('Kettles of kind 3')
  })

  test('is left out where it leads to places on its page', () => {
    expect(textOf(chapter((at) => `#kettles-${at}`))).not.toContain('Kettles of kind 3')
  })

  test('is left out where it stands beside the text', () => {
    const html = page(
      `<main><h1>Kettles</h1><p>${prose(60)}</p></main><div>${list((at) => `kettles-${at}.html`)}</div>`,
    )
    expect(textOf(html)).not.toContain('Kettles of kind 3')
  })
})

describe('the foot of a page', () => {
  const links = `<div class="x1"><ul><li><a href="/careers">Work with us</a></ul>
    <ul><li><a href="/de/datenschutz">Datenschutz</a><li><a href="/de/impressum.html">Impressum</a></ul></div>`

  test('is told by where its links lead', () => {
    const text = textOf(page(`<p>${prose(60)}</p>${links}`))
    expect(text).toContain('The kettle number 0,')
    expect(text).not.toMatch(/Work with us|Datenschutz|Impressum/)
  })

  test('is no list in the text itself', () => {
    expect(textOf(page(`<main><p>${prose(60)}</p>${links}</main>`))).toContain('Datenschutz')
  })

  test('is not the sentence that one agrees to the terms', () => {
    const sentence =
      'Whoever boils water with this kettle agrees to <a href="/terms">our terms</a> and has read <a href="/privacy">what we keep</a>.'
    expect(textOf(page(`<p>${prose(60)}</p><p>${sentence}</p>`))).toContain('agrees to our terms')
  })
})

describe('a product', () => {
  const head = '<script type="application/ld+json">{"@type":"Product","name":"Kettle 9"}</script>'

  test('begins with its title, but for a long text in front of that', () => {
    const text = textOf(
      page(
        `<div><p>Free returns until Monday</p></div><main><div>Chat with an expert</div><div>${prose(80, 'first')}</div><h1>Kettle 9</h1><p>${prose(30)}</p></main>`,
        head,
      ),
    )
    expect(text).toContain('The first number 0,')
    expect(text).not.toMatch(/Free returns|expert/)
  })

  test('keeps what stands before a title that is left out', () => {
    const html = page(
      `<p>Boils a litre.</p><p>${prose(30)}</p><footer><h1>The kettle shop</h1></footer>`,
      head,
    )
    expect(textOf(html)).toContain('Boils a litre.')
  })

  test('is one too where its customers say more of it than the shop', () => {
    const opinions = `<div class="comments">${['Ada', 'Bob', 'Cleo'].map((name) => `<div class="comment"><p>${prose(80, name)}</p></div>`).join('')}</div>`
    const html = page(
      `<main><h1>Kettle 9</h1><p>$ 49. ${prose(30)}</p><h2>Reviews</h2><p>Five stars</p></main>${opinions}`,
    )
    expect(textOf(html, 'https://example.com/product/kettle-9')).not.toContain('Five stars')
  })

  test('ends where the shop tells its news', () => {
    const html = page(
      `<main><h1>Kettle 9</h1><p>$ 49. ${prose(400)}</p><section><h2>Recent events & announcements</h2><p>A kettle concert</p></section></main>`,
      head,
    )
    expect(textOf(html)).not.toContain('concert')
  })
})
