import { describe, expect, test } from 'vitest'
import { extractDocument } from '../../../src/crawl/extract/extract-document.js'
import { page, prose } from './pages.js'

const textOf = (html: string, url?: string): string =>
  extractDocument(html, url === undefined ? {} : { url }).text
const articleHead = '<meta property="article:published_time" content="2024-03-05">'

describe('the text of an article', () => {
  const html = page(
    `<header><a href="/">Brand</a></header>
     <nav><a href="/a">Menu entry</a></nav>
     <div class="layout has-sidebar">
       <div class="post"><h1>On kettles</h1><div class="entry-content"><p>${prose(120)}</p><p>The last word.</p>
         <div class="share-buttons">Tweet it</div>
         <h2>Related articles</h2><ul><li>Another story entirely</li></ul>
         <h2>Epilogue</h2><p>And that was that.</p></div></div>
       <div class="sidebar">Sidebar matter</div>
     </div>
     <div id="comments"><p>First comment!</p></div>
     <footer>Imprint</footer>`,
    articleHead,
  )

  test('holds the prose from its first to its last sentence', () => {
    expect(textOf(html)).toContain('The kettle number 0,')
    expect(textOf(html)).toContain('The last word.')
  })

  test.each(['Brand', 'Menu entry', 'Tweet it', 'Sidebar matter', 'First comment!', 'Imprint'])(
    'leaves out %s',
    (words) => {
      expect(textOf(html)).not.toContain(words)
    },
  )

  test('leaves out a section of suggestions and goes on after it', () => {
    expect(textOf(html)).not.toContain('Another story')
    expect(textOf(html)).toContain('And that was that.')
  })
})

describe('what calls itself boilerplate', () => {
  test('is kept where it holds most of the page', () => {
    expect(textOf(page(`<div class="sidebar"><p>${prose(80)}</p></div><p>Short.</p>`))).toContain(
      'The kettle number 0,',
    )
  })

  test('is not a box that only says what else there is', () => {
    expect(textOf(page(`<p>${prose(60)}</p><div class="no-sidebar"><p>Still the page.</p></div>`))).toContain(
      'Still the page.',
    )
  })

  test('is named in other languages too', () => {
    const text = textOf(
      page(
        `<main><p>${prose(60)}</p></main><div class="fusszeile">Impressum</div><div class="publicidad">Oferta</div>`,
      ),
    )
    expect(text).not.toMatch(/Impressum|Oferta/)
  })

  test('is hidden text, but not what a click unfolds', () => {
    const text = textOf(
      page(
        `<p>${prose(60)}</p><div style="display: none">Never seen</div><div class="accordion-panel" hidden>Answer</div>`,
      ),
    )
    expect(text).not.toContain('Never seen')
    expect(text).toContain('Answer')
  })
})

describe('a thread', () => {
  const posts = ['Ada', 'Grace', 'Edsger']
    .map(
      (
        name,
      ) => `<article class="comment"><h4 class="username">${name}</h4><div class="user-extras">Joined 2001</div>
        <div class="body"><p>${prose(40, name)}</p></div><div class="signature">Sent from my abacus</div></article>`,
    )
    .join('')

  test('is made of its comments and who wrote them', () => {
    const text = textOf(page(`<h1>Kettles?</h1>${posts}`), 'https://forum.example.com/threads/1')
    for (const name of ['Ada', 'Grace', 'Edsger']) expect(text).toContain(`The ${name} number 0,`)
    expect(text).toMatch(/^Edsger$/m)
  })

  test('leaves out signatures and what stands beside a name', () => {
    expect(textOf(page(posts), 'https://forum.example.com/threads/1')).not.toMatch(/abacus|Joined/)
  })

  test('is known by its comments alone', () => {
    expect(textOf(page(`<p>A link.</p><div class="comments">${posts}</div>`))).toContain(
      'The Grace number 0,',
    )
  })
})

describe('a product', () => {
  const head = '<script type="application/ld+json">{"@type":"Product","name":"Kettle 9"}</script>'

  test('is what stands around its name, not what others bought or said', () => {
    const shop = `<main><section><h1>Kettle 9</h1><p>$ 49. ${prose(400)}</p></section>
      <section><h2>Customers also bought</h2><p>Teapot 3, a friend of every kettle</p></section>
      <section class="reviews"><p>Five stars, said Bob</p></section></main>`
    const text = textOf(page(shop, head))
    expect(text).toContain('$ 49.')
    expect(text).not.toMatch(/Teapot|Bob/)
  })
})

describe('a page of cards', () => {
  test('keeps every card, with who wrote it', () => {
    const cards = Array.from(
      { length: 12 },
      (_, at) =>
        `<div class="card"><h3><a href="/${at}">Story ${at}</a></h3><p class="byline">By Ada</p></div>`,
    )
    const text = textOf(page(`<div class="grid">${cards.join('')}</div>`))
    for (let at = 0; at < 12; at++) expect(text).toMatch(new RegExp(`^Story ${at}$`, 'm'))
    expect(text).toContain('By Ada')
  })
})

describe('a page without text of its own', () => {
  test('that gives its text to readers without scripts is read there', () => {
    expect(textOf(page(`<div id="app"></div><noscript><div><p>${prose(30)}</p></div></noscript>`))).toContain(
      'The kettle number 0,',
    )
  })

  test('is what it says of itself', () => {
    expect(
      textOf(page('<div id="app"></div>', '<meta name="description" content="All about *kettles*">')),
    ).toBe('All about *kettles*')
  })
})
