import { type ChildNode, type Element, attribute, isElement } from './parse-tree.js'
import { headingLevel } from './tags.js'
import { shortText } from './tree-walk.js'

/** Whether the id of an element only repeats a heading, so that links lead there, and says nothing of what the element is. */
export type IsHeadingId = (element: Element) => boolean

/**
 * Tells the ids that Sphinx, Pandoc, MDN and others make from headings: those of headings and terms themselves, and those of
 * sections. `<div id="comments">` may open with "Comments" in a blog too: a section counts where its neighbours are named so.
 */
export function headingIds(): IsHeadingId {
  const named = new Map<Element, number>()
  /** How many of an element and its first children have a heading's id; counted once for all sections in it. */
  const namedIn = (outer: Element): number => {
    let count = named.get(outer)
    if (count === undefined) {
      const nodes: readonly ChildNode[] = outer.childNodes.slice(0, MAX_SIBLINGS)
      count = [outer, ...nodes.filter(isElement)].filter(repeatsHeading).length
      named.set(outer, count)
    }
    return count
  }
  return (element) => {
    if (isOrIsInTerm(element)) return true
    const outer = element.parentNode
    return outer !== null && 'tagName' in outer && repeatsHeading(element) && namedIn(outer) > 1
  }
}

// -------------------------------------------------------------------------------------------------------------------

const MAX_SIBLINGS = 60

function isOrIsInTerm(element: Element): boolean {
  let outer: Element['parentNode'] = element
  for (let depth = 0; depth < 3 && outer && 'tagName' in outer; depth++) {
    if (outer.tagName === 'dt' || headingLevel(outer.tagName) > 0) return true
    outer = outer.parentNode
  }
  return false
}

/** `cookies-and-sessions`, also `cookies-2` where another section has that name, of "3.1 Cookies and sessions". */
function repeatsHeading(element: Element): boolean {
  const id = letters((attribute(element, 'id') ?? '').slice(0, 100))
  if (id.length < SHORTEST) return false
  const heading = firstHeading(element)
  return heading !== null && letters(shortText(heading, 120)) === id
}

/** The heading that an element is or begins with. */
function firstHeading(element: Element): Element | null {
  let inner: Element | undefined = element
  for (let depth = 0; inner && depth < 3; depth++) {
    if (headingLevel(inner.tagName) > 0) return inner
    const first: readonly Element[] = inner.childNodes.slice(0, 8).filter(isElement)
    inner = first.find(({ tagName, childNodes }) => headingLevel(tagName) > 0 || childNodes.length > 0)
  }
  return null
}

function letters(text: string): string {
  return text.toLowerCase().replace(/[^\p{L}]+/gu, '')
}

const SHORTEST = 3
