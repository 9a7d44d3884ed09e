import { type CountedText, together } from '../core/counted-text.js'
import { RiptideError, isRiptideError } from '../core/errors.js'
import { resultToJson } from '../core/json.js'
import { type Page, failedVisit, pageOf } from './page.js'

/** A page, and its JSON. */
export interface WrittenPage<P extends Page = Page> {
  readonly page: P
  /** Its JSON without the braces around it. */
  readonly fields: CountedText
}

/**
 * The JSON of a page as it will stand in the list of a result, or a RiptideError: an app's own extractor may answer what is
 * no JSON, and what is nested too deeply to be kept.
 */
export function writePage<P extends Page>(page: P): WrittenPage<P> {
  const all = Object.entries(page)
  const place = all.findIndex(([name]) => name === 'document')
  // Apart, since its text may be known: a thread has written it.
  const document = resultToJson(page.document, undefined, pageDepth + 1)
  const [before, after] = [fieldsOf(all.slice(0, place)), fieldsOf(all.slice(place + 1))]
  return { page, fields: together(before, ',"document":', document, ',', after) }
}

/** The page with an error in place of its content, because of the error that writing it met. */
export function withoutContent(page: Page, error: unknown): Page {
  const failure =
    isRiptideError(error) && error.code === 'RESPONSE_TOO_LARGE'
      ? error
      : new RiptideError('EXTRACTION_FAILED', 'the document of the page cannot be kept as JSON')
  return pageOf({ ...failedVisit(failure), status: page.status }, { ...page, outputFormat: 'document' })
}

// -------------------------------------------------------------------------------------------------------------------

/** Of a page in its list, in its result. */
const pageDepth = 2

/** As JSON without the braces. */
function fieldsOf(entries: readonly (readonly [string, unknown])[]): string {
  return resultToJson(Object.fromEntries(entries), undefined, pageDepth).text.slice(1, -1)
}
