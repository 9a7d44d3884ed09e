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
  const text = (body ?? metadata.description ?? '')
    .split(/\n\s*\n/)
    .map(collapse)
    .filter((paragraph) => paragraph !== '')
  return {
    text: text.join('\n\n'),
    markdown: text.map((paragraph) => escapeLineStart(escapeText(paragraph))).join('\n\n'),
  }
}
