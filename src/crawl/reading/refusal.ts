import { RiptideError, describe } from '../../core/errors.js'
import type { FetchedPage } from '../fetch/fetch-page.js'
import { isPdf } from '../pdf/is-pdf.js'

/** Why a response other than 2xx has nothing to read. */
export function statusError(page: Pick<FetchedPage, 'status' | 'headers'>): RiptideError {
  const { status, headers } = page
  const retryable = status >= 500 || status === 408 || status === 425 || status === 429
  const retryAfter =
    typeof headers['retry-after'] === 'string' ? headers['retry-after'].slice(0, 100) : undefined
  const facts = { status, ...(retryAfter === undefined ? {} : { retryAfter }) }
  return new RiptideError('HTTP_STATUS', `the server answered with status ${status}`, { retryable, facts })
}

/** Why a body that is no text cannot be read here. */
export function typeError(page: Pick<FetchedPage, 'contentType' | 'body'>): RiptideError {
  if (isPdf(page.body)) {
    const text =
      'only html and other text can be read here, and this is a PDF: use the job type pdf_extraction'
    return new RiptideError('CONTENT_TYPE_UNSUPPORTED', text)
  }
  const got = page.contentType ? describe(page.contentType) : 'no Content-Type and bytes that are no text'
  return new RiptideError('CONTENT_TYPE_UNSUPPORTED', `only html and other text can be read; got ${got}`)
}
