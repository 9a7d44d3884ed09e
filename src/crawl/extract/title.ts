import { unescapeAgain } from './entities.js'
import { type Thing, isOfType, textField } from './json-ld.js'
import type { PageFacts } from './page-facts.js'
import type { PageKind } from './page-kind.js'
import { titleHeading } from './title-heading.js'
import { plain, siteNames, withoutSite } from './title-site.js'
import { shortText } from './tree-walk.js'

/** What tells the title of a page. */
export interface TitleSources {
  readonly facts: PageFacts
  readonly things: readonly Thing[]
  /** What the page calls its site. */
  readonly sites: readonly (string | null)[]
  /** Tells the name of the site where the page does not. */
  readonly url: string | null
  readonly kind: PageKind
}

/** The title of what the page holds, without the name of its site. */
export function titleOf({ facts, things, sites, url, kind }: TitleSources): string | null {
  const { meta } = facts
  const headings = facts.headings.map(({ text }) => text)
  const site = siteNames(sites, url)
  const headline = headlineOf(things)
  const shared = meta.get('og:title') ?? meta.get('twitter:title') ?? null
  const isFront = isFrontPage(url)
  const isNothing = facts.title !== null && !isFront && NOTHING.test(facts.title)
  const own = isNothing ? null : (facts.title?.replace(ARCHIVE, '') ?? null)
  const whole = own ?? shared
  const bare = (text: string | null): string | null =>
    text === null ? null : withoutSite(text, site, headings)
  const named = titleHeading(headings, {
    ...{ whole, bare: bare(whole), site, kind },
    first: facts.headings,
    subheadings: () => facts.subheadings.map(({ element }) => shortText(element, LONGEST)),
  })
  const title =
    (named === null ? null : (withoutSite(named, site) ?? named)) ??
    bare(headline) ??
    bare(shared) ??
    bare(own) ??
    meta.get('dc.title') ??
    (isFront ? null : headings.find((text) => !site.names.includes(plain(text)))) ??
    whole ??
    facts.title
  return title === null ? null : unescapeAgain(title.slice(0, LONGEST))
}

// -------------------------------------------------------------------------------------------------------------------

const LONGEST = 500

/** WordPress of old: `Kettle blog » Blog Archive » On kettles`. */
const ARCHIVE = /^[^»]{1,100}»\s{0,9}Blog Archive\s{0,9}»\s{0,9}(?=\S)/i

/** What an editor or a script writes before there is a title, and what is the name of another page. */
const NOTHING =
  /^\s*(?:home(?:\s?page)?|untitled(?: (?:document|page))?|no title|new page|loading\s?(?:\.{3}|…)?|index(?:\.\w{3,5})?|react app|vite app)\s*$/i

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
