import type { Element } from './parse-tree.js'
import type { Block } from './survey.js'
import { setOf } from './tags.js'

/**
 * The blocks whose text stands on the page before, as long as a sentence or two: pages hold the same part once for wide and
 * once for narrow screens, and carousels repeat their first and last slides. Quotes, code and tables repeat on purpose.
 */
export function repeatedBlocks(blocks: readonly Block[], dropped: ReadonlySet<Element>): Element[] {
  const seen = new Map<number, Block>()
  const repeated: Element[] = []
  const passedOver = new Set<Block>()
  for (const block of blocks) {
    const { parent, element } = block
    if (parent && passedOver.has(parent)) passedOver.add(block)
    else if (dropped.has(element) || MEANT.has(element.tagName)) passedOver.add(block)
    else if (block.chars >= shortestOf(block) && !isAllOf(block, parent)) {
      const first = seen.get(block.print)
      if (first === undefined) seen.set(block.print, block)
      else if (first.chars === block.chars && first.element.tagName === element.tagName) {
        repeated.push(element)
        passedOver.add(block)
      }
    }
  }
  return repeated
}

// -------------------------------------------------------------------------------------------------------------------

/** The terms of an offer stand below each offer: a paragraph may come again where a part with its heading would not. */
function shortestOf({ children }: Block): number {
  return children.filter(({ chars }) => chars > 0).length >= 2 ? 100 : 250
}

const MEANT = setOf('blockquote pre table code')

/** A box around one box is looked at once, as the outer one. */
function isAllOf(block: Block, parent: Block | null): boolean {
  return parent !== null && parent.chars === block.chars && parent.print === block.print
}
