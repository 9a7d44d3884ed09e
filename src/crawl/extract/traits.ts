import { type Trait, traitOfNames } from './boilerplate-words.js'
import type { Element } from './parse-tree.js'

/** What an element says it is by its tag, role, class, id and style; `null` when it says nothing. */
export type ReadTrait = (element: Element) => Trait | null

/** Reads the traits of one page's elements; the words of each class are looked up once. */
export function traitReader(): ReadTrait {
  const known = new Map<string, Trait | null>()
  return (element) => {
    const tag = element.tagName
    if (tag === 'body' || tag === 'html') return null
    let names = ''
    let trait: Trait | undefined = TAGS.get(tag)
    let isHidden = false
    for (const { name, value } of element.attrs) {
      if (name === 'class' || name === 'id') names += ` ${value.slice(0, 400)}`
      else if (name === 'role') trait ??= ROLES.get(value)
      else if (name === 'hidden') isHidden ||= value !== 'until-found'
      else if (name === 'aria-hidden') isHidden ||= value === 'true'
      else if (name === 'style') isHidden ||= /display\s{0,9}:\s{0,9}none/i.test(value.slice(0, 400))
    }
    if (isHidden && !FOLDED.test(names)) return 'hidden'
    if (trait !== undefined) return trait
    if (names === '') return null
    let named = known.get(names)
    if (named === undefined) known.set(names, (named = traitOfNames(names)))
    return named
  }
}

// -------------------------------------------------------------------------------------------------------------------

const TAGS: ReadonlyMap<string, Trait> = new Map([
  ['main', 'content'], ['noscript', 'hidden'], ['nav', 'chrome'], ['footer', 'chrome'], ['menu', 'chrome'], ['dialog', 'chrome'], ['aside', 'aside'],
])

const ROLES: ReadonlyMap<string, Trait> = new Map([
  ...['navigation', 'banner', 'contentinfo', 'search', 'menu', 'menubar', 'toolbar', 'dialog', 'alertdialog', 'alert', 'tooltip']
    .map((role) => [role, 'chrome'] as const),
  ['complementary', 'aside'], ['main', 'content'], ['noscript', 'hidden'], ['article', 'content'],
])

/** What a click unfolds belongs to the page, though it is hidden until then. */
const FOLDED = /accordion|collaps|tab-?(?:pane|content|panel)|panel|faq|answer|expand|toggle|fold/i
