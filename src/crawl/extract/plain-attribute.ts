/** An attribute as it stands in a page, and where it ends. */
export interface PlainAttribute {
  /** In lower case. */
  readonly name: string
  readonly value: string
  readonly end: number
}

/**
 * The attribute that begins at `start`, where it is written as nearly all are: a name in ASCII and, if there is one, a value without
 * character references. Null for any other, and where none begins. The page has neither CR nor NUL.
 */
export function plainAttribute(html: string, start: number): PlainAttribute | null {
  const nameEnd = endOfName(html, start)
  if (nameEnd < 0) return null
  const name = lowerCase(html, start, nameEnd)
  const equals = skipBlanks(html, nameEnd)
  if (html.charCodeAt(equals) !== EQUALS) return { name, value: '', end: equals }
  const from = skipBlanks(html, equals + 1)
  const quote = html.charCodeAt(from)
  const isQuoted = quote === QUOTE || quote === APOSTROPHE
  const begin = isQuoted ? from + 1 : from
  const end = isQuoted ? html.indexOf(quote === QUOTE ? '"' : "'", begin) : endOfUnquoted(html, begin)
  if (end < 0) return null
  const value = ownText(html, begin, end)
  if (isQuoted && value.includes('&')) return null
  return { name, value, end: isQuoted ? end + 1 : end }
}

/** The text from here to there in lower case, if it is ASCII. */
export function lowerCase(html: string, start: number, end: number): string {
  const text = html.slice(start, end)
  for (let at = start; at < end; at++) {
    const code = html.charCodeAt(at)
    if (code >= 0x41 && code <= 0x5a) return text.toLowerCase()
  }
  return text
}

/** White space as tags have it (HTML, 13.2.5.32), but for CR. */
export function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x09 || code === 0x0c
}

/** Where the white space that may begin here has ended. */
export function skipBlanks(html: string, start: number): number {
  let at = start
  while (isBlank(html.charCodeAt(at))) at++
  return at
}

// -------------------------------------------------------------------------------------------------------------------

const QUOTE = 0x22
const AMPERSAND = 0x26
const APOSTROPHE = 0x27
const SLASH = 0x2f
const LESS_THAN = 0x3c
const EQUALS = 0x3d
const GREATER_THAN = 0x3e
const GRAVE = 0x60

/** Where a name ends as it should; -1 where it has no character, one that is not ASCII or one that is an error. */
function endOfName(html: string, start: number): number {
  for (let at = start; ; at++) {
    const code = html.charCodeAt(at)
    if (code === EQUALS || code === GREATER_THAN || code === SLASH || isBlank(code))
      return at > start ? at : -1
    if (!(code > 0x20 && code < 0x80) || code === QUOTE || code === APOSTROPHE || code === LESS_THAN)
      return -1
  }
}

function endOfUnquoted(html: string, start: number): number {
  for (let at = start; ; at++) {
    const code = html.charCodeAt(at)
    if (code === GREATER_THAN || isBlank(code)) return at > start ? at : -1
    if (!(code > 0x20) || code === QUOTE || code === APOSTROPHE || code === LESS_THAN) return -1
    if (code === EQUALS || code === GRAVE || code === AMPERSAND) return -1
  }
}

/** A copy: a slice of thirteen characters or more is a view, which holds all of the page for as long as a link of it is kept. */
function ownText(html: string, start: number, end: number): string {
  const slice = html.slice(start, end)
  return slice.length < 13 ? slice : ` ${slice}`.slice(1)
}
