import { dateOf, textOf } from './pdf-metadata.js'
import { pageText } from './page-text.js'
import type { PdfDocument, PdfMetadata, PdfPage } from './pdf-result.js'
import { type PdfProxy, loadPdfjs } from './pdfjs.js'

export interface PdfRequest {
  readonly data: Uint8Array
  readonly maxPages: number
  /** Most characters of text in all. */
  readonly maxCharacters: number
}

/** A failure is told as a value: an error that is thrown in a thread arrives without its code. */
export type PdfAnswer =
  | ({ readonly kind: 'document' } & PdfDocument)
  /** Without `why` it is not installed; otherwise it is, and this is why it does not work here. */
  | { readonly kind: 'no library'; readonly why?: string }
  | { readonly kind: 'invalid'; readonly why: string }

/** Reads the text of a PDF, page by page, and what it says of itself. Runs no script in it and fetches nothing. */
export async function readPdf(request: PdfRequest): Promise<PdfAnswer> {
  const library = await loadPdfjs()
  if (!('open' in library)) return { kind: 'no library', ...library }
  const task = library.open(request.data)
  try {
    const pdf = await task.promise
    const metadata = await metadataOf(pdf)
    return { kind: 'document', pageCount: pdf.numPages, metadata, ...(await pagesOf(pdf, request)) }
  } catch (error) {
    return { kind: 'invalid', why: whyOf(error) }
  } finally {
    await task.destroy()
  }
}

// -------------------------------------------------------------------------------------------------------------------

async function pagesOf(
  pdf: PdfProxy,
  { maxPages, maxCharacters }: PdfRequest,
): Promise<Pick<PdfDocument, 'pages' | 'truncated'>> {
  const pages: PdfPage[] = []
  let room = maxCharacters
  let truncated = pdf.numPages > maxPages
  for (let number = 1; number <= Math.min(pdf.numPages, maxPages); number++) {
    const { text, isWhole } = await pageText(pdf, number, room)
    pages.push({ number, text })
    room -= text.length
    if (isWhole) continue
    truncated = true
    break
  }
  return { pages, truncated }
}

async function metadataOf(pdf: PdfProxy): Promise<PdfMetadata> {
  const { info, metadata } = await pdf.getMetadata().catch(() => ({ info: {}, metadata: null }))
  const own = info as Readonly<Record<string, unknown>>
  const pick = (key: string, xmp: string): string | null => textOf(own[key]) ?? textOf(metadata?.get(xmp))
  return {
    title: pick('Title', 'dc:title'),
    author: pick('Author', 'dc:creator'),
    subject: pick('Subject', 'dc:description'),
    keywords: pick('Keywords', 'pdf:keywords'),
    creator: pick('Creator', 'xmp:creatortool'),
    producer: pick('Producer', 'pdf:producer'),
    createdAt: dateOf(own['CreationDate']) ?? dateOf(metadata?.get('xmp:createdate')),
    modifiedAt: dateOf(own['ModDate']) ?? dateOf(metadata?.get('xmp:modifydate')),
    language: textOf(own['Language']),
    version: textOf(own['PDFFormatVersion']),
  }
}

function whyOf(error: unknown): string {
  const { name, message } = (error ?? {}) as { name?: unknown; message?: unknown }
  if (name === 'PasswordException') return 'is protected by a password'
  return `cannot be read: ${typeof message === 'string' ? message.slice(0, 200) : 'unknown error'}`
}
