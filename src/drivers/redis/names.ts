const signs = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
const digits = '0123456789abcdef'
/** What a character that is not in the alphabet counts for: more than three digits hold, wherever it stands. */
const foreign = 0x1000
const signCodes = codesOf(signs)
const digitCodes = codesOf(digits)
const valueOfSign = valuesIn(signs)
const valueOfDigit = valuesIn(digits)
const dash = 0x2d

const isPlainWord = /^[!-$&-~]+$/
const escaped = /[%\s\p{Cc}\p{Cs}]/gu
const escapes = /%u([0-9a-f]{4})/g

/** An id as it stands in keys and replies: of a UUID the 22 signs of its bytes in base64url, of any other `~` and its word. */
export function nameOf(id: string): string {
  return (id.length === 36 ? shortNameOf(id) : null) ?? `~${wordOf(id)}`
}

/** The id that has a name. */
export function idOf(name: string): string {
  return name.startsWith('~') ? textOf(name.slice(1)) : longIdOf(name)
}

/**
 * A text as one word, to stand between blanks: `%`, white space, controls and lone surrogates are written as `%u` and four
 * hex digits; the empty text is `%`. No word is `-`.
 */
export function wordOf(text: string): string {
  if (isPlainWord.test(text) && text !== '-') return text
  if (text === '') return '%'
  return text === '-' ? escapeOf(text) : text.replace(escaped, escapeOf)
}

/** The text of a word. */
export function textOf(word: string): string {
  if (!word.includes('%')) return word
  return word === '%'
    ? ''
    : word.replace(escapes, (_, code: string) => String.fromCharCode(parseInt(code, 16)))
}

/** The word of a text, `-` for none. */
export function wordOrNull(text: string | null): string {
  return text === null ? '-' : wordOf(text)
}

/** The text of a word, null for `-`. */
export function textOrNull(word: string): string | null {
  return word === '-' ? null : textOf(word)
}

/** What all keys of a namespace begin with: in braces, so that a cluster keeps them together. */
export function prefixOf(namespace: string): string {
  return `{${wordOf(namespace).replace(/[{}:]/g, escapeOf)}}:`
}

// -------------------------------------------------------------------------------------------------------------------

/**
 * Null for what is no UUID in lower case. Each job takes several of these: by tables, three digits to two signs, and put
 * together in one call, which measured a third faster than joining pieces of text, and the way back four times.
 */
function shortNameOf(id: string): string | null {
  const a = threeDigits(id, 0, 1, 2)
  const b = threeDigits(id, 3, 4, 5)
  const c = threeDigits(id, 6, 7, 9)
  const d = threeDigits(id, 10, 11, 12)
  const e = threeDigits(id, 14, 15, 16)
  const f = threeDigits(id, 17, 19, 20)
  const g = threeDigits(id, 21, 22, 24)
  const h = threeDigits(id, 25, 26, 27)
  const i = threeDigits(id, 28, 29, 30)
  const j = threeDigits(id, 31, 32, 33)
  const k = (digit(id, 34) << 8) | (digit(id, 35) << 4)
  if ((a | b | c | d | e | f | g | h | i | j | k) >> 12 !== 0 || !hasDashes(id)) return null
  // prettier-ignore
  return String.fromCharCode(
    sign(a >> 6), sign(a), sign(b >> 6), sign(b), sign(c >> 6), sign(c), sign(d >> 6), sign(d),
    sign(e >> 6), sign(e), sign(f >> 6), sign(f), sign(g >> 6), sign(g), sign(h >> 6), sign(h),
    sign(i >> 6), sign(i), sign(j >> 6), sign(j), sign(k >> 6), sign(k),
  )
}

function longIdOf(name: string): string {
  const a = threeBytes(name, 0)
  const b = threeBytes(name, 4)
  const c = threeBytes(name, 8)
  const d = threeBytes(name, 12)
  const e = threeBytes(name, 16)
  const last = (valueOf(name, 20) << 2) | (valueOf(name, 21) >> 4)
  // prettier-ignore
  return String.fromCharCode(
    hex(a >> 20), hex(a >> 16), hex(a >> 12), hex(a >> 8), hex(a >> 4), hex(a), hex(b >> 20), hex(b >> 16), dash,
    hex(b >> 12), hex(b >> 8), hex(b >> 4), hex(b), dash, hex(c >> 20), hex(c >> 16), hex(c >> 12), hex(c >> 8), dash,
    hex(c >> 4), hex(c), hex(d >> 20), hex(d >> 16), dash, hex(d >> 12), hex(d >> 8), hex(d >> 4), hex(d),
    hex(e >> 20), hex(e >> 16), hex(e >> 12), hex(e >> 8), hex(e >> 4), hex(e), hex(last >> 4), hex(last),
  )
}

/** More than 12 bits when one of them is no digit. */
function threeDigits(id: string, first: number, second: number, third: number): number {
  return (digit(id, first) << 8) | (digit(id, second) << 4) | digit(id, third)
}

function digit(id: string, at: number): number {
  return valueOfDigit[id.charCodeAt(at)] ?? foreign
}

function hasDashes(id: string): boolean {
  return (
    id.charCodeAt(8) === dash &&
    id.charCodeAt(13) === dash &&
    id.charCodeAt(18) === dash &&
    id.charCodeAt(23) === dash
  )
}

function threeBytes(name: string, at: number): number {
  return (
    (valueOf(name, at) << 18) |
    (valueOf(name, at + 1) << 12) |
    (valueOf(name, at + 2) << 6) |
    valueOf(name, at + 3)
  )
}

function valueOf(name: string, at: number): number {
  return valueOfSign[name.charCodeAt(at)] ?? foreign
}

/** The sign of the lowest six bits. */
function sign(n: number): number {
  return signCodes[n & 63] ?? 0
}

/** The digit of the lowest four bits. */
function hex(n: number): number {
  return digitCodes[n & 15] ?? 0
}

function escapeOf(sign: string): string {
  return `%u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`
}

function codesOf(alphabet: string): Uint8Array {
  return Uint8Array.from(alphabet, (one) => one.charCodeAt(0))
}

function valuesIn(alphabet: string): Uint16Array {
  const values = new Uint16Array(128).fill(foreign)
  for (let i = 0; i < alphabet.length; i++) values[alphabet.charCodeAt(i)] = i
  return values
}
