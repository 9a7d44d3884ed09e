import { isSpelt } from './stored-text.js'

/** Whether a text has another in it, in any case. */
export function matcherOf(search: string): (text: string) => boolean {
  const pattern = new RegExp(search.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'), 'iu')
  return (text) => pattern.test(text)
}

/**
 * A pattern of LIKE that fits every stored text which has the search in it, and maybe others: SQLite knows the cases of ASCII
 * only, and a sign beyond it may stand in a text as another of the same letter, K and S too.
 */
export function patternOf(search: string): string {
  if (search.length > longestPattern) return '%'
  return `%${Array.from(search, patternOfSign).join('')}%`
}

// -------------------------------------------------------------------------------------------------------------------

/** SQLite refuses patterns of more than 50,000 bytes. */
const longestPattern = 10_000

function patternOfSign(sign: string): string {
  if (isSpelt(sign)) return '%'
  if (sign > '~' || /[ks]/i.test(sign)) return '_'
  return /[%_\\]/.test(sign) ? `\\${sign}` : sign
}
