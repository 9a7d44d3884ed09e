import { abortable } from '../../core/abort.js'
import type { ExtractedDocument } from '../extract/extract-document.js'
import type { FetchedPage } from '../fetch/fetch-page.js'
import type { Visit } from '../page.js'
import type { BodyRoom } from './body-room.js'
import type { PageReader } from './page-reader-pool.js'

/** Where it is read. */
export interface HtmlPlace {
  readonly reader: Pick<PageReader, 'read'>
  readonly room: BodyRoom
}

/**
 * What a page says that was kept as its own html: read wherever pages are read, in threads too, and by the app's extractor where
 * there is one. Its bytes are made when there is room for them. `null` where that fails; rejects with the signal's reason only.
 */
export async function readHtml(
  { reader, room }: HtmlPlace,
  { html, finalUrl, contentType }: Visit,
  signal: AbortSignal,
): Promise<ExtractedDocument | null> {
  if (html === null || finalUrl === null) return null
  // The mark goes before all else that says an encoding, such as the page's own meta element.
  const text = `\ufeff${html}`
  return room.hold(async (place) => {
    // All at once: whoever held some of it and waited for the rest could keep others waiting who do the same.
    await abortable(Promise.resolve(place.take(Buffer.byteLength(text))), signal)
    const page = pageOf(text, finalUrl, contentType)
    return (await reader.read(page, 'document', signal)).document
  })
}

// -------------------------------------------------------------------------------------------------------------------

function pageOf(text: string, finalUrl: string, contentType: string | null): FetchedPage {
  const body = Buffer.from(text)
  const none = { headers: {}, redirects: [], redirectResponses: [], requestedAtMs: 0, fetchedAtMs: 0 }
  return {
    ...none,
    url: finalUrl,
    finalUrl,
    status: 200,
    body,
    bytesReceived: body.byteLength,
    contentType,
  }
}
