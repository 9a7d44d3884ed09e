import { unescapeAgain } from './entities.js'
import { type Thing, isOfType, textField } from './json-ld.js'
import { escapeLineStart, escapeText } from './markdown-escape.js'
import type { Metadata } from './metadata.js'
import { collapse } from './tree-walk.js'

/** What a page that shows no text without its scripts says of itself: the body in its JSON-LD, else its description. */
export function substitute(metadata: Metadata, things: readonly Thing[]): { text: string; markdown: string } {
  const main = things.find((thing) =>
    isOfType(thing, /Article$|^BlogPosting$|^DiscussionForumPosting$|^Product$/),
  )
  const body = main
    ? (textField(main, 'articleBody') ?? textField(main, 'text') ?? textField(main, 'description'))
    : null
  return written(body ?? metadata.description ?? '')
}

/**
 * The body of an article in its JSON-LD, where `text` is no more than a teaser or "Loading"; `null` where the page shows the
 * article itself, with its links and pictures.
 */
export function wholeArticle(
  things: readonly Thing[],
  text: string,
): { text: string; markdown: string } | null {
  const article = things.find((thing) => isOfType(thing, /Article$|^BlogPosting$/))
  const body = article ? textField(article, 'articleBody') : null
  return body !== null && body.length > Math.max(TIMES * text.length, ARTICLE) ? written(body) : null
}

/** What a shop says of its product in its JSON-LD and does not show in `text`, which its scripts would. */
export function unshown(things: readonly Thing[], text: string): { text: string; markdown: string } | null {
  const product = things.find((thing) => isOfType(thing, /^Product(?:Group)?$/))
  const description = product ? textField(product, 'description') : null
  if (description === null) return null
  const plain = unescapeAgain(decoded(description.slice(0, MOST_CHARS))).replace(/<[^<>]{0,2000}>/g, ' ')
  const words = wordsOf(plain)
  if (words.length < FEWEST_WORDS) return null
  const known = new Set(wordsOf(text))
  const isNew = words.filter((word) => !known.has(word)).length > NEW * words.length
  return isNew ? written(plain) : null
}

// -------------------------------------------------------------------------------------------------------------------

const MOST_CHARS = 20_000
/** How many times what is shown, and how many characters, the body of an article has that is not shown. */
const TIMES = 4
const ARTICLE = 500
const FEWEST_WORDS = 12
const NEW = 0.3

/** Some shops write it as if it were part of an address. */
function decoded(text: string): string {
  if (/\s/.test(text) || !text.includes('%20')) return text
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []
}

function written(text: string): { text: string; markdown: string } {
  const paragraphs = text
    .split(/\n\s*\n/)
    .map(collapse)
    .filter((paragraph) => paragraph !== '')
  return {
    text: paragraphs.join('\n\n'),
    markdown: paragraphs.map((paragraph) => escapeLineStart(escapeText(paragraph))).join('\n\n'),
  }
}
