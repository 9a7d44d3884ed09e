import { TRAIT_WORDS, type Trait } from './boilerplate-words.js'

/** Tells what a class or id says its element is; `null` when it says nothing. */
export type TraitOfNames = (names: string) => Trait | null

/** Looks each name of one page up once: pages repeat a few hundred names thousands of times. */
export function traitNames(): TraitOfNames {
  const traits = new Map<string, Trait | null>()
  const known = new Map<string, Trait | null>()
  return (names) => {
    const standing = known.get(names)
    if (standing !== undefined) return standing
    let found: Trait | null = null
    for (const name of names.slice(0, MAX_LENGTH).split(/\s+/, MAX_NAMES)) {
      let trait = traits.get(name)
      if (trait === undefined) traits.set(name, (trait = traitOfName(name)))
      found = stronger(found, trait)
    }
    known.set(names, found)
    return found
  }
}

/** The one of two that decides what an element is. */
export function stronger(one: Trait | null, other: Trait | null): Trait | null {
  if (one === null || other === null) return one ?? other
  return RANK.indexOf(one) <= RANK.indexOf(other) ? one : other
}

// -------------------------------------------------------------------------------------------------------------------

const MAX_LENGTH = 400
const MAX_NAMES = 24
const MAX_PARTS = 8

/** From strong to weak. */
const RANK: readonly Trait[] = [
  'chrome',
  'contents',
  'hidden',
  'aside',
  'comments',
  'filter',
  'profile',
  'signature',
  'byline',
  'reviews',
  'content',
]

const TRAITS: ReadonlyMap<string, Trait> = new Map(
  RANK.flatMap((trait) =>
    TRAIT_WORDS[trait]
      .trim()
      .split(/\s+/)
      .map((word) => [word, trait] as const),
  ),
)

/** A name with one of these tells of something else on the page (`has-sidebar`), or of a state. */
const STATES: ReadonlySet<string> = new Set([
  'has',
  'with',
  'without',
  'no',
  'not',
  'is',
  'hide',
  'show',
  'js',
  'enable',
  'enabled',
  'disable',
  'open',
  'toggle',
])

/**
 * Up to three neighbouring parts of a name make a word: `post-author-box`, `postAuthorBox`. `quick-add-hidden` is what is not
 * shown where something is added quickly, and no such box; `visually-hidden` says what it is.
 */
function traitOfName(name: string): Trait | null {
  const parts = partsOf(name)
  if (parts.length > MAX_PARTS || parts.some((part) => STATES.has(part))) return null
  let found: Trait | null = null
  for (let from = 0; from < parts.length; from++) {
    let word = ''
    for (const part of parts.slice(from, from + 3)) {
      word += part
      found = stronger(found, TRAITS.get(word) ?? null)
    }
  }
  return parts.at(-1) === 'hidden' && found !== 'hidden' ? null : found
}

/** Letters from here to there, parted by anything else and before a capital; a loop, since regular expressions cost five times that. */
function partsOf(name: string): string[] {
  const parts: string[] = []
  let start = -1
  let wasLower = false
  for (let at = 0; at <= name.length; at++) {
    const code = at < name.length ? name.charCodeAt(at) : 0
    const isUpper = code >= 65 && code <= 90
    const isLetter = isUpper || (code >= 97 && code <= 122) || code > 191
    if (start >= 0 && (!isLetter || (isUpper && wasLower))) {
      parts.push(name.slice(start, at).toLowerCase())
      start = -1
    }
    if (isLetter && start < 0) start = at
    wasLower = isLetter && !isUpper
  }
  return parts
}
