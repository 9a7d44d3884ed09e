import { normalizeEncoding } from '@exodus/bytes/encoding.js'
import { nextAttribute } from './prescan-attribute.js'

/**
 * The encoding that the first bytes of a page declare, by the standard's "prescan a byte stream to determine its encoding"
 * (HTML, 13.2.3.2): meta charset, meta http-equiv, or an XML declaration; null when they declare none.
 */
export function prescan(body: Uint8Array, bytes: number): string | null {
  const head = headOf(body, bytes)
  return wideXml(head) ?? declaredInMeta(head) ?? declaredInXml(head)
}

/**
 * The encoding that the declaration of an XML document says (XML 1.0, 4.3.3 and appendix F): in XHTML and its like no meta
 * element counts. Null without one.
 */
export function xmlEncoding(body: Uint8Array, bytes: number): string | null {
  const head = headOf(body, bytes)
  return wideXml(head) ?? declaredInXml(head)
}

// -------------------------------------------------------------------------------------------------------------------

/** The bytes as characters of the same value: the algorithm knows nothing but ASCII. */
function headOf(body: Uint8Array, bytes: number): string {
  return Buffer.from(body.buffer, body.byteOffset, Math.min(body.byteLength, bytes)).toString('latin1')
}

/** UTF-16 without a byte order mark, by the first characters of an XML declaration. */
function wideXml(head: string): string | null {
  if (head.startsWith('<\0?\0x\0')) return 'utf-16le'
  return head.startsWith('\0<\0?\0x') ? 'utf-16be' : null
}

function declaredInMeta(head: string): string | null {
  for (let at = head.indexOf('<'); at !== -1; at = head.indexOf('<', at)) {
    const start = head.slice(at, at + 6)
    if (start.startsWith('<!--')) {
      // The two dashes that end a comment may be those that begin it.
      at = after(head, '-->', at + 2)
    } else if (/^<meta[\t\n\f\r /]/i.test(start)) {
      const meta = readMeta(head, at + 5)
      if (meta.encoding !== null) return meta.encoding
      at = meta.end
    } else if (/^<\/?[a-z]/i.test(start)) {
      at = afterTag(head, at)
    } else {
      at = /^<[!/?]/.test(start) ? after(head, '>', at) : at + 1
    }
  }
  return null
}

function after(head: string, what: string, at: number): number {
  const end = head.indexOf(what, at)
  return end === -1 ? head.length : end + what.length
}

function afterTag(head: string, start: number): number {
  let at = start + head.slice(start).search(/[\t\n\f\r >]|$/)
  for (;;) {
    const next = nextAttribute(head, at)
    if (next === 'closed') return after(head, '>', at)
    if (next === 'cut') return head.length
    at = next.end
  }
}

function readMeta(head: string, start: number): { readonly encoding: string | null; readonly end: number } {
  const attributes = new Map<string, string>()
  let at = start
  for (;;) {
    const next = nextAttribute(head, at)
    // Cut off in the middle, it may have been about to say something else.
    if (next === 'cut') return { encoding: null, end: head.length }
    if (next === 'closed') return { encoding: encodingOfMeta(attributes), end: after(head, '>', at) }
    // Of two attributes of one name the first counts.
    if (!attributes.has(next.name)) attributes.set(next.name, next.value)
    at = next.end
  }
}

function encodingOfMeta(attributes: ReadonlyMap<string, string>): string | null {
  const charset = attributes.get('charset')
  if (charset !== undefined) return readable(normalizeEncoding(charset))
  return attributes.get('http-equiv') === 'content-type'
    ? encodingOfContent(attributes.get('content') ?? '')
    : null
}

/** "Extracting a character encoding from a meta element": a quote that does not end says nothing. */
function encodingOfContent(content: string): string | null {
  const rest = /charset[\t\n\f\r ]*=[\t\n\f\r ]*(.*)/is.exec(content)?.[1]
  const label = rest === undefined ? undefined : /^(?:"([^"]*)"|'([^']*)'|([^"'][^\t\n\f\r ;]*))/.exec(rest)
  return readable(normalizeEncoding(label?.[1] ?? label?.[2] ?? label?.[3] ?? ''))
}

/** `<?xml version="1.0" encoding="...">` at the very beginning ("get an XML encoding"). */
function declaredInXml(head: string): string | null {
  const declaration = /^<\?xml[^>]*>/.exec(head)?.[0] ?? ''
  const label = /encoding\s*=\s*(?:"([^"\s]*)"|'([^'\s]*)')/.exec(declaration)
  return readable(normalizeEncoding(label?.[1] ?? label?.[2] ?? ''))
}

/** What was read byte by byte as ASCII is not UTF-16, whatever it says. */
function readable(encoding: string | null): string | null {
  if (encoding === 'utf-16le' || encoding === 'utf-16be') return 'utf-8'
  if (encoding === 'x-user-defined') return 'windows-1252'
  return encoding === 'replacement' ? null : encoding
}
