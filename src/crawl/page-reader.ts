import { RiptideError, describe, isRiptideError } from '../core/errors.js'
import { toJobError } from '../core/job-error.js'
import { resultToJson } from '../core/json.js'
import { contentKind } from './content-type.js'
import { type ExtractedDocument, extractDocument } from './extract/extract-document.js'
import { decodeHtml } from './fetch/charset.js'
import type { FetchedPage } from './fetch/fetch-page.js'
import type { Extractor } from './options.js'
import { type Visit, failedVisit } from './page.js'
import type { Reading } from './page-cache.js'

/**
 * What a response says. A status other than 2xx, a type that is not text and an extractor that throws are a failed visit;
 * this never throws.
 */
export async function readPage(
  page: FetchedPage,
  reading: Reading,
  extractor: Extractor | undefined,
): Promise<Visit> {
  const failed = (failure: RiptideError): Visit => ({ ...failedVisit(failure), ...factsOf(page) })
  if (page.status < 200 || page.status > 299) return failed(statusError(page))
  const kind = contentKind(page.contentType, page.body)
  if (kind === 'other') return failed(typeError(page))
  const { text, encoding } = decodeHtml(page.body, page.contentType ?? undefined)
  const read = { ...factsOf(page), encoding, failure: null }
  if (reading === 'html') return { ...read, document: null, html: text }
  if (kind !== 'html') return { ...read, document: plainDocument(text, page.finalUrl, kind), html: null }
  try {
    return { ...read, document: await extract(text, page.finalUrl, extractor), html: null }
  } catch (error) {
    return failed(extractorError(error))
  }
}

// -------------------------------------------------------------------------------------------------------------------

function factsOf(page: FetchedPage): Pick<Visit, 'finalUrl' | 'status' | 'redirects' | 'contentType'> {
  const { finalUrl, status, redirects, contentType } = page
  return { finalUrl, status, redirects, contentType: contentType?.slice(0, 200) ?? null }
}

async function extract(
  html: string,
  url: string,
  extractor: Extractor | undefined,
): Promise<ExtractedDocument> {
  if (!extractor) return extractDocument(html, { url })
  const document: unknown = await extractor(html, { url })
  // By way of its text: what is no JSON must cost this page its document, not the batch its result.
  const copy = JSON.parse(resultToJson(document)) as unknown
  if (isDocument(copy)) return copy
  throw new RiptideError(
    'EXTRACTION_FAILED',
    `the extractor must answer { url, title, text, markdown, links, metadata }; got ${describe(document)}`,
  )
}

function isDocument(value: unknown): value is ExtractedDocument {
  if (typeof value !== 'object' || value === null) return false
  const { text, markdown, links, metadata } = value as Partial<Record<keyof ExtractedDocument, unknown>>
  return (
    typeof text === 'string' &&
    typeof markdown === 'string' &&
    Array.isArray(links) &&
    typeof metadata === 'object' &&
    metadata !== null
  )
}

/** Text that is no html is its own document; as markdown it stands in a fence that nothing in it can close. */
function plainDocument(text: string, url: string, kind: 'text' | 'markdown'): ExtractedDocument {
  const longest = (text.match(/`{3,}/g) ?? []).reduce((most, run) => Math.max(most, run.length), 2)
  const fence = '`'.repeat(longest + 1)
  const body = text.trim()
  const markdown = kind === 'markdown' || body === '' ? body : `${fence}\n${body}\n${fence}`
  return { ...extractDocument('', { url }), text: body, markdown }
}

function statusError(page: FetchedPage): RiptideError {
  const { status, headers } = page
  const retryable = status >= 500 || status === 408 || status === 425 || status === 429
  const retryAfter =
    typeof headers['retry-after'] === 'string' ? headers['retry-after'].slice(0, 100) : undefined
  const facts = { status, ...(retryAfter === undefined ? {} : { retryAfter }) }
  return new RiptideError('HTTP_STATUS', `the server answered with status ${status}`, { retryable, facts })
}

function typeError(page: FetchedPage): RiptideError {
  const got = page.contentType ? describe(page.contentType) : 'no Content-Type and bytes that are no text'
  return new RiptideError('CONTENT_TYPE_UNSUPPORTED', `only html and other text can be read; got ${got}`)
}

function extractorError(error: unknown): RiptideError {
  if (isRiptideError(error) && error.code === 'EXTRACTION_FAILED') return error
  return new RiptideError(
    'EXTRACTION_FAILED',
    `the extractor failed: ${describe(toJobError(error).message)}`,
    { cause: error },
  )
}
