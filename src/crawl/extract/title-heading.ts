import type { PageKind } from './page-kind.js'
import type { Element } from './parse-tree.js'
import { type SiteNames, beginsWithSite, plain, titleParts } from './title-site.js'
import { setOf } from './tags.js'
import { walkTree } from './tree-walk.js'

/** What is known of a page's title when its headings are compared with it. */
export interface KnownTitle {
  readonly whole: string | null
  /** Without the name of the site. */
  readonly bare: string | null
  readonly site: SiteNames
  readonly kind: PageKind
  /** The headings of the first level as they stand on the page. */
  readonly first: readonly { readonly text: string; readonly element: Element }[]
  /** The headings of the second and third level; asked for only where the first has none. */
  readonly subheadings: () => readonly string[]
}

/**
 * What the page calls itself in its headings: the one that its title begins with or mostly is, else the only one of the first
 * level that says something like it. One that is the name of the site, or of the book that the page is a chapter of, ends the
 * title or is all of it; one that is a small piece of the title says less than it.
 */
export function titleHeading(headings: readonly string[], known: KnownTitle): string | null {
  const { whole, bare } = known
  const own = headings.filter((text) => plain(text).length >= SHORTEST && !isOfSite(text, known))
  const named = whole === null ? undefined : namedHeading(own, whole)
  if (named !== undefined) return withoutSlogan(named, known)
  if (own.length === 0 && whole !== null) return beginning(whole, known.subheadings())
  const alike = own.filter((text) => isLike(text, known))
  const [only] = alike
  if (only === undefined || (bare !== null && isPieceOf(only, bare))) return null
  return alike.every((text) => plain(text) === plain(only)) ? withoutSlogan(only, known) : null
}

// -------------------------------------------------------------------------------------------------------------------

const SHORTEST = 3

function namedHeading(own: readonly string[], whole: string): string | undefined {
  const title = plain(whole)
  return own.find((text) => title.startsWith(plain(text))) ?? own.find((text) => isMostOf(text, whole))
}

/**
 * Whether a heading names the site, or the book: it stands at the end of the title, and nowhere else in it. Where the title
 * begins with the site, or the heading is the only one and stands like a title, its end is the title.
 */
function isOfSite(heading: string, known: KnownTitle): boolean {
  const { whole, site } = known
  const name = plain(heading)
  if (site.names.includes(name)) return true
  const parts = whole === null ? [] : titleParts(whole).map(plain)
  const isAtEnd =
    parts.length > 1 && (parts.pop() ?? '').startsWith(name) && !parts.some((part) => part.includes(name))
  return isAtEnd && whole !== null && !beginsWithSite(whole, site) && !standsAsTitle(whole, known)
}

/** The only heading of the first level, in the page and not in its head, and no other one says what the title begins with. */
function standsAsTitle(whole: string, { first, subheadings }: KnownTitle): boolean {
  const [only, another] = first
  if (!only || another || isLinked(only.element)) return false
  return beginning(whole, subheadings()) === null
}

/** Where the name of a site stands: in a head, and with a link or a picture. */
function isLinked(heading: Element): boolean {
  let outer: Element['parentNode'] = heading
  for (let depth = 0; depth < 12 && outer && 'tagName' in outer; depth++) {
    if (HEADS.has(outer.tagName)) return true
    outer = outer.parentNode
  }
  let isFound = false
  let left = 50
  walkTree(heading.childNodes, {
    enter({ tagName }) {
      isFound ||= tagName === 'a' || tagName === 'img' || tagName === 'svg'
      return !isFound && --left > 0
    },
    leave: () => undefined,
    text: () => undefined,
  })
  return isFound
}

const HEADS = setOf('header nav a aside footer')

/** The first subheading that is all of what the title begins with, up to where one part of it ends. */
function beginning(whole: string, subheadings: readonly string[]): string | null {
  let begun = ''
  const beginnings = titleParts(whole).map((part) => (begun += plain(part)))
  return (
    subheadings.find((text) => plain(text).length >= SHORTEST && beginnings.includes(plain(text))) ?? null
  )
}

/**
 * Pages that sell something go on in the heading where the title ends: `Kettle repair` and `Kettle repair you can count on`. An
 * article shortens its title, and what stands behind a colon or the like is the second half of it anywhere.
 */
function withoutSlogan(heading: string, { bare, kind }: KnownTitle): string {
  if (kind === 'article' || bare === null) return heading
  const title = bare.trim()
  const rest = heading.slice(title.length)
  const goesOn = /^\s+[\p{L}\p{N}(]/u.test(rest) && wordsOf(title).length > 1
  return goesOn && heading.toLowerCase().startsWith(title.toLowerCase()) ? title : heading
}

/**
 * Most pages say the same twice; a slogan has few words of the title. An article whose heading and title have not half of
 * their words in common shows the heading of another.
 */
function isLike(heading: string, { whole, bare, kind }: KnownTitle): boolean {
  if (whole === null) return true
  if (shareOf(heading, whole) < LIKE) return false
  const title = bare ?? whole
  return kind !== 'article' || Math.max(shareOf(heading, title), shareOf(title, heading)) >= 2 * LIKE
}

/** Which share of the words of one text the other has too. */
function shareOf(one: string, other: string): number {
  const words = wordsOf(one)
  const known = new Set(wordsOf(other))
  return words.filter((word) => known.has(word)).length / Math.max(words.length, 1)
}

const LIKE = 0.25

function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []
}

function isMostOf(heading: string, title: string): boolean {
  const [part, all] = [plain(heading), plain(title)]
  if (part === '' || all === '') return false
  return all.includes(part) ? part.length >= PIECE * all.length : part.includes(all)
}

/** `Dallas` of `Repair of kettles near Dallas`: the name of the section, or of the place. What follows a colon or a dash does not count. */
function isPieceOf(heading: string, title: string): boolean {
  const [part, all] = [plain(heading), plain(title.split(/:\s|\s[-–—|]\s/, 1)[0] ?? '')]
  return part.length < PIECE * all.length && all.indexOf(part) > 0
}

const PIECE = 0.4
