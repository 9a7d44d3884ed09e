import type { ExtractedDocument } from '../extract/extract-document.js'
import { wordsSayNofollow } from '../fetch/robots-tag.js'

/** What a page says that concerns a spider. */
export interface PageLinks {
  /** In the order of the page. */
  readonly links: readonly { readonly url: string; readonly text: string }[]
  /** The address that the page gives for itself. */
  readonly canonical: string | null
}

/** Of a page that says nothing. */
export const noLinks: PageLinks = { links: [], canonical: null }

/** What keeps links from being followed, beside what the page itself says. */
export interface FollowRules {
  /** Its response asks that they be not followed. */
  readonly nofollow: boolean
  /** None of this counts. */
  readonly followNofollow: boolean
}

/** The links of a page that may be followed; with `followNofollow`, all of them. `noindex` alone keeps nobody from its links. */
export function linksOf(
  { links, metadata }: ExtractedDocument,
  { nofollow, followNofollow }: FollowRules,
): PageLinks {
  const canonical = webUrl(metadata.canonical)?.href ?? null
  if (!followNofollow && (nofollow || saysNofollow(metadata.robots))) return { links: [], canonical }
  return {
    links: links.filter((link) => isLink(link) && (followNofollow || !saysNofollow(link.rel))),
    canonical,
  }
}

/** A url of the web without its fragment. Its slashes stay as they are: `/a` and `/a/` may be two pages. */
export function webUrl(text: unknown): URL | null {
  if (typeof text !== 'string' || !URL.canParse(text)) return null
  const url = new URL(text)
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return null
  url.hash = ''
  return url
}

// -------------------------------------------------------------------------------------------------------------------

/** An app's own extractor may answer anything. */
function isLink(link: unknown): boolean {
  if (typeof link !== 'object' || link === null) return false
  const { url, text } = link as Partial<Record<string, unknown>>
  return typeof url === 'string' && typeof text === 'string'
}

function saysNofollow(words: unknown): boolean {
  return typeof words === 'string' && wordsSayNofollow(words.slice(0, 1_000))
}
