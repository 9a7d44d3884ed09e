import { absolute, addressResolver } from './address.js'
import { type Thing, readJsonLd, thingsOf } from './json-ld.js'
import type { Link } from './links.js'
import { mainPart } from './main-part.js'
import { type Metadata, readMetadata } from './metadata.js'
import { pageKind } from './page-kind.js'
import { type Element, parseTree } from './parse-tree.js'
import { render } from './render.js'
import { substitute, unshown, wholeArticle } from './substitute.js'
import { surveyPage } from './survey.js'
import { weighBlocks } from './weigh.js'

/** What a page says, without what stands around it. */
export interface ExtractedDocument {
  /** The address that was given, in its normal form. */
  readonly url: string | null
  readonly title: string | null
  /** Plain text; blocks are parted by line breaks. */
  readonly text: string
  /** The same as CommonMark with GitHub's tables. */
  readonly markdown: string
  /** Every http and https address that the whole page links to, at most 5,000. */
  readonly links: readonly Link[]
  readonly metadata: Metadata
}

/** How a page is read. */
export interface ExtractOptions {
  /** The page's own address, by which its links are made absolute; without it only absolute links are found. */
  readonly url?: string | null
}

/**
 * Reads a page: its text without navigation, advertising and the like, as plain text and as markdown, its links, and what it
 * says about itself. Pure and synchronous; takes time in proportion to the page and never throws, whatever the string.
 *
 * @example
 * const { title, markdown } = extractDocument('<h1>Tea</h1><p>Steep for <b>three</b> minutes.', { url: 'https://example.com/' })
 */
export function extractDocument(html: string, options: ExtractOptions = {}): ExtractedDocument {
  const url = options.url ? absolute(options.url, null) : null
  const survey = surveyPage(parseTree(html))
  weighBlocks(survey)
  const { facts, layoutTables } = survey
  const base = facts.base === null ? url : (absolute(facts.base, url) ?? url)
  const resolve = addressResolver(base, html.length)
  const jsonLd = readJsonLd(facts.jsonLd)
  const things = thingsOf(jsonLd)
  const kind = pageKind(survey, things, url)
  const metadata = readMetadata({ survey, jsonLd, kind, url, resolve })
  const { root, dropped } = mainPart(survey, kind)
  const isDropped = (element: Element): boolean => dropped.has(element)
  const written = root
    ? render([root], { isDropped, isLayout: (table) => layoutTables.has(table), resolve })
    : { text: '', markdown: '' }
  const shown =
    written.text === ''
      ? { ...substitute(metadata, things), ...pictures(written.markdown) }
      : ((kind === 'article' ? wholeArticle(things, written.text) : null) ?? written)
  const { text, markdown } = kind === 'product' ? withUnshown(shown, things) : shown
  return { url, title: metadata.title, text, markdown, links: survey.links.links(url, resolve), metadata }
}

// -------------------------------------------------------------------------------------------------------------------

function withUnshown(
  shown: { readonly text: string; readonly markdown: string },
  things: readonly Thing[],
): { readonly text: string; readonly markdown: string } {
  const more = unshown(things, shown.text)
  if (more === null) return shown
  return { text: `${shown.text}\n\n${more.text}`, markdown: `${shown.markdown}\n\n${more.markdown}` }
}

/** The markdown of a page that shows pictures and no words. */
function pictures(markdown: string): { markdown?: string } {
  return markdown === '' ? {} : { markdown }
}
