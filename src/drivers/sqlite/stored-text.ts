/**
 * Texts as they stand in the file. SQLite's UTF-8 has no lone surrogates, and some drivers end a text at its first NUL: such
 * signs, and the one that announces them, are written as the announcing sign and four digits.
 */
const announcing = '\u001a'

/** What is written for a text. */
export function toStored(text: string): string {
  return maySpell.test(text) ? text.replace(spelt, (sign) => announcing + digitsOf(sign)) : text
}

/** The text that was written. */
export function fromStored(text: string): string {
  return text.includes(announcing)
    ? text.replace(spelling, (_, digits: string) => String.fromCharCode(parseInt(digits, 16)))
    : text
}

/** The same where there may be none. */
export function toStoredOrNull(text: string | null): string | null {
  return text === null ? null : toStored(text)
}

/** The same where there may be none. */
export function fromStoredOrNull(text: string | null): string | null {
  return text === null ? null : fromStored(text)
}

/** Whether a sign, or half of one, is written with several others. */
export function isSpelt(sign: string): boolean {
  return sign === announcing || sign === '\0' || /\p{Cs}/u.test(sign)
}

// -------------------------------------------------------------------------------------------------------------------

const spelt = new RegExp(`[\\0${announcing}\\p{Cs}]`, 'gu')
/** Halves of pairs too: it is much faster, and few texts have any. */
const maySpell = new RegExp(`[\\0${announcing}\\ud800-\\udfff]`)
const spelling = new RegExp(`${announcing}([0-9a-f]{4})`, 'g')

function digitsOf(sign: string): string {
  return sign.charCodeAt(0).toString(16).padStart(4, '0')
}
