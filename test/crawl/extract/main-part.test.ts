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

  test('keeps a short answer to a long post', () => {
    const post = (text: string): string => `<div class="post"><p>${text}</p></div>`
    const text = textOf(
      page(post(prose(400)) + post('Thank you, that helped.')),
      'https://forum.example.com/threads/1',
    )
    expect(text).toContain('Thank you, that helped.')
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

describe('the text of a product', () => {
  const description =
    'A kettle of brushed steel that boils a litre in two minutes, with a handle that stays cold.'
  const head = (text: string): string =>
    `<script type="application/ld+json">${JSON.stringify({ '@type': 'Product', name: 'Kettle', description: text })}</script>`

  test('holds the description that only its scripts would show', () => {
    const { text, markdown } = extractDocument(
      page('<h1>Kettle</h1><p>29 euros</p>', head(`<b>${description}</b>`)),
    )
    expect(text).toBe(`Kettle\n\n29 euros\n\n${description}`)
    expect(markdown).toContain(description)
  })

  test('holds it once where it is shown', () => {
    expect(textOf(page(`<h1>Kettle</h1><p>${description}</p>`, head(description)))).toBe(
      `Kettle\n\n${description}`,
    )
  })

  test('holds it once where its scripts have it in the form of an address', () => {
    expect(textOf(page(`<h1>Kettle</h1><p>${description}</p>`, head(encodeURIComponent(description))))).toBe(
      `Kettle\n\n${description}`,
    )
  })

  test('begins where its title is, though what stands there is mostly left out', () => {
    const hidden = `<div hidden>${prose(200)}</div>`
    const html = page(
      `<main><div><div><h1>Kettle</h1>${hidden}</div><p>${description}</p></div></main>`,
      head(''),
    )
    expect(textOf(html)).toContain(description)
  })
})

describe('what stands on a page twice', () => {
  const part = `<h2>Care</h2><p>Rinse it with ${prose(20)}</p>`

  test('for wide and for narrow screens is read once', () => {
    const text = textOf(
      page(`<p>${prose(60)}</p><div class="d-lg-block">${part}</div><div class="d-lg-none">${part}</div>`),
    )
    expect(text.match(/Rinse it with/g)).toHaveLength(1)
  })

  test('is kept in a thread, where it is a quote', () => {
    const posts = `<div class="post">${part}</div>`.repeat(2)
    expect(textOf(page(posts), 'https://forum.example.com/threads/1').match(/Rinse it with/g)).toHaveLength(2)
  })

  test('is kept where it is one sentence below each card', () => {
    const cards =
      '<div class="card"><h3>Offer</h3><p>Not valid with other offers. Ask in the shop for details.</p></div>'
    expect(
      textOf(page(`<p>${prose(30)}</p>${cards.replace('Offer', 'One')}${cards}`)).match(/Not valid/g),
    ).toHaveLength(2)
  })
})

describe('a page of which hardly anything is left', () => {
  test('is read where its names alone would leave it out', () => {
    const text = textOf(
      page(`<header>Brand</header><div class="promo-tiles"><p>${prose(80, 'first')}</p></div><div class="share-box"><p>${prose(60, 'second')}</p></div>
        <div class="related-set"><p>${prose(60, 'third')}</p></div>`),
    )
    expect(text).toContain('The first number 0,')
    expect(text).not.toContain('Brand')
  })

  test('is read where its late parts were sent hidden', () => {
    expect(
      textOf(
        page(`<main><template id="B:0"></template></main><div hidden id="S:0"><p>${prose(40)}</p></div>`),
      ),
    ).toContain('The kettle number 0,')
  })
})

describe('an article', () => {
  test('goes on in the boxes of the same class', () => {
    const html = page(
      `<div class="page"><div class="rich-text"><p>${prose(200, 'first')}</p></div><img src="/x.png">
        <div class="rich-text"><p>${prose(60, 'second')}</p></div></div>`,
      articleHead,
    )
    expect(textOf(html)).toContain('The second number 0,')
  })
})

describe('a page in another language', () => {
  const chinese = '茶壶里的水开了，声音先是低沉，然后越来越高，最后像唱歌一样。'
  const arabic = 'يغلي الماء في الإبريق ببطء، ثم يبدأ بالغناء، ويسمعه كل من في البيت.'

  test.each([
    ['Chinese', 'zh', chinese, '相关文章', '另一篇文章的标题'],
    ['Japanese', 'ja', 'やかんの水はゆっくりと沸き、やがて歌い始める。', '関連記事', '別の記事の見出し'],
    ['Arabic', 'ar', arabic, 'مقالات ذات صلة', 'عنوان مقال آخر'],
    [
      'Russian',
      'ru',
      'Вода в чайнике закипает медленно, а потом чайник начинает петь.',
      'Читайте также',
      'Другая статья',
    ],
  ])('such as %s ends where the suggestions begin', (_, lang, sentence, heading, other) => {
    const html = `<html lang="${lang}"><head>${articleHead}</head><body><nav><a href="/">首页</a></nav><div class="body">
      ${`<p>${sentence}</p>`.repeat(12)}<div><h2>${heading}</h2><ul><li><a href="/1">${other}</a></li></ul></div></div>
      <footer>© 2024</footer></body></html>`
    const text = textOf(html)
    expect(text.split(sentence.slice(0, 12))).toHaveLength(13)
    expect(text).not.toContain(other)
    expect(text).not.toContain('© 2024')
  })
})

describe('a thread of an old forum', () => {
  test('is read without its title above each answer', () => {
    const posts = ['Ada', 'Grace', 'Linus'].map(
      (name, at) =>
        `<div class="post"><h3>${at === 0 ? '' : 'Re: '}Kettles sing?</h3><p>${prose(30, name)}</p></div>`,
    )
    const text = textOf(page(posts.join('')), 'https://example.com/viewtopic.php?t=1')
    expect(text.match(/Kettles sing/g)).toHaveLength(1)
  })

  test('is no section that is called topics', () => {
    const html = page(`<p>${prose(60)}</p><div class="comments"><p>First comment!</p></div>`)
    expect(textOf(html, 'https://example.com/topics/kettles')).not.toContain('First comment!')
    expect(textOf(html, 'https://example.com/topic/17/kettles')).toContain('First comment!')
  })
})

describe('a product that only microdata names', () => {
  test('ends where what others bought begins', () => {
    const html =
      page(`<main itemscope itemtype="https://schema.org/Product"><h1>Kettle 9</h1><p>$ 49. ${prose(400)}</p>
      <section><h2>Customers also bought</h2><p>Teapot 3</p></section></main>`)
    expect(textOf(html)).not.toContain('Teapot')
  })
})
