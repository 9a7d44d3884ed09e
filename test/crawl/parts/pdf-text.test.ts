import { afterAll, describe, expect, test } from 'vitest'
import { createPdfReader } from '../../../src/crawl/parts/pdf-text.js'
import { pdfFile } from '../pdf/pdf-file.js'
import { codeOf, rejectionOf } from './part-stage.js'

describe('a reader of PDFs', () => {
  const pdfs = createPdfReader({ maxPdfBytes: 100_000 })
  afterAll(() => pdfs.close())

  test('gives the text of all pages, and leaves the bytes to their owner', async () => {
    const file = pdfFile(['Ebb', 'Flood'], { Title: 'Tides' })
    const before = Buffer.from(file)
    expect(await pdfs.read(file)).toMatchObject({
      pageCount: 2,
      pages: [
        { number: 1, text: 'Ebb' },
        { number: 2, text: 'Flood' },
      ],
      text: 'Ebb\n\nFlood',
      metadata: { title: 'Tides' },
      truncated: false,
    })
    expect(file.equals(before)).toBe(true)
  })

  test('reads so many pages', async () => {
    expect(await pdfs.read(pdfFile(['one', 'two']), { maxPages: 1 })).toMatchObject({
      pageCount: 2,
      text: 'one',
      truncated: true,
    })
  })

  test('names what is wrong', async () => {
    expect(await rejectionOf(pdfs.read(Buffer.from('hello')))).toBe('PDF_INVALID')
    expect(await rejectionOf(pdfs.read('JVBERi0=' as never))).toBe('PDF_INVALID')
    expect(await rejectionOf(pdfs.read(Buffer.from('%PDF-1.7 and nothing else')))).toBe('PDF_INVALID')
    expect(await rejectionOf(pdfs.read(new Uint8Array(100_001)))).toBe('PAYLOAD_TOO_LARGE')
    expect(await rejectionOf(pdfs.read(pdfFile(['x']), { maxPages: 0 }))).toBe('ARGUMENT_INVALID')
    const signal = AbortSignal.abort()
    expect(await rejectionOf(pdfs.read(pdfFile(['x']), { signal }))).toBe('ABORTED')
    expect(codeOf(() => createPdfReader({ maxPdfPages: 0 }))).toBe('CONFIG_INVALID')
    expect(() => createPdfReader({ maxPages: 5 } as object)).toThrow(/maxPages/)
  })
})
