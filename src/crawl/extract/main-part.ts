import type { Trait } from './boilerplate-words.js'
import { beforeTitle } from './before-title.js'
import { isPageOfContents } from './contents-list.js'
import { legalFooters } from './legal-footers.js'
import { sideSections } from './side-sections.js'
import type { PageKind } from './page-kind.js'
import { type Element, attribute } from './parse-tree.js'
import type { Block, Survey } from './survey.js'
import { repeatedQuotes } from './quotes.js'
import { repeatedBlocks } from './repeats.js'
import { dataRows } from './table.js'
import { setOf } from './tags.js'
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
  for (const element of leftOut(blocks, kind, body)) dropped.add(element)
  for (const element of kind === 'thread' ? repeatedQuotes(blocks) : repeatedBlocks(blocks, dropped))
    dropped.add(element)
  if (isBare(blocks, body, dropped))
    for (const element of rescued(blocks, body, dropped)) dropped.delete(element)
  weighRest(blocks, dropped)
  const part =
    (kind === 'product' ? aroundTitle(blocks, body) : null) ??
    heaviest(body, WAYS[kind], dropped, survey.layoutTables)
  for (const element of sideSections(blocks, part, kind)) dropped.add(element)
  for (const block of blocks) if (kind !== 'other' && isLinkList(block, part)) dropped.add(block.element)
  for (const element of legalFooters(blocks, part)) dropped.add(element)
  const title = kind === 'product' ? titleBlock(blocks) : null
  if (title !== null) for (const element of beforeTitle(title, part, dropped)) dropped.add(element)
  dropped.delete(part.element)
  return { root: part.element, dropped }
}

// -------------------------------------------------------------------------------------------------------------------

const EVERYWHERE: readonly Trait[] = ['chrome', 'contents', 'hidden', 'aside', 'filter', 'profile']

const LEFT_OUT: Readonly<Record<PageKind, ReadonlySet<Trait>>> = {
  article: new Set<Trait>([...EVERYWHERE, 'byline', 'comments']),
  product: new Set<Trait>([...EVERYWHERE, 'byline', 'comments', 'reviews']),
  // Whose post it is, and of when, belongs to a thread; on a page of cards the bylines are part of the cards.
  // Elsewhere a signature is that of a function.
  thread: new Set<Trait>([...EVERYWHERE, 'signature']),
  other: new Set<Trait>([...EVERYWHERE, 'comments']),
}

/** What its name leaves out of a page of this kind. */
function leftOut(blocks: readonly Block[], kind: PageKind, body: Block): Element[] {
  const pagesOfContents = new Set<Block | null>()
  return blocks
    .filter((block) => {
      const isKept =
        block.trait === 'contents' && (pagesOfContents.has(block.parent) || isPageOfContents(block))
      if (isKept) pagesOfContents.add(block)
      return !isKept && isLeftOut(block, kind, body)
    })
    .map(({ element }) => element)
}

function isLeftOut(block: Block, kind: PageKind, body: Block): boolean {
  return block.trait !== null && LEFT_OUT[kind].has(block.trait) && block !== body
}

/** Hardly a sentence is left of a page that has more. */
function isBare(blocks: readonly Block[], body: Block, dropped: ReadonlySet<Element>): boolean {
  let left = body.chars
  const below = new Set<Block>()
  for (const block of blocks) {
    const isBelow = block.parent !== null && below.has(block.parent)
    if (!isBelow && !dropped.has(block.element)) continue
    below.add(block)
    if (!isBelow) left -= block.chars
  }
  return left < BARE && body.chars > 2 * BARE
}

const BARE = 400

/** What is left out by its name alone, outside of what a tag says is navigation: a page may be all list of contents. */
function rescued(blocks: readonly Block[], body: Block, dropped: ReadonlySet<Element>): Element[] {
  return blocks
    .filter(({ element, chars, trait }) => dropped.has(element) && chars > BARE / 2 && trait !== 'hidden')
    .filter((block) => {
      for (let outer: Block | null = block; outer && outer !== body; outer = outer.parent)
        if (NAVIGATION.has(outer.element.tagName)) return false
      return true
    })
    .map(({ element }) => element)
}

const NAVIGATION = setOf('nav header footer form dialog')

/** How much of its parent, and of the whole, a block must hold to be gone down to. */
interface Way {
  readonly ofParent: number
  readonly ofAll: number
  /** How much of it another box of its class must hold for the two to belong together. */
  readonly twin: number
}

/** An article is one box among others; any other page may be made of many that belong together. */
const ARTICLE_WAY: Way = { ofParent: 0.65, ofAll: 0.4, twin: 0.1 }
const PAGE_WAY: Way = { ofParent: 0.97, ofAll: 0.85, twin: 0.1 }

const WAYS: Readonly<Record<PageKind, Way>> = {
  article: ARTICLE_WAY,
  product: PAGE_WAY,
  // A word of thanks below a long post is a post too.
  thread: { ...PAGE_WAY, twin: 0 },
  other: PAGE_WAY,
}

/** Goes down while one child holds enough, as far as to the list, the quote or the grid whose parts mean something together. */
function heaviest(
  from: Block,
  { ofParent, ofAll, twin }: Way,
  dropped: ReadonlySet<Element>,
  layoutTables: ReadonlySet<Element>,
): Block {
  for (let part = from; ;) {
    let best: Block | null = null
    for (const child of part.children) {
      if (!dropped.has(child.element) && (best === null || child.mass > best.mass)) best = child
    }
    if (best === null || best.children.length === 0 || isWhole(best, layoutTables)) return part
    if (best.mass < Math.max(ofParent * part.mass, ofAll * from.mass) || hasTwin(part, best, twin, dropped))
      return part
    part = best
  }
}

/** Texts of one page may be parted by a picture: boxes of the same class belong together. */
function hasTwin(part: Block, best: Block, share: number, dropped: ReadonlySet<Element>): boolean {
  const names = attribute(best.element, 'class')
  if (names === undefined || names === '') return false
  return part.children.some(
    (child) =>
      child !== best &&
      child.mass > share * best.mass &&
      !dropped.has(child.element) &&
      attribute(child.element, 'class') === names,
  )
}

function isWhole({ element }: Block, layoutTables: ReadonlySet<Element>): boolean {
  if (element.tagName === 'table') return !layoutTables.has(element) && dataRows(element) !== null
  return WHOLE.has(element.tagName)
}

const WHOLE = setOf('ul ol dl menu blockquote pre p figure h1 h2 h3 h4 h5 h6')

/** A shop says little of its product and much of others: what is near the title is about this one. */
function aroundTitle(blocks: readonly Block[], body: Block): Block | null {
  let part = titleBlock(blocks)
  while (part?.parent && part !== body && part.kept < PRODUCT_CHARS) part = part.parent
  return part
}

const PRODUCT_CHARS = 2_500

function titleBlock(blocks: readonly Block[]): Block | null {
  return blocks.find((block) => block.level === 1 && block.chars > 0) ?? null
}

/** Four links or more with hardly a word between them, and short ones. */
function isLinkList({ links, linkChars, chars }: Block, part: Block): boolean {
  return links >= 4 && linkChars > 0.85 * chars && linkChars < 30 * links && chars < 0.3 * part.chars
}
