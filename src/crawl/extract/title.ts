import { type Thing, isOfType, textField } from './json-ld.js'
import type { PageFacts } from './page-facts.js'

/** The title of what the page holds, without the name of its site. */
export function titleOf(facts: PageFacts, things: readonly Thing[], site: string | null): string | null {
  const { meta, headings } = facts
  const main = things.find((thing) => isOfType(thing, /Article$|^BlogPosting$|^DiscussionForumPosting$|^Product$|^Recipe$/))
  const headline = main ? (textField(main, 'headline') ?? textField(main, 'name')) : null
  const shared = meta.get('og:title') ?? meta.get('twitter:title') ?? null
  const whole = facts.title ?? shared
  // A heading that is part of the title proper is what the page calls itself; others may be a logo or a slogan.
  const heading = headings.find((text) => whole !== null && alike(text, whole)) ?? null
  const title = heading ?? headline ?? shared ?? facts.title ?? headings[0] ?? meta.get('dc.title') ?? null
  if (title === null) return null
  return (title === heading || title === headline ? title : withoutSite(title, site)).slice(0, 500)
}

// -------------------------------------------------------------------------------------------------------------------

function alike(heading: string, whole: string): boolean {
  const [short, long] = [plain(heading), plain(whole)]
  return short.length > 3 && long.includes(short)
}

function plain(text: string): string {
  return text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '')
}

/** Cuts the name of the site from either end, where a bar, a dash or the like parts it from the title. */
function withoutSite(title: string, site: string | null): string {
  const parts = title.split(/\s+[|\-–—·•»«:]{1,2}\s+/)
  if (parts.length < 2) return title
  const [head = '', tail = ''] = [parts[0], parts.at(-1)]
  if (site !== null && plain(tail) === plain(site)) return title.slice(0, title.lastIndexOf(tail)).replace(/\s+[|\-–—·•»«:]{1,2}\s+$/, '')
  if (site !== null && plain(head) === plain(site)) return title.slice(head.length).replace(/^\s+[|\-–—·•»«:]{1,2}\s+/, '')
  const bar = title.search(/\s+[|»«•]{1,2}\s+/)
  return bar > 8 ? title.slice(0, bar) : title
}
