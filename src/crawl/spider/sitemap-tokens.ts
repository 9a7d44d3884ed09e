/** An address in a sitemap: of a page, or of another sitemap. */
export interface SitemapEntry {
  readonly kind: 'page' | 'sitemap'
  readonly url: string
}

/** Longer ones are no urls that are crawled. */
const longestUrl = 8_192
/** A tag that is longer belongs to no sitemap. */
const longestTag = 65_536

/**
 * Reads a sitemap (sitemaps.org, protocol 0.9) as it comes, in pieces of any size: the `<loc>` of each `<url>` and
 * `<sitemap>`. It builds no tree, keeps no more than one tag and one url, and takes time in proportion to the text; what is
 * no XML gives nothing.
 */
export class SitemapTokens {
  #rest = ''
  #kind: SitemapEntry['kind'] | undefined
  /** The text of the `loc` that is open. */
  #loc: string | undefined
  /** What is passed over up to its end. */
  #skipsTo: string | undefined
  /** Of the names, as the first element has it. */
  #prefix: string | undefined
  #isBroken = false

  /** The addresses that are complete with this piece. */
  write(piece: string): SitemapEntry[] {
    const entries: SitemapEntry[] = []
    if (this.#isBroken) return entries
    const text = this.#rest + piece
    let at = 0
    while (at < text.length) {
      const next =
        this.#skipsTo === undefined ? this.#step(text, at, entries) : this.#skip(text, at, this.#skipsTo)
      if (next === undefined) break
      at = next
    }
    this.#rest = text.slice(at)
    if (this.#rest.length > longestTag) {
      this.#isBroken = true
      this.#rest = ''
    }
    return entries
  }

  /** Where to go on; undefined when more of the text is needed. */
  #step(text: string, at: number, entries: SitemapEntry[]): number | undefined {
    if (text[at] !== '<') {
      const open = text.indexOf('<', at)
      const end = open < 0 ? text.length : open
      this.#say(text.slice(at, end))
      return end
    }
    if (text.startsWith(comment, at)) {
      this.#skipsTo = '-->'
      return at + comment.length
    }
    if (text.startsWith(quote, at)) {
      const end = text.indexOf(']]>', at)
      if (end < 0) return undefined
      this.#say(text.slice(at + quote.length, end).replaceAll('&', '&amp;'))
      return end + 3
    }
    const begun = text.slice(at, at + quote.length)
    if (comment.startsWith(begun) || quote.startsWith(begun)) return undefined
    const close = text.indexOf('>', at)
    if (close < 0) return undefined
    const entry = this.#tag(text.slice(at + 1, close))
    if (entry) entries.push(entry)
    return close + 1
  }

  #skip(text: string, at: number, end: string): number | undefined {
    const found = text.indexOf(end, at)
    if (found >= 0) {
      this.#skipsTo = undefined
      return found + end.length
    }
    const kept = text.length - end.length + 1
    return kept > at ? kept : undefined
  }

  #say(text: string): void {
    if (this.#loc !== undefined && this.#loc.length <= longestUrl) this.#loc += text
  }

  #tag(inner: string): SitemapEntry | undefined {
    const [, slash = '', prefix = '', name = ''] = /^(\/?)([^\s/:?!]+:)?([^\s/:?!]+)/.exec(inner) ?? []
    if (name === '') return undefined
    this.#prefix ??= prefix
    // Others, such as <image:loc>, say something else.
    if (prefix !== this.#prefix) return undefined
    if (name === 'url' || name === 'sitemap') {
      this.#kind = slash ? undefined : name === 'url' ? 'page' : 'sitemap'
      this.#loc = undefined
    }
    if (name !== 'loc') return undefined
    const loc = this.#loc
    this.#loc = slash ? undefined : ''
    return slash && loc && this.#kind ? this.#entry(this.#kind, loc) : undefined
  }

  #entry(kind: SitemapEntry['kind'], loc: string): SitemapEntry | undefined {
    return loc.length > longestUrl ? undefined : { kind, url: withoutEntities(loc).trim() }
  }
}

// -------------------------------------------------------------------------------------------------------------------

const comment = '<!--'
const quote = '<![CDATA['
const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

function withoutEntities(text: string): string {
  return text.replace(/&(?:#x([\da-f]{1,6})|#(\d{1,7})|([a-z]{2,4}));/gi, (whole, hex, decimal, name) => {
    if (typeof name === 'string') return entities[name] ?? whole
    const code = typeof hex === 'string' ? parseInt(hex, 16) : Number(decimal)
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole
  })
}
