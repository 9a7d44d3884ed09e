import type { Element } from './parse-tree.js'
import type { PageKind } from './page-kind.js'
import { isSideHeading } from './side-headings.js'
import type { Block } from './survey.js'
import { collapse } from './tree-walk.js'

/**
 * The sections of a part of a page that open with a heading such as "Related posts": the box that the heading opens, or,
 * where it stands among the text, all up to the next heading of its level. Nothing that holds two fifths of the part is one.
 */
export function sideSections(blocks: readonly Block[], part: Block, kind: PageKind): Element[] {
  const found: Element[] = []
  const most = SHARE * part.chars
  for (const heading of blocks) {
    if (
      heading.level < 2 ||
      heading.chars === 0 ||
      heading.chars > LONGEST_HEADING ||
      !isSideHeading(collapse(heading.heading), kind)
    )
      continue
    const box = boxOpenedBy(heading, part, most)
    if (box.chars > 1.2 * heading.chars) {
      if (box.chars < most) found.push(box.element)
    } else found.push(...followers(box, heading.level, most))
  }
  return found
}

// -------------------------------------------------------------------------------------------------------------------

const LONGEST_HEADING = 90
const SHARE = 0.4
const MAX_FOLLOWERS = 200

/** The outermost block whose text begins with the heading. */
function boxOpenedBy(heading: Block, part: Block, most: number): Block {
  let box = heading
  while (box.parent && box.parent !== part && box.parent.chars < most && firstWithText(box.parent) === box)
    box = box.parent
  return box
}

function followers(box: Block, level: number, most: number): Element[] {
  const siblings = box.parent?.children ?? []
  const section: Element[] = [box.element]
  let chars = 0
  for (let at = siblings.indexOf(box) + 1; at < siblings.length && section.length < MAX_FOLLOWERS; at++) {
    const sibling = siblings[at]
    const opening = sibling && openingLevel(sibling)
    if (!sibling || (opening && opening <= level)) break
    chars += sibling.chars
    section.push(sibling.element)
  }
  return chars < most ? section : []
}

/** The level of the heading that a block begins with, or 0. */
function openingLevel(block: Block): number {
  let inner: Block | undefined = block
  for (let depth = 0; inner && depth < 6; depth++) {
    if (inner.level > 0) return inner.level
    inner = firstWithText(inner)
  }
  return 0
}

function firstWithText(block: Block): Block | undefined {
  return block.children.find((child) => child.chars > 0)
}
