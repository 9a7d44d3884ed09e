import { type Element, attribute } from './parse-tree.js'
import type { Block } from './survey.js'

/** Whether a link leads to what a site says of privacy, cookies, its terms or who is liable for it. */
export function isLegalLink(link: Element): boolean {
  const address = attribute(link, 'href')
  return address !== undefined && address.length < LONGEST && LEGAL.test(address)
}

/**
 * The boxes of links that stand at the foot of a site, told by where they lead and not by what they are called: the smallest that
 * holds two links to its terms and the like, and what is around it as long as that is mostly links and a small part of the page.
 */
export function legalFooters(blocks: readonly Block[], part: Block): Element[] {
  const passed = new Set<Block>()
  const footers: Element[] = []
  for (const block of blocks) {
    if (!isSmallest(block)) continue
    let footer: Block | null = null
    // Where another one went out before, all that follows is known.
    for (let box: Block | null = block; box && isFooter(box, part) && !passed.has(box); box = box.parent) {
      passed.add(box)
      footer = box
    }
    if (footer !== null) footers.push(footer.element)
  }
  return footers
}

// -------------------------------------------------------------------------------------------------------------------

const LONGEST = 300
const FEWEST = 2
const LEGAL =
  /[/=_-](?:privacy|terms|cookies?|legal|imprint|impressum|datenschutz|agb|disclaimer|confidentialite|mentions-legales|privacidad|aviso-legal|polityka|regulamin)(?:[/?#._-]|$)/i

function isSmallest({ legalLinks, children }: Block): boolean {
  return legalLinks >= FEWEST && !children.some((child) => child.legalLinks >= FEWEST)
}

function isFooter(block: Block, part: Block): boolean {
  return block !== part && block.linkChars > 0.5 * block.chars && block.chars < 0.25 * part.chars
}
