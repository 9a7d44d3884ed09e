import type { ExtractedDocument } from '../extract/extract-document.js'

/** What a page says that concerns a spider. */
export interface PageLinks {
  /** In the order of the page. */
  readonly links: readonly { readonly url: string; readonly text: string }[]
  /** The address that the page gives for itself. */
  readonly canonical: string | null
}

/** Of a page that says nothing. */
export const noLinks: PageLinks = { links: [], canonical: null }

/** The links of a page that may be followed; with `followNofollow`, all of them. */
export function linksOf({ links, metadata }: ExtractedDocument, followNofollow: boolean): PageLinks {
  const canonical = webUrl(metadata.canonical)?.href ?? null
  if (!followNofollow && saysNofollow(metadata.robots)) return { links: [], canonical }
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

/** `nofollow`, or `none`, among the words. */
function saysNofollow(words: unknown): boolean {
  return typeof words === 'string' && /(?:^|[\s,])(?:nofollow|none)(?:$|[\s,])/i.test(words.slice(0, 1_000))
}
