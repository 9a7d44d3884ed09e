import { type ChildNode, type Element, isElement } from './parse-tree.js'
import { INLINE_TAGS, UNREAD_TAGS } from './tags.js'

/** What a walk tells of each node, in document order. */
export interface Visitor {
  /** Whether to go below this element; `leave` is called only where this answered `true`. */
  enter(element: Element): boolean
  leave(element: Element): void
  text(value: string): void
}

/** Walks a list of nodes and all below them without recursion, so that no depth of nesting can overflow the stack. */
export function walkTree(nodes: readonly ChildNode[], visitor: Visitor): void {
  // Three plain lists, not a list of frames: a page has ten thousand elements, and this is walked twice for each.
  const elements: Element[] = []
  const lists: (readonly ChildNode[])[] = []
  const positions: number[] = []
  let list = nodes
  let at = 0
  for (;;) {
    const node = list[at++]
    if (node === undefined) {
      const element = elements.pop()
      const outer = lists.pop()
      if (!element || !outer) return
      list = outer
      at = positions.pop() ?? 0
      visitor.leave(element)
    } else if ('value' in node) {
      visitor.text(node.value)
    } else if (isElement(node) && visitor.enter(node)) {
      elements.push(node)
      lists.push(list)
      positions.push(at)
      list = node.childNodes
      at = 0
    }
  }
}

/** The text below an element with its white space collapsed, cut at `limit` characters; looks at `16 * limit` nodes at most. */
export function shortText(element: Element, limit: number): string {
  let text = ''
  let steps = 16 * limit
  walkTree(element.childNodes, {
    enter({ tagName }) {
      if (UNREAD_TAGS.has(tagName) || text.length > 4 * limit || --steps < 0) return false
      if (!INLINE_TAGS.has(tagName) || tagName === 'br') text += ' '
      return true
    },
    leave({ tagName }) {
      if (!INLINE_TAGS.has(tagName)) text += ' '
    },
    text(value) {
      if (text.length < 4 * limit) text += value.slice(0, 4 * limit)
    },
  })
  return collapse(text).slice(0, limit)
}

/** White space as a browser shows it: runs are one space, none at the ends. */
export function collapse(text: string): string {
  return (UNEVEN.test(text) ? text.replace(/\s+/g, ' ') : text).trim()
}

/** White space that is not single blanks: most texts have none, and looking is cheaper than writing them anew. */
const UNEVEN = /[^\S ]| {2}/
