import type { Element } from './parse-tree.js'
import type { Block } from './survey.js'

/** The short pieces that stand in a part of a page before its title: offers of the shop, ways to sign in, where one is. */
export function beforeTitle(title: Block, part: Block, dropped: ReadonlySet<Element>): Element[] {
  const found: Element[] = []
  for (let block = title; block !== part && block.parent; block = block.parent) {
    // It is the name of the shop, or of something else.
    if (dropped.has(block.element)) return []
    for (const before of block.parent.children) {
      if (before === block) break
      if (before.chars > 0 && before.chars < LONGEST) found.push(before.element)
    }
  }
  return found
}

// -------------------------------------------------------------------------------------------------------------------

/** Where the picture stands beside the title, so may a long text in front of it. */
const LONGEST = 400
