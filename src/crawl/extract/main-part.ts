import type { Trait } from './boilerplate-words.js'
import { sideSections } from './side-sections.js'
import type { PageKind } from './page-kind.js'
import type { Element } from './parse-tree.js'
import type { Block, Survey } from './survey.js'
import { weighRest } from './weigh.js'

/** The part of a page that holds what it is about. */
export interface MainPart {
  readonly root: Element | null
  /** What is left out of it. */
  readonly dropped: ReadonlySet<Element>
}

/** Finds the part of a page to read: the boilerplate is struck out, then the way down follows the child that holds most. */
export function mainPart(survey: Survey, kind: PageKind): MainPart {
  const { body, blocks } = survey
  const dropped = new Set(survey.droppedInline)
  if (!body) return { root: null, dropped }
  for (const block of blocks) if (isLeftOut(block, kind, body)) dropped.add(block.element)
  weighRest(blocks, dropped)
  const part = (kind === 'product' ? aroundTitle(blocks, body) : null) ?? heaviest(body, kind === 'article' ? 0.65 : 0.97, dropped)
  for (const element of sideSections(blocks, part, kind)) dropped.add(element)
  if (kind !== 'other') for (const block of blocks) if (block !== part && isLinkList(block, part)) dropped.add(block.element)
  dropped.delete(part.element)
  return { root: part.element, dropped }
}

// -------------------------------------------------------------------------------------------------------------------

const LEFT_OUT: Readonly<Record<PageKind, ReadonlySet<Trait>>> = {
  article: new Set<Trait>(['chrome', 'hidden', 'aside', 'comments', 'filter', 'profile', 'byline']),
  thread: new Set<Trait>(['chrome', 'hidden', 'aside', 'filter', 'profile', 'byline']),
  product: new Set<Trait>(['chrome', 'hidden', 'aside', 'comments', 'filter', 'profile', 'byline', 'reviews']),
  // On a page of cards the bylines are part of the cards.
  other: new Set<Trait>(['chrome', 'hidden', 'aside', 'comments', 'filter', 'profile']),
}

function isLeftOut(block: Block, kind: PageKind, body: Block): boolean {
  return block.trait !== null && LEFT_OUT[kind].has(block.trait) && block !== body
}

/** Goes down while one child holds `share` of the weight. */
function heaviest(from: Block, share: number, dropped: ReadonlySet<Element>): Block {
  for (let part = from; ; ) {
    let best: Block | null = null
    for (const child of part.children) if (!dropped.has(child.element) && (best === null || child.mass > best.mass)) best = child
    if (best === null || best.children.length === 0 || best.mass < share * part.mass) return part
    part = best
  }
}

/** A shop says little of its product and much of others: what is near the title is about this one. */
function aroundTitle(blocks: readonly Block[], body: Block): Block | null {
  let part = blocks.find((block) => block.level === 1 && block.chars > 0) ?? null
  while (part?.parent && part.parent !== body && part.chars < PRODUCT_CHARS) part = part.parent
  return part
}

const PRODUCT_CHARS = 2_500

/** Four links or more with hardly a word between them, and short ones. */
function isLinkList({ links, linkChars, chars }: Block, part: Block): boolean {
  return links >= 4 && linkChars > 0.85 * chars && linkChars < 30 * links && chars < 0.3 * part.chars
}
