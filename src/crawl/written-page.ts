import { RiptideError, isRiptideError } from '../core/errors.js'
import { resultToJson } from '../core/json.js'
import { type Page, failedVisit, pageOf } from './page.js'

/** A page, and its JSON. */
export interface WrittenPage<P extends Page = Page> {
  readonly page: P
  readonly json: string
  /** Of the JSON. */
  readonly bytes: number
}

/**
 * The JSON of a page as it will stand in the list of a result, or a RiptideError: an app's own extractor may answer what is
 * no JSON, and what is nested too deeply to be kept.
 */
export function writePage<P extends Page>(page: P): WrittenPage<P> {
  const json = resultToJson({ results: [page] }).slice('{"results":['.length, -']}'.length)
  return { page, json, bytes: Buffer.byteLength(json) }
}

/** The page with an error in place of its content, because of the error that writing it met. */
export function withoutContent(page: Page, error: unknown): Page {
  const failure =
    isRiptideError(error) && error.code === 'RESPONSE_TOO_LARGE'
      ? error
      : new RiptideError('EXTRACTION_FAILED', 'the document of the page cannot be kept as JSON')
  return pageOf({ ...failedVisit(failure), status: page.status }, { ...page, outputFormat: 'document' })
}
