import type { Block, Survey } from './survey.js'

/** Weighs the blocks of a page and takes back what is called boilerplate but holds most of it. */
export function weighBlocks({ blocks, body }: Survey): void {
  const own = blocks.map(ownWeight)
  for (let at = blocks.length - 1; at >= 0; at--) {
    const block = blocks[at]
    if (!block) continue
    block.total += own[at] ?? 0
    const { parent } = block
    if (!parent) continue
    parent.total += block.total
    parent.chars += block.chars
    parent.linkChars += block.linkChars
    parent.links += block.links
    parent.commas += block.commas
  }
  const half = (body?.total ?? 0) / 2
  for (const block of blocks) if (isBoilerplate(block) && block.total >= half) block.trait = null
  for (let at = blocks.length - 1; at >= 0; at--) {
    const block = blocks[at]
    if (!block) continue
    block.mass += own[at] ?? 0
    if (block.parent && !isBoilerplate(block)) block.parent.mass += block.mass
  }
}

/** A block that says it is no part of what the page is about. */
export function isBoilerplate({ trait }: Block): boolean {
  return trait !== null && trait !== 'content'
}

// -------------------------------------------------------------------------------------------------------------------

/** Prose weighs what it is long, with something for each comma; links weigh little, labels a quarter. */
function ownWeight({ chars, linkChars, commas }: Block): number {
  if (chars === 0) return 0
  const plain = chars - linkChars
  return plain * (plain / chars) * (plain < SHORT ? 0.25 : 1) + 8 * commas
}

const SHORT = 25
