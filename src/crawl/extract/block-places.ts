import type { Block } from './survey.js'

/** Where the blocks of a page stand within their parents; asked any number of times, it looks at each block once. */
export interface BlockPlaces {
  /** The first block in this one that has text. */
  firstWithText(block: Block): Block | undefined
  /** The blocks that stand behind this one in its parent, from the next on. */
  followersOf(block: Block): Iterable<Block>
}

/** The places of one page's blocks. */
export function blockPlaces(): BlockPlaces {
  const firsts = new Map<Block, Block | undefined>()
  const positions = new Map<Block, number>()

  const notePositions = (siblings: readonly Block[]): void => {
    for (let at = 0; at < siblings.length; at++) {
      const sibling = siblings[at]
      if (sibling) positions.set(sibling, at)
    }
  }

  return {
    firstWithText(block) {
      if (!firsts.has(block))
        firsts.set(
          block,
          block.children.find(({ chars }) => chars > 0),
        )
      return firsts.get(block)
    },
    *followersOf(block) {
      const siblings = block.parent?.children ?? []
      if (!positions.has(block)) notePositions(siblings)
      for (let at = (positions.get(block) ?? 0) + 1; at < siblings.length; at++) {
        const sibling = siblings[at]
        if (sibling) yield sibling
      }
    },
  }
}
