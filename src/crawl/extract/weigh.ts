import type { Element } from './parse-tree.js'
import type { Block, Survey } from './survey.js'

/** Weighs the blocks of a page and takes back what is called boilerplate but holds most of it. */
export function weighBlocks(survey: Survey): void {
  const { blocks, body } = survey
  for (const block of blocks) block.own = ownWeight(block)
  for (let at = blocks.length - 1; at >= 0; at--) {
    const block = blocks[at]
    if (!block) continue
    block.total += block.own
    const { parent } = block
    if (!parent) continue
    parent.total += block.total
    parent.print = (parent.print + block.print) | 0
    parent.chars += block.chars
    parent.linkChars += block.linkChars
    parent.links += block.links
    parent.legalLinks += block.legalLinks
    parent.commas += block.commas
  }
  const half = (body?.total ?? 0) / 2
  let comments = 0
  for (const block of blocks) {
    if (block.trait === 'comments' && block.parent?.trait !== 'comments') comments += block.total
    if (block.trait !== 'content' && block.total >= half) block.trait = null
  }
  for (const block of blocks)
    if (block.chars > LONG_CELL && CELLS.has(block.element.tagName)) noteLayout(survey, block)
  survey.isDiscussion = comments > half
}

/** Weighs what is left of each block when some blocks are left out. */
export function weighRest(blocks: readonly Block[], dropped: ReadonlySet<Element>): void {
  for (let at = blocks.length - 1; at >= 0; at--) {
    const block = blocks[at]
    if (!block) continue
    block.mass += block.own
    // By now `chars` counts all below: what stands in the block itself is what its children do not have.
    block.kept += block.chars - block.children.reduce((sum, child) => sum + child.chars, 0)
    if (!block.parent || dropped.has(block.element)) continue
    block.parent.mass += block.mass
    block.parent.kept += block.kept
  }
}

// -------------------------------------------------------------------------------------------------------------------

/** Prose weighs what it is long, with something for each comma; links weigh little, labels a quarter. */
function ownWeight({ chars, linkChars, commas }: Block): number {
  if (chars === 0) return 0
  const plain = chars - linkChars
  return plain * (plain / chars) * (plain < SHORT ? 0.25 : 1) + 8 * commas
}

const SHORT = 25

/** A table of which one cell holds most is the frame of a page: old ones have the menu in one cell and the text in another. */
function noteLayout({ layoutTables }: Survey, cell: Block): void {
  let table = cell.parent
  for (let depth = 0; table && depth < 3 && table.element.tagName !== 'table'; depth++) table = table.parent
  if (table?.element.tagName === 'table' && cell.chars > 0.6 * table.chars) layoutTables.add(table.element)
}

const CELLS: ReadonlySet<string> = new Set(['td', 'th'])
const LONG_CELL = 1_000
