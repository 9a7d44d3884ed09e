import { type Element, attribute } from './parse-tree.js'
import type { Block } from './survey.js'
import { walkTree } from './tree-walk.js'

/**
 * Whether a list of contents is what its page holds, as on the first page of a part of a manual: it stands in the box that begins
 * with the title, holds most of that, and leads to other pages. Any other says again what the headings say, or belongs to the
 * whole site.
 */
export function isPageOfContents(list: Block): boolean {
  const { parent } = list
  if (parent === null || list.chars === 0 || 2 * list.chars < parent.chars) return false
  const first = parent.children.find(({ chars }) => chars > 0)
  return first !== undefined && first !== list && opensWithTitle(first) && !leadsWithinPage(list.element)
}

// -------------------------------------------------------------------------------------------------------------------

const DEEPEST = 8
const MOST_STEPS = 100

function opensWithTitle(block: Block): boolean {
  let inner: Block | undefined = block
  for (let depth = 0; inner && depth < DEEPEST; depth++) {
    if (inner.level > 0) return inner.level <= 2
    inner = inner.children.find(({ chars }) => chars > 0)
  }
  return false
}

/** As the first of its links does. */
function leadsWithinPage(list: Element): boolean {
  let first: string | undefined
  let steps = MOST_STEPS
  walkTree(list.childNodes, {
    enter(element) {
      if (element.tagName === 'a') first ??= attribute(element, 'href')
      return first === undefined && --steps > 0
    },
    leave: () => undefined,
    text: () => undefined,
  })
  return first === undefined || first.includes('#')
}
