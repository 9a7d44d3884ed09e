import { expect, test } from 'vitest'
import { extractDocument } from '../../../src/crawl/extract/extract-document.js'
import { page, prose } from './pages.js'

test('what stands in a shadow is part of the page, what other templates hold is not', () => {
  const html = `<main><tea-page><template shadowrootmode="open"><h1>Kettles</h1><p>${prose(60)}</p><slot></slot></template>
    <p>${prose(60, 'cup')}</p></tea-page><template><p>Nobody sees this.</p></template></main>`
  const { title, text } = extractDocument(html)
  expect(title).toBe('Kettles')
  expect(text).toBe(`Kettles\n\n${prose(60)}\n\n${prose(60, 'cup')}`)
})

test('the body of an article in its data is its text, where the page shows a small part of it', () => {
  const data = { '@type': 'NewsArticle', headline: 'On kettles', articleBody: prose(200, 'cup') }
  const head = `<script type="application/ld+json">${JSON.stringify(data)}</script>`
  expect(extractDocument(page(`<p>Loading…</p><p>We use cookies.</p>`, head)).text).toBe(data.articleBody)
  expect(extractDocument(page(`<p>${prose(120)}</p>`, head)).text).toBe(prose(120))
})
