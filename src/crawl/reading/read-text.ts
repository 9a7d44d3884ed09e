import type { contentKind } from '../content-type.js'
import { type ExtractedDocument, extractDocument } from '../extract/extract-document.js'
import { decodeHtml } from '../fetch/charset.js'
import type { Reading } from '../page.js'

/** A kind of body that has text; see `contentKind`. */
export type TextKind = Exclude<ReturnType<typeof contentKind>, 'other'>

/** A body that is to be read. All of it can be sent to a thread. */
export interface TextRequest {
  readonly body: Uint8Array
  readonly contentType: string | null
  readonly kind: TextKind
  /** Where it came from, after redirects. */
  readonly url: string
  readonly reading: Reading
}

/** What a body says: a document, or with the reading `html` the decoded text; and the encoding it was read in. */
export interface TextAnswer {
  readonly encoding: string
  readonly document: ExtractedDocument | null
  readonly html: string | null
}

/** The same with the document as its JSON text: to copy its many objects from one heap to another costs more than to write it. */
export interface SentAnswer extends Omit<TextAnswer, 'document'> {
  readonly json: string | null
}

/** Decodes and reads a body. Pure and synchronous: it gives the same answer in a thread. */
export function readText({ body, contentType, kind, url, reading }: TextRequest): TextAnswer {
  const { text, encoding } = decodeHtml(body, contentType)
  if (reading === 'html') return { encoding, document: null, html: text }
  const document = kind === 'html' ? extractDocument(text, { url }) : plainDocument(text, url, kind)
  return { encoding, document, html: null }
}

/** What a thread answers. */
export function sendText(request: TextRequest): SentAnswer {
  const { document, ...answer } = readText(request)
  return { ...answer, json: document === null ? null : JSON.stringify(document) }
}

/** Text that is no html is its own document; as markdown it stands in a fence that nothing in it can close. */
export function plainDocument(text: string, url: string, kind: 'text' | 'markdown'): ExtractedDocument {
  const longest = (text.match(/`{3,}/g) ?? []).reduce((most, run) => Math.max(most, run.length), 2)
  const fence = '`'.repeat(longest + 1)
  const body = text.trim()
  const markdown = kind === 'markdown' || body === '' ? body : `${fence}\n${body}\n${fence}`
  return { ...extractDocument('', { url }), text: body, markdown }
}
