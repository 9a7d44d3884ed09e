import { unescapeAgain } from './entities.js'
import { type Thing, isOfType, textField } from './json-ld.js'
import type { PageFacts } from './page-facts.js'
import { plain, siteNames, titleParts, withoutHost, withoutSite } from './title-site.js'

/** The title of what the page holds, without the name of its site; `url` tells the name where the page does not. */
export function titleOf(
  facts: PageFacts,
  things: readonly Thing[],
  sites: readonly (string | null)[],
  url: string | null,
): string | null {
  const { meta } = facts
  const headings = facts.headings.map(({ text }) => text)
  const site = siteNames(sites, url)
  const headline = headlineOf(things)
  const shared = meta.get('og:title') ?? meta.get('twitter:title') ?? null
  const whole = facts.title ?? shared
  const bare = (text: string | null): string | null =>
    text === null ? null : withoutSite(text, site, headings)
  const named = headingOf(headings, whole, bare(whole), site.names)
  const title =
    (named === null ? null : withoutHost(named, site)) ??
    bare(headline) ??
    bare(shared) ??
    bare(facts.title) ??
    meta.get('dc.title') ??
    (isFrontPage(url) ? null : headings[0]) ??
    whole
  return title === null ? null : unescapeAgain(title.slice(0, 500))
}

// -------------------------------------------------------------------------------------------------------------------

function isFrontPage(url: string | null): boolean {
  return url !== null && new URL(url).pathname === '/'
}

/** What the thing that the page is about is called. */
function headlineOf(things: readonly Thing[]): string | null {
  const main = things.find((thing) =>
    isOfType(thing, /Article$|^BlogPosting$|^DiscussionForumPosting$|^Product$|^Recipe$/),
  )
  if (main === undefined) return null
  return (textField(main, 'headline') ?? textField(main, 'name'))?.slice(0, longestHeadline) ?? null
}

/** No title is longer; what comes after would only be searched. */
const longestHeadline = 2_000

/**
 * What the page calls itself in its headings of the first level: the one that its title begins with or mostly is, else the only
 * one that says something like it. One that is the name of the site, or of the book that the page is a chapter of, ends the title
 * or is all of it; one that is a small piece of the title says less than it.
 */
function headingOf(
  headings: readonly string[],
  whole: string | null,
  bare: string | null,
  sites: readonly string[],
): string | null {
  const own = headings.filter((text) => plain(text).length >= SHORTEST && !isOfSite(text, whole, sites))
  if (whole !== null) {
    const title = plain(whole)
    const named =
      own.find((text) => title.startsWith(plain(text))) ?? own.find((text) => isMostOf(text, whole))
    if (named !== undefined) return named
  }
  const alike = own.filter((text) => likeness(text, whole) >= LIKE)
  const [only] = alike
  if (only === undefined || (bare !== null && isPieceOf(only, bare))) return null
  return alike.every((text) => plain(text) === plain(only)) ? only : null
}

/** Which share of the words of a heading the title has too. Most pages say the same twice; a slogan has few words of the title. */
function likeness(heading: string, whole: string | null): number {
  if (whole === null) return 1
  const words = wordsOf(heading)
  const known = new Set(wordsOf(whole))
  return words.filter((word) => known.has(word)).length / Math.max(words.length, 1)
}

const LIKE = 0.25

function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []
}

const SHORTEST = 3

function isOfSite(heading: string, whole: string | null, sites: readonly string[]): boolean {
  if (sites.includes(plain(heading))) return true
  const parts = whole === null ? [] : titleParts(whole)
  return parts.length > 1 && plain(parts.at(-1) ?? '').startsWith(plain(heading))
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
