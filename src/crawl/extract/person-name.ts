import { withoutBy } from './byline-labels.js'

/** A name without what stands around it, such as `by`, a site or a date; `null` when what is left is none. */
export function cleanName(text: string): string | null {
  const name = withoutBy(text.slice(0, 200))
    .replace(AFTER, '')
    .trim()
    .replace(/[,;:]+$/, '')
    // The letter that stands in for a picture: `JosephF J`.
    .replace(/^(\S)(\S+) \1$/iu, '$1$2')
    // What is there for the picture and for the link: `Ada Lovelace Ada Lovelace`.
    .replace(/^(.{2,40})[\s,]+\1$/iu, '$1')
  const isOne = name.length >= 2 && name.length <= 80 && !NO_NAME.test(name) && name.split(/\s+/).length <= 9
  return isOne && !NOBODY.test(name) ? name : null
}

/**
 * The names in the lines of a byline: the first one, and those that a comma or `and` joins to it. What stands on the next line
 * without one is a title, a date or a place.
 */
export function namesIn(lines: string): string[] {
  const names: string[] = []
  let isOpen = true
  for (const line of lines.split('\n')) {
    if (JOINT.test(line)) isOpen = true
    else if (isOpen || names.length === 0) {
      const name = nameIn(line)
      if (name !== null) names.push(name)
      isOpen = (name === null && names.length === 0) || /[,&]$|\sand$/.test(line)
    } else if (isFamilyName(names, line)) names[0] = `${names[0] ?? ''} ${line}`
    else if (JOINED.test(line)) {
      const name = nameIn(line)
      if (name !== null) names.push(name)
    } else break
  }
  return names
}

/**
 * Whether what follows `by` in a running text is a name: some words that begin with capitals, or one word alone, if the `line`
 * holds nothing else than that and perhaps a date. Names in Chinese, Japanese and Korean are one word without capitals.
 */
export function looksLikeName(name: string, line: string): boolean {
  const words = name.split(/,?\s+/)
  if (EASTERN.test(name)) return withoutBy(line) !== line
  if (words.length > 1) return words.every((word) => CAPITAL.test(word) || PARTICLE.test(word))
  return (
    /^[\p{L}\p{N}_.-]{2,30}$/u.test(name) && /^(?:(?:posted|written|submitted|published)\s)?by\s/i.test(line)
  )
}

/** `Ada King Lovelace` of `Lovelace, Ada King`, as catalogues and the tags for Google Scholar have it. */
export function namedForward(name: string): string {
  const [last = '', first = '', ...more] = name.split(/,\s*/)
  const isTurned =
    more.length === 0 && first !== '' && /^[\p{L}.' -]{1,40}$/u.test(first) && !/\s\p{L}+\s/u.test(last)
  return isTurned && !DEGREE.test(first) ? `${first} ${last}` : name
}

// -------------------------------------------------------------------------------------------------------------------

/** Of running text: behind a name stands when, where or for whom it was written. */
function nameIn(line: string): string | null {
  return cleanName(line.replace(JOINED, '').replace(/\s(?:on|in|at|for)\s.*$/is, ''))
}

const JOINT = /^(?:,|&|and|und|et|y|e|en|og|och|i)$/i
const JOINED = /^(?:,|&|and\s)\s*(?=\p{L})/iu

/** First and last name may stand in elements of their own. */
function isFamilyName(names: readonly string[], line: string): boolean {
  const isWord = /^\p{Lu}\p{Ll}{1,20}$/u
  return names.length === 1 && isWord.test(names[0] ?? '') && isWord.test(line)
}

/** What stands behind a name, and where it begins. */
const AFTER =
  /\s*(?:[|•·»–—⋅/(]|\s-\s|\s-$|\d{1,3} (?:minute|hour|day|week|month|year)s? ago|\b(?:published|updated|posted|last|reviewed|wrote|said|medically|fact checked)\b|\d{1,2}[./ ]\p{L}+[./ ,]+\d{4}|,\s*\p{L}+\s+\d|\s\p{L}{3,9}\.?\s\d{1,2},?\s+\d{4}|\d{4}-\d\d).*$/isu
const NO_NAME = /^https?:|^@|^www\.|(?:^|\s)[+\d(]{3}|^\d+$|[?!=<>{}]|\p{Ll}{3}\.\s\p{Lu}?\p{Ll}/iu
const NOBODY =
  /^(?:author|admin(?:istrator)?|by|unknown|anonymous|guest|share|follow|read more|more|staff|reply|edit|home|https?|(?:view|see|show|all|more|browse)\s.*(?:posts?|articles?|stories|profile|by).*|about the author|advertisement|webmaster)$/i
const CAPITAL = /^["'“(]?(?:\p{Lu}|\p{Lo})[\p{L}\p{M}.'’-]*[)"”,]?$/u
const EASTERN = /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]{2,5}$/u
const PARTICLE =
  /^(?:van|von|de|der|den|del|della|di|da|do|dos|du|la|le|el|al|bin|ibn|ter|zu|y|e|et|and|und|en|i|og|och|&)$/iu
const DEGREE = /^(?:jr|sr|ph\.?d|m\.?d|m\.?a|m\.?sc|esq|[ivx]+)\.?$/i
