/** What a body is, for its reader; `other` is none of our business (images, PDF, archives). */
export type ContentKind = 'html' | 'text' | 'markdown' | 'other'

/** The kind of a body by its Content-Type or, without one, by a look at its first bytes. */
export function contentKind(contentType: string | null | undefined, body: Uint8Array): ContentKind {
  const essence = contentType?.split(';', 1)[0]?.trim().toLowerCase() ?? ''
  if (essence === '') return sniff(body)
  if (essence === 'text/html' || essence === 'application/xhtml+xml') return 'html'
  if (essence === 'text/markdown') return 'markdown'
  if (essence.startsWith('text/') || isTextualApplication(essence)) return 'text'
  return 'other'
}

// -------------------------------------------------------------------------------------------------------------------

function isTextualApplication(essence: string): boolean {
  return /^application\/(?:json|xml|yaml|x-ndjson|[\w.-]+\+(?:json|xml|yaml))$/.test(essence)
}

const sniffed = 1024

/** Control characters that no text holds (WHATWG MIME sniffing, "binary data byte"). */
function isBinary(byte: number): boolean {
  return byte <= 0x08 || byte === 0x0b || (byte >= 0x0e && byte <= 0x1a) || (byte >= 0x1c && byte <= 0x1f)
}

function sniff(body: Uint8Array): ContentKind {
  const head = body.subarray(0, sniffed)
  const hasUtf16Mark = (head[0] === 0xff && head[1] === 0xfe) || (head[0] === 0xfe && head[1] === 0xff)
  if (!hasUtf16Mark && head.some(isBinary)) return 'other'
  const start = Buffer.from(head.buffer, head.byteOffset, head.byteLength).toString('latin1')
  return /^[^<]{0,16}<(?:!doctype html|!--|\?xml|[a-z])/i.test(start.replace(/\0/g, '')) ? 'html' : 'text'
}
