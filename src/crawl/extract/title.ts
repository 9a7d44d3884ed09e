import { type Thing, isOfType, textField } from './json-ld.js'
import type { PageFacts } from './page-facts.js'

/** The title of what the page holds, without the name of its site. */
export function titleOf(facts: PageFacts, things: readonly Thing[], site: string | null): string | null {
  const { meta, headings } = facts
  const main = things.find((thing) =>
    isOfType(thing, /Article$|^BlogPosting$|^DiscussionForumPosting$|^Product$|^Recipe$/),
  )
  const headline = main ? (textField(main, 'headline') ?? textField(main, 'name')) : null
  const shared = meta.get('og:title') ?? meta.get('twitter:title') ?? null
  const whole = facts.title ?? shared
  const proper = whole === null ? null : withoutSite(whole, site)
  // A heading that the title proper holds is what the page calls itself; others may be a logo or a slogan.
  const heading = proper === null ? null : (headings.find((text) => isMostOf(text, proper)) ?? null)
  const title =
    heading ??
    headline ??
    (shared === null ? proper : withoutSite(shared, site)) ??
    headings[0] ??
    meta.get('dc.title') ??
    null
  return title?.slice(0, 500) ?? null
}

// -------------------------------------------------------------------------------------------------------------------

function isMostOf(heading: string, title: string): boolean {
  const [part, all] = [plain(heading), plain(title)]
  if (part === '' || all === '') return false
  return all.includes(part) ? part.length >= 0.4 * all.length : part.includes(all)
}

function plain(text: string): string {
  return text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '')
}

/** Cuts the name of the site from either end, where a bar, a dash or the like parts it from the title. */
function withoutSite(title: string, site: string | null): string {
  const marks = [...title.matchAll(/\s[|\-–—·•»«:]{1,2}\s/g)]
  const [first, last] = [marks[0], marks.at(-1)]
  if (!first || !last) return title
  const head = title.slice(0, first.index)
  const tail = title.slice(last.index + last[0].length)
  if (site !== null && plain(tail) === plain(site)) return title.slice(0, last.index)
  if (site !== null && plain(head) === plain(site)) return title.slice(first.index + first[0].length)
  const bar = marks.find(([mark]) => /[|»«•]/.test(mark))
  return bar && bar.index > 8 ? title.slice(0, bar.index) : title
}
