import type { Trait } from './boilerplate-words.js'
import { headingIds } from './heading-ids.js'
import type { Element } from './parse-tree.js'
import { setOf } from './tags.js'
import { stronger, traitNames } from './trait-names.js'

/** What an element says it is by its tag, role, class, id and style; `null` when it says nothing. */
export type ReadTrait = (element: Element) => Trait | null

/** Reads the traits of one page's elements. */
export function traitReader(): ReadTrait {
  const traitOfNames = traitNames()
  const isHeadingId = headingIds()
  return (element) => {
    const { tagName, attrs } = element
    if (tagName === 'body' || tagName === 'html') return null
    const own = TAGS.get(tagName)
    let role: Trait | undefined
    let named: Trait | null = null
    let isHidden = false
    let isStreamed = false
    for (const { name, value } of attrs) {
      if (name === 'class' || name === 'id' || name === 'data-testid') {
        const trait = traitOfNames(value)
        const isMeant =
          trait !== null &&
          !(trait === 'chrome' && isExplained(tagName, value)) &&
          !(name === 'id' && isHeadingId(element))
        if (isMeant) named = stronger(named, trait)
        isStreamed ||= name === 'id' && STREAMED.test(value)
      } else if (name === 'role') role = ROLES.get(value)
      else if (name === 'hidden') isHidden ||= value !== 'until-found'
      else if (name === 'popover') isHidden = true
      else if (name === 'aria-hidden') isHidden ||= value === 'true'
      else if (name === 'style') isHidden ||= DISPLAY_NONE.test(value.slice(0, 400))
    }
    return isHidden && !isStreamed && !isFolded(element) ? 'hidden' : (own ?? role ?? named)
  }
}

// -------------------------------------------------------------------------------------------------------------------

const TAGS: ReadonlyMap<string, Trait> = new Map<string, Trait>([
  ...(['nav', 'footer', 'menu', 'dialog'] as const).map((tag) => [tag, 'chrome'] as const),
  ...([
    ['main', 'content'],
    ['noscript', 'hidden'],
    ['aside', 'aside'],
  ] as const),
])

const CHROME_ROLES = [
  'navigation',
  'banner',
  'contentinfo',
  'search',
  'menu',
  'menubar',
  'toolbar',
  'dialog',
  'alertdialog',
  'alert',
  'tooltip',
] as const

const ROLES: ReadonlyMap<string, Trait> = new Map<string, Trait>([
  ...CHROME_ROLES.map((role) => [role, 'chrome'] as const),
  ...([
    ['complementary', 'aside'],
    ['main', 'content'],
    ['article', 'content'],
  ] as const),
])

const DISPLAY_NONE = /display\s{0,9}:\s{0,9}none/i

/** React sends the late parts of a page hidden, at its end, and a script puts each in its place. */
const STREAMED = /^S:[\da-f]{1,6}$/

/** A word of the text that shows a tip, and not the tip. */
function isExplained(tag: string, names: string): boolean {
  return EXPLAINED.has(tag) && TIP.test(names.slice(0, 400))
}

const EXPLAINED = setOf('a abbr dfn')
const TIP = /tool-?tip/i

function isFolded({ attrs, parentNode }: Element): boolean {
  if (parentNode && 'tagName' in parentNode && parentNode.tagName === 'details') return true
  return attrs.some(({ name, value }) => NAMING.has(name) && FOLDED.test(value.slice(0, 400)))
}

const NAMING: ReadonlySet<string> = new Set(['class', 'id', 'role'])

/** What a click unfolds belongs to the page, though it is hidden until then. */
const FOLDED = /accordion|collaps|tab-?(?:pane|content|panel)|panel|faq|answer|expand|toggle|fold/i
