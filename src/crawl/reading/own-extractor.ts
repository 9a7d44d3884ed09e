import { RiptideError, describe, isRiptideError } from '../../core/errors.js'
import { toJobError } from '../../core/job-error.js'
import { resultToJson } from '../../core/json.js'
import type { ExtractedDocument } from '../extract/extract-document.js'
import type { Extractor } from '../options.js'

/** What the app's own extractor makes of a page; EXTRACTION_FAILED where it throws, or answers what is no document. */
export async function runExtractor(
  extractor: Extractor,
  html: string,
  url: string,
): Promise<ExtractedDocument> {
  try {
    const document: unknown = await extractor(html, { url })
    // By way of its text: what is no JSON must cost this page its document, not the batch its result.
    const copy = JSON.parse(resultToJson(document).text) as unknown
    if (isDocument(copy)) return copy
    throw new RiptideError(
      'EXTRACTION_FAILED',
      `the extractor must answer { url, title, text, markdown, links, metadata }; got ${describe(document)}`,
    )
  } catch (error) {
    if (isRiptideError(error) && error.code === 'EXTRACTION_FAILED') throw error
    const text = `the extractor failed: ${describe(toJobError(error).message)}`
    throw new RiptideError('EXTRACTION_FAILED', text, { cause: error })
  }
}

// -------------------------------------------------------------------------------------------------------------------

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
