import { type Fields, type Place, asObject, integerIn, onlyKeys, wrong } from '../../core/check.js'
import { RiptideError, describe } from '../../core/errors.js'
import { checkUrl } from '../fetch/url-check.js'
import type { ResolvedCrawlOptions } from '../options.js'
import { opensAsPdf } from './is-pdf.js'

/** A `pdf_extraction` as it is stored: a url, or the bytes themselves in base64. */
export interface PdfExtraction {
  readonly url?: string
  readonly pdfData?: string
  /** Nothing filled in, so that the worker's own defaults and caps apply. */
  readonly options: Fields
}

/** The part of the crawler's settings that a submission is checked against. */
export type PdfLimits = Pick<ResolvedCrawlOptions, 'allowPrivateNetwork' | 'allowedPorts' | 'maxPdfBytes'>

/** Checks and normalises what a `pdf_extraction` is submitted with; its own answer comes through unchanged. */
export function checkPdfExtraction(payload: unknown, limits: PdfLimits): PdfExtraction {
  const given = asObject(payload, { path: '' })
  onlyKeys(given, ['url', 'pdfData', 'options'], { path: '' })
  const { url = null, pdfData = null } = given
  const options = checkOptions(given.options)
  if (url !== null && pdfData !== null)
    throw wrong('PDF_INVALID', { path: '/pdfData' }, 'cannot be given together with a url', pdfData)
  if (url !== null) return { url: checkUrl(url, '/url', limits), options }
  if (pdfData === null)
    throw wrong('PDF_INVALID', { path: '/url' }, 'must be given, or the bytes of a PDF in its place', url)
  return { pdfData: checkData(pdfData, limits), options }
}

/** What a job may ask of the reading. */
export const pdfOptions: Readonly<Record<string, (value: unknown, place: Place) => unknown>> = {
  maxPages: (value, place) => integerIn(value, 1, Number.MAX_SAFE_INTEGER, place),
  timeoutMs: (value, place) => integerIn(value, 1, 3_600_000, place),
}

// -------------------------------------------------------------------------------------------------------------------

function checkOptions(value: unknown): Fields {
  if (value === undefined || value === null) return {}
  const entries = Object.entries(asObject(value, { path: '/options' }))
  // `null` means "not given", as in the options of a crawl.
  const options = Object.fromEntries(
    entries.filter(([key, one]) => one !== undefined && !(one === null && key in pdfOptions)),
  )
  for (const [key, check] of Object.entries(pdfOptions)) {
    if (options[key] !== undefined) check(options[key], { path: `/options/${key}` })
  }
  return options
}

/**
 * RFC 4648, 4: the usual alphabet, padded; stored without the line breaks with which tools such as `base64` print it. A space is
 * refused: it was a plus once, in a form or a query.
 */
function checkData(value: unknown, { maxPdfBytes }: PdfLimits): string {
  const refuse = (rule: string): RiptideError =>
    new RiptideError('PDF_INVALID', `/pdfData ${rule}; got ${describe(value)}`, { path: '/pdfData' })
  if (typeof value !== 'string') throw refuse('must be a PDF in base64, as a string')
  const data = value.replace(/[\r\n]+/g, '')
  if (data.length / 4 > Math.ceil(maxPdfBytes / 3)) {
    const text = `/pdfData holds more than ${maxPdfBytes} bytes`
    throw new RiptideError('PAYLOAD_TOO_LARGE', text, { path: '/pdfData', facts: { limit: maxPdfBytes } })
  }
  if (data.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(data))
    throw refuse('must be base64 of the usual alphabet, padded, and nothing else')
  if (!opensAsPdf(Buffer.from(data.slice(0, 1368), 'base64'))) throw refuse('must be a PDF: no %PDF- in it')
  return data
}
