import type { Trait } from './boilerplate-words.js'
import { isLegalLink } from './legal-footers.js'
import { type LinkCollector, collectLinks } from './links.js'
import { type PageFacts, noFacts, noteFacts } from './page-facts.js'
import type { Document, Element } from './parse-tree.js'
import { INLINE_TAGS, LAYOUT_TAGS, UNREAD_TAGS, headingLevel } from './tags.js'
import { traitReader } from './traits.js'
import { walkTree } from './tree-walk.js'

/** A block of a page and what was counted in it. */
export interface Block {
  readonly element: Element
  readonly parent: Block | null
  readonly children: Block[]
  /** What it says it is; taken back where it holds most of the page. */
  trait: Trait | null
  readonly level: number
  /** The start of its own text, for headings. */
  heading: string
  /** A sum over the characters of its text and of all below, equal for equal texts. */
  print: number
  /** Characters of text in it and below, and how many of them are in links, and how many links. */
  chars: number
  linkChars: number
  links: number
  /** How many of them lead to the terms of the site and the like; in the text itself none counts. */
  legalLinks: number
  commas: number
  /** The weight of the prose that stands directly in it. */
  own: number
  /** The weight of its prose and of all below. */
  total: number
  /** The weight of its prose and of what is not left out below. */
  mass: number
  /** Characters that are not left out. */
  kept: number
}

/** What one walk over a page finds. */
export interface Survey {
  /** In the order of the page: every block comes before those in it. */
  readonly blocks: readonly Block[]
  readonly body: Block | null
  readonly facts: PageFacts
  readonly links: LinkCollector
  /** Pieces inside lines of text that are not part of the text. */
  readonly droppedInline: ReadonlySet<Element>
  readonly layoutTables: Set<Element>
  /** Comments hold most of the page; set when its blocks are weighed. */
  isDiscussion: boolean
}

/** Walks a page once and counts what every block of it holds. */
export function surveyPage(document: Document): Survey {
  const facts = noFacts()
  const links = collectLinks()
  const blocks: Block[] = []
  const droppedInline = new Set<Element>()
  const layoutTables = new Set<Element>()
  const tables: Element[] = []
  const traitOf = traitReader()
  const measured: Measured = { length: 0, print: 0, commas: 0 }
  let block: Block | null = null
  let body: Block | null = null
  let openLinks = 0
  let contentDepth = 0

  walkTree(document.childNodes, {
    enter(element) {
      const tag = element.tagName
      noteFacts(facts, element)
      links.enter(element)
      if (tag === 'head') return true
      if (UNREAD_TAGS.has(tag)) return false
      let trait = traitOf(element)
      if (tag === 'header' && trait === null && contentDepth === 0) trait = 'chrome'
      if (INLINE_TAGS.has(tag)) {
        if (trait !== null && trait !== 'content') droppedInline.add(element)
        if (tag === 'a') {
          openLinks++
          if (block) {
            block.links++
            if (contentDepth === 0 && isLegalLink(element)) block.legalLinks++
          }
        }
        return true
      }
      const outer = tables.at(-1)
      if (outer && LAYOUT_TAGS.has(tag)) layoutTables.add(outer)
      if (tag === 'table') tables.push(element)
      block = newBlock(element, block, trait)
      block.parent?.children.push(block)
      if (isContent(tag)) contentDepth++
      blocks.push(block)
      if (tag === 'body') body ??= block
      return true
    },
    leave(element) {
      links.leave(element)
      if (element.tagName === 'a') openLinks--
      if (element.tagName === 'table') tables.pop()
      if (isContent(element.tagName)) contentDepth--
      if (block?.element === element) block = block.parent
    },
    text(value) {
      links.text(value)
      if (block === null) return
      measure(value, measured)
      const { length } = measured
      if (length === 0) return
      block.chars += length
      block.print = (block.print + measured.print) | 0
      if (openLinks > 0) block.linkChars += length
      else block.commas += measured.commas
      if (block.level > 0 && block.heading.length < 120) block.heading += value.slice(0, 120)
    },
  })
  return { blocks, body, facts, links, droppedInline, layoutTables, isDiscussion: false }
}

// -------------------------------------------------------------------------------------------------------------------

function isContent(tag: string): boolean {
  return tag === 'main' || tag === 'article'
}

function newBlock(element: Element, parent: Block | null, trait: Trait | null): Block {
  const level = headingLevel(element.tagName)
  return {
    element,
    parent,
    children: [],
    trait,
    level,
    heading: '',
    print: 0,
    chars: 0,
    linkChars: 0,
    links: 0,
    legalLinks: 0,
    commas: 0,
    own: 0,
    total: 0,
    mass: 0,
    kept: 0,
  }
}

/** Filled anew for each text: an object for each of ten thousand would be garbage. */
interface Measured {
  length: number
  print: number
  commas: number
}

/**
 * The characters of a text without its white space runs, their print, and its commas. A character of Chinese, Japanese or Korean counts as
 * two: it says as much as two or three letters, and all measures of length here are those of alphabets.
 */
function measure(text: string, into: Measured): void {
  let length = 0
  let print = 0
  let commas = 0
  let inGap = true
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    const isGap = code <= 32 || code === 160
    if (!isGap || !inGap) {
      length++
      if (code >= 0x2e80 && code < 0xfb00 && (code < 0xd800 || code >= 0xf900)) length++
    }
    if (!isGap) print = (Math.imul(print, 31) + code) | 0
    if (code === 0x2c || code === 0x3b || (code > 0x600 && COMMAS.has(code))) commas++
    inGap = isGap
  }
  into.length = inGap && length > 0 ? length - 1 : length
  into.print = print
  into.commas = commas
}

/** The kin of `,` and `;` in Arabic, Urdu, Hindi, Chinese and Japanese; where commas are rare, the full stop is one of them. */
const COMMAS: ReadonlySet<number> = new Set([
  0x60c, 0x61b, 0x6d4, 0x964, 0x3001, 0x3002, 0xff0c, 0xff1b, 0xff61, 0xff64,
])
