import { type BlockPlaces, blockPlaces } from './block-places.js'
import type { Element } from './parse-tree.js'
import type { PageKind } from './page-kind.js'
import { sideSectionOf } from './side-headings.js'
import type { Block } from './survey.js'
import { collapse } from './tree-walk.js'

/**
 * The sections of a part of a page that open with a heading such as "Related posts": the box that the heading opens, or,
 * where it stands among the text, all up to the next heading of its level. Nothing that holds two fifths of the part is one.
 */
export function sideSections(blocks: readonly Block[], part: Block, kind: PageKind): Element[] {
  const found: Element[] = kind === 'thread' ? repeatedTitles(blocks) : []
  const places = blockPlaces()
  for (const heading of blocks) {
    if (heading.level < 2 || heading.chars === 0 || heading.chars > LONGEST_HEADING) continue
    const side = sideSectionOf(collapse(heading.heading), kind)
    if (side === null) continue
    const most = side === 'brief' ? Math.min(BRIEF, SHARE * part.chars) : SHARE * part.chars
    const box = boxOpenedBy(heading, part, most, places)
    if (box.chars > 1.2 * heading.chars) {
      if (box.chars < most) found.push(box.element)
    } else found.push(...section(box, heading.level, most, places))
  }
  return found
}

// -------------------------------------------------------------------------------------------------------------------

const LONGEST_HEADING = 90
const SHARE = 0.4
/** With its heading: an invitation and the words of its form. */
const BRIEF = 200
const MAX_FOLLOWERS = 200

/** Forums of old write the title of the thread above each post. */
function repeatedTitles(blocks: readonly Block[]): Element[] {
  const seen = new Set<string>()
  return blocks
    .filter(({ level, chars }) => level > 0 && chars > 0 && chars <= LONGEST_HEADING)
    .filter((heading) => {
      const title = collapse(heading.heading).toLowerCase()
      const bare = title.replace(/^(?:re|aw|antw|odp|отв|ynt):\s*/, '')
      if (bare !== title && seen.has(bare)) return true
      seen.add(bare)
      return false
    })
    .map(({ element }) => element)
}

/** The outermost block whose text begins with the heading. */
function boxOpenedBy(heading: Block, part: Block, most: number, places: BlockPlaces): Block {
  let box = heading
  while (
    box.parent &&
    box.parent !== part &&
    box.parent.chars < most &&
    places.firstWithText(box.parent) === box
  )
    box = box.parent
  return box
}

/** A heading and what follows it, up to the next one of its level or above. */
function section(box: Block, level: number, most: number, places: BlockPlaces): Element[] {
  const elements: Element[] = [box.element]
  let chars = 0
  for (const follower of places.followersOf(box)) {
    const opening = openingLevel(follower, places)
    if (elements.length >= MAX_FOLLOWERS || (opening > 0 && opening <= level)) break
    chars += follower.chars
    elements.push(follower.element)
  }
  return chars < most ? elements : []
}

/** The level of the heading that a block begins with, or 0. */
function openingLevel(block: Block, places: BlockPlaces): number {
  let inner: Block | undefined = block
  for (let depth = 0; inner && depth < 6; depth++) {
    if (inner.level > 0) return inner.level
    inner = places.firstWithText(inner)
  }
  return 0
}
