import { type Mark, type Marks, namesOf } from './byline-marks.js'
import { type MarkText, markText } from './mark-text.js'
import type { PageKind } from './page-kind.js'
import { type Element, attribute } from './parse-tree.js'
import type { Trait } from './boilerplate-words.js'
import { traitNames } from './trait-names.js'

/** A mark that stands where it can tell about the page itself. */
export interface PlacedMark extends Mark, MarkText {
  /** How many elements stand between it and the heading, or the beginning of a page without one. */
  readonly nearness: number
}

/**
 * The marks of a page that may tell about the page itself, in its order: none in comments, suggestions, menus or quotes, and
 * none of three or more that stand in the same way one after another, as on the cards of a list. In a thread these are the
 * posts, and those before its heading are left out.
 */
export function placedMarks(found: Marks, { heading, main, kind }: Surroundings): PlacedMark[] {
  if (kind === 'product') return []
  const isAside = asideTest(new Set([...main, ...(heading === null ? [] : outerOf(heading.element))]), kind)
  const marks = found.marks.filter((mark) => !isAside(mark))
  const isRepeated = repeatTest(marks)
  return marks
    .map((mark) => ({ mark, nearness: nearnessOf(mark, heading?.at ?? found.bodyAt) }))
    .filter(({ mark, nearness }) => {
      if (kind === 'thread') return mark.at > (heading?.at ?? 0)
      return (
        !isRepeated(mark) &&
        nearness < (mark.isUser ? CLOSE : kind === 'other' ? NEAR : Number.POSITIVE_INFINITY)
      )
    })
    .map(({ mark, nearness }) => ({ ...mark, ...markText(mark), nearness }))
}

/** What tells whether a mark speaks of the page. */
export interface Surroundings {
  readonly heading: Heading | null
  /** The elements that hold half of the page or more, whatever they are called. */
  readonly main: readonly Element[]
  readonly kind: PageKind
}

/** The heading of what the page is about, and which element of the page it is. */
export interface Heading {
  readonly element: Element
  readonly at: number
}

// -------------------------------------------------------------------------------------------------------------------

const MAX_DEPTH = 40

/** How far from the heading a byline may stand on a page of cards. */
const NEAR = 80
/** How far a link to a user, who elsewhere is one of those who commented. */
const CLOSE = 15

/** In front of the heading stands a line with the section and the date, if anything. */
function nearnessOf({ at }: Mark, beginning: number): number {
  return at > beginning ? at - beginning : 3 * (beginning - at)
}

/** An element and what it stands in. */
export function outerOf(element: Element): Set<Element> {
  const outer = new Set<Element>()
  let node: Element['parentNode'] = element
  for (let depth = 0; node && 'tagName' in node && depth < MAX_DEPTH; depth++) {
    outer.add(node)
    node = node.parentNode
  }
  return outer
}

/** Goes out from a mark as far as to what holds the heading too: that is the page itself, whatever it is called. */
function asideTest(around: ReadonlySet<Element>, kind: PageKind): (mark: Mark) => boolean {
  const traitOf = traitNames()
  const isOther = (element: Element, of: Mark['of']): boolean => {
    const names = namesOf(element)
    const trait = names === '' ? null : traitOf(names)
    if (ASIDE_TAGS.has(element.tagName) || (trait !== null && NO_TEXT.has(trait))) return true
    if (trait === 'profile' || trait === 'signature') return of === 'date'
    if (trait === 'aside' || SIDE.test(names)) return !/author|byline|bio|publi|date/i.test(names)
    if (/review-|reviews/i.test(names)) return true
    return (
      kind !== 'thread' &&
      (trait === 'comments' || trait === 'reviews' || OTHERS.test(names) || isOthersItem(element))
    )
  }
  return ({ element, of }) => {
    let node: Element['parentNode'] = element
    let isInArticle = false
    for (let depth = 0; node && 'tagName' in node && depth < MAX_DEPTH && !around.has(node); depth++) {
      if (isOther(node, of) || (node.tagName === 'footer' && !isInArticle && !hasArticle(node))) return true
      isInArticle ||= node.tagName === 'article'
      node = node.parentNode
    }
    return false
  }
}

const NO_TEXT: ReadonlySet<Trait> = new Set<Trait>(['chrome', 'contents', 'filter'])
const ASIDE_TAGS: ReadonlySet<string> = new Set(['nav', 'aside', 'dialog', 'blockquote', 'form', 'select'])
const OTHERS = /testimonial|teaser|swiper|slick|slide(?:r|-)|quote|rating|recent-|latest-|upcoming|events?-/i

const SIDE = /(?:^|[-_\s])side(?:bar)?(?:[-_\s]|$)/i

/** What is said on the page by others, in the words of schema.org. */
function isOthersItem(element: Element): boolean {
  return /\/(?:Comment|Answer|Review|Rating|Event|ListItem)\s*$/.test(
    (attribute(element, 'itemtype') ?? '').slice(0, 100),
  )
}

function hasArticle(element: Element): boolean {
  let node = element.parentNode
  for (let depth = 0; node && 'tagName' in node && depth < MAX_DEPTH; depth++) {
    if (node.tagName === 'article') return true
    node = node.parentNode
  }
  return false
}

/** Tells marks of which the same kind stands in three boxes or more. */
function repeatTest(marks: readonly Mark[]): (mark: Mark) => boolean {
  const boxes = new Map<string, Set<unknown>>()
  for (const mark of marks) {
    const key = likenessOf(mark)
    const known = boxes.get(key)
    if (known) known.add(mark.element.parentNode)
    else boxes.set(key, new Set([mark.element.parentNode]))
  }
  return (mark) => (boxes.get(likenessOf(mark))?.size ?? 0) >= REPEATED
}

const REPEATED = 3

function likenessOf({ element, of }: Mark): string {
  const outer = element.parentNode
  const names = outer && 'tagName' in outer ? `${outer.tagName} ${attribute(outer, 'class') ?? ''}` : ''
  return `${of} ${element.tagName} ${(attribute(element, 'class') ?? '').slice(0, 200)} in ${names.slice(0, 200)}`
}
