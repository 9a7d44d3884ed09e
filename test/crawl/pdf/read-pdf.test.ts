import { expect, test } from 'vitest'
import { type PdfRequest, readPdf } from '../../../src/crawl/pdf/read-pdf.js'
import { pdfFile } from './pdf-file.js'

const read = (pages: readonly string[], limits: Partial<PdfRequest> = {}) =>
  readPdf({ data: new Uint8Array(pdfFile(pages)), maxPages: 100, maxCharacters: 1000, ...limits })

test('no more text is read than there is room for, and no page behind it', async () => {
  const pages = ['The first page.', 'The second page.', 'The third page.']
  expect(await read(pages, { maxCharacters: 25 })).toMatchObject({
    pageCount: 3,
    pages: [
      { number: 1, text: 'The first page.' },
      { number: 2, text: 'The second' },
    ],
    truncated: true,
  })
})

test('text that just fits is all there is', async () => {
  const answer = await read(['12345', '67890'], { maxCharacters: 10 })
  expect(answer).toMatchObject({ pages: [{ text: '12345' }, { text: '67890' }], truncated: false })
})
