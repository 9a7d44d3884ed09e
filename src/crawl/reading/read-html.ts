import type { ExtractedDocument } from '../extract/extract-document.js'
import type { Visit } from '../page.js'
import type { PageReader } from './page-reader-pool.js'

/**
 * What a page says that was kept as its own html: read wherever pages are read, in threads too, and by the app's extractor where
 * there is one. `null` where that fails; rejects with the signal's reason only.
 */
export async function readHtml(
  reader: Pick<PageReader, 'read'>,
  { html, finalUrl, contentType }: Visit,
  signal: AbortSignal,
): Promise<ExtractedDocument | null> {
  if (html === null || finalUrl === null) return null
  // The mark goes before all else that says an encoding, such as the page's own meta element.
  const body = Buffer.from(`\ufeff${html}`)
  const none = { headers: {}, redirects: [], redirectResponses: [], requestedAtMs: 0, fetchedAtMs: 0 }
  const page = {
    ...none,
    url: finalUrl,
    finalUrl,
    status: 200,
    body,
    bytesReceived: body.byteLength,
    contentType,
  }
  return (await reader.read(page, 'document', signal)).document
}
