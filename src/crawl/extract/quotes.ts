import type { Element } from './parse-tree.js'
import type { Block } from './survey.js'

/**
 * The long quotes of a thread whose text, for the greater part, stands in a post above: forums put the whole post that is
 * answered before the answer. A short quote, and one of what stands elsewhere, says what an answer is about.
 */
export function repeatedQuotes(blocks: readonly Block[]): Element[] {
  const said = new Set<string>()
  const quotes: Quote[] = []
  const quoteOf = new Map<Block, Quote>()
  const counted = new Set<Block>()
  for (const block of blocks) {
    const { parent } = block
    const quote = (parent && quoteOf.get(parent)) ?? quoteAt(block, quotes)
    const isKnown = block.chars >= SHORTEST && said.has(keyOf(block))
    if (quote === null) {
      if (block.chars >= SHORTEST && !isAround(block)) said.add(keyOf(block))
      continue
    }
    quoteOf.set(block, quote)
    const isPartOfKnown = parent !== null && counted.has(parent)
    if (isKnown && !isPartOfKnown) quote.known += block.chars
    if (isKnown || isPartOfKnown) counted.add(block)
  }
  return quotes
    .filter(({ block, known }) => block.chars >= LONG && known >= SHARE * block.chars)
    .map(({ block }) => block.element)
}

// -------------------------------------------------------------------------------------------------------------------

/** An outermost quote, and how many of its characters stand above. */
interface Quote {
  readonly block: Block
  known: number
}

/** Some 70 words. */
const LONG = 400
const SHARE = 0.5
const SHORTEST = 20

function quoteAt(block: Block, quotes: Quote[]): Quote | null {
  if (block.element.tagName !== 'blockquote') return null
  const quote = { block, known: 0 }
  quotes.push(quote)
  return quote
}

/** A box around one box says what that one says, and may be a post that is all quote. */
function isAround({ children, chars }: Block): boolean {
  return children.some((child) => child.chars === chars)
}

/** Equal for equal texts, and hardly ever for others. */
function keyOf({ print, chars }: Block): string {
  return `${print} ${chars}`
}
