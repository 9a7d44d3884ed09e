import { isUtf8 } from 'node:buffer'
import { TextDecoder, getBOMEncoding, normalizeEncoding } from '@exodus/bytes/encoding.js'
import { prescan, xmlEncoding } from './charset-prescan.js'

/** A body as text, and the encoding it was read in, by its lower-case WHATWG name. */
export interface DecodedText {
  readonly text: string
  readonly encoding: string
}

const early = 1024
const late = 64 * 1024

/**
 * Reads bytes as browsers do: by byte order mark, then by the charset of the Content-Type header, then by what the first
 * 1024 bytes declare: in a meta element or, where the Content-Type is XML's, in the XML declaration. Where nothing says, as UTF-8
 * if they are that, else by a declaration that comes too late, else as UTF-8 if that is what nearly all of them are, else as
 * windows-1252. A label that nobody knows is passed over, a byte that makes no sense becomes U+FFFD; never throws.
 */
export function decodeHtml(body: Uint8Array, contentType: string | null | undefined): DecodedText {
  const declared = isXml(contentType) ? xmlEncoding : prescan
  const encoding =
    getBOMEncoding(body) ?? believable(charsetOf(contentType), body) ?? declared(body, early) ?? guess(body)
  // Not the global TextDecoder: that of Node 20 reads the bytes 0x80 to 0x9F of windows-1252 wrongly, and lacks encodings.
  return { text: new TextDecoder(encoding).decode(body), encoding }
}

// -------------------------------------------------------------------------------------------------------------------

/**
 * The encoding that a label means; null for one that is unknown or, like `replacement`, cannot be read. Nor is it UTF-16 what
 * has not one zero byte, and is UTF-8: in UTF-16 each space and each `<` has one. Browsers show such a page as noise.
 */
function believable(label: string | null, body: Uint8Array): string | null {
  const name = label === null ? null : normalizeEncoding(label)
  if (name === 'replacement') return null
  const isWide = name === 'utf-16le' || name === 'utf-16be'
  return isWide && !body.includes(0) && isUtf8(body) ? null : name
}

/** A late declaration makes browsers begin anew; here it is looked for only where UTF-8 is ruled out. */
function guess(body: Uint8Array): string {
  if (isUtf8(body)) return 'utf-8'
  return prescan(body, late) ?? (isNearlyUtf8(body) ? 'utf-8' : 'windows-1252')
}

/** In words of legacy encodings there is less than one whole for two broken ones, by chance: most in euc-kr, none in koi8-r. */
const wholeForEachBroken = 10

/** One odd byte, of a foreign snippet or where a text was cut, shall not make all of a page unreadable. */
function isNearlyUtf8(body: Uint8Array): boolean {
  const text = new TextDecoder('utf-8').decode(body)
  let whole = 0
  let broken = 0
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code === 0xfffd) broken++
    else if (code > 0x7f) whole++
  }
  return whole >= broken * wholeForEachBroken
}

/** WHATWG MIME sniffing, "XML MIME type". */
function isXml(contentType: string | null | undefined): boolean {
  return /^\s*(?:[\w.+-]+\/[\w.-]+\+|(?:text|application)\/)xml\s*(?:;|$)/i.test(contentType ?? '')
}

function charsetOf(contentType: string | null | undefined): string | null {
  const match = /;\s*charset\s*=\s*(?:"([^"]*)"|'([^']*)'|([^;\s]*))/i.exec(contentType ?? '')
  return match?.[1] ?? match?.[2] ?? match?.[3] ?? null
}
