// Each loads what it needs and answers a function of html and url that gives { text, title, author, date }.

const dist = new URL('../../../dist/crawl/index.js', import.meta.url)

export const contenders = {
  async riptide() {
    const { extractDocument } = await import(dist.href)
    return (html, url) => {
      const { text, title, metadata } = extractDocument(html, { url })
      return { text, title, author: metadata.author, date: metadata.publishedAt }
    }
  },

  async readability() {
    const { Readability } = await import('@mozilla/readability')
    const { parseHTML } = await import('linkedom')
    return (html) => {
      const article = new Readability(parseHTML(html).document).parse()
      if (article === null) return { text: '' }
      const { textContent, title, byline, publishedTime } = article
      return { text: textContent, title, author: byline, date: publishedTime }
    }
  },

  async defuddle() {
    const { Defuddle } = await import('defuddle/node')
    const { parseHTML } = await import('linkedom')
    return async (html, url) => {
      const { content, title, author, published } = await Defuddle(parseHTML(html).document, url)
      // It answers html; its text is that of the body it makes.
      const { document } = parseHTML(`<!doctype html><html><body>${content}</body></html>`)
      return { text: spaced(document.body), title, author, date: published }
    }
  },

  /** All text but that of scripts, navigation, header and footer. */
  async stripped() {
    const { parse } = await import('parse5')
    return (html) => {
      const document = parse(html)
      const title = /<title[^>]*>([^<]*)/i.exec(html)?.[1]
      return { text: textBelow(document), title: title?.trim() }
    }
  },
}

// -------------------------------------------------------------------------------------------------------------------

const unread = new Set(['script', 'style', 'noscript', 'template', 'head', 'nav', 'header', 'footer', 'svg'])

function textBelow(root) {
  const pending = [root]
  const texts = []
  while (pending.length > 0) {
    const node = pending.pop()
    if (node.nodeName === '#text') texts.push(node.value)
    if (!unread.has(node.nodeName)) pending.push(...(node.childNodes ?? []).toReversed())
  }
  return texts.join(' ')
}

/** `textContent` joins the last word of a block with the first of the next. */
function spaced(element) {
  for (const block of element.querySelectorAll('p, div, li, td, th, h1, h2, h3, h4, h5, h6, br, dt, dd, pre'))
    block.after(' ')
  return element.textContent
}
