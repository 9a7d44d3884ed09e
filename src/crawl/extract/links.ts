import type { ResolveAddress } from './address.js'
import { type Element, attribute } from './parse-tree.js'
import { collapse } from './tree-walk.js'

/** One address that a page links to. */
export interface Link {
  /** Absolute, http or https, without its fragment. */
  readonly url: string
  /** What stands in the link: its text, or the description of its picture. */
  readonly text: string
  readonly rel: string | null
  /** It leads to the page's own host. */
  readonly internal: boolean
}

/** Gathers the links of a page while it is walked. */
export interface LinkCollector {
  enter(element: Element): void
  leave(element: Element): void
  text(value: string): void
  /** Each address once, in the order of the page, with the first text it has; at most 5,000. */
  links(url: string | null, resolve: ResolveAddress): Link[]
}

/** A collector for one page. */
export function collectLinks(): LinkCollector {
  const found: { element: Element; text: string }[] = []
  const open: { element: Element; text: string }[] = []
  const append = (value: string): void => {
    const link = open.at(-1)
    if (link && link.text.length < 2 * MAX_TEXT) link.text += value.slice(0, 2 * MAX_TEXT)
  }
  return {
    enter(element) {
      const tag = element.tagName
      if (tag === 'img') append(` ${attribute(element, 'alt') ?? ''} `)
      const kind = LINKS.get(tag)
      if (kind === undefined || found.length === MAX_ANCHORS) return
      const text = kind.described === null ? '' : (attribute(element, kind.described) ?? '')
      const link = { element, text: text.slice(0, MAX_TEXT) }
      found.push(link)
      if (tag === 'a') open.push(link)
    },
    leave(element) {
      if (open.at(-1)?.element === element) open.pop()
    },
    text: append,
    links: (url, resolve) => uniqueLinks(found, url === null ? null : hostOf(url), resolve),
  }
}

// -------------------------------------------------------------------------------------------------------------------

/** What leads to another page, with the attribute that says where and the one that describes it. */
const LINKS: ReadonlyMap<string, { readonly to: string; readonly described: string | null }> = new Map([
  ['a', { to: 'href', described: null }],
  ['area', { to: 'href', described: 'alt' }],
  ['frame', { to: 'src', described: 'title' }],
])
const MAX_ANCHORS = 50_000
const MAX_LINKS = 5_000
const MAX_TEXT = 300

function uniqueLinks(
  found: readonly { element: Element; text: string }[],
  host: string | null,
  resolve: ResolveAddress,
): Link[] {
  const links = new Map<string, { url: string; text: string; rel: string | null; internal: boolean }>()
  for (const { element, text } of found) {
    const href = attribute(element, LINKS.get(element.tagName)?.to ?? 'href')
    const address = href === undefined ? null : resolve(href)
    if (address === null) continue
    const hash = address.indexOf('#')
    const url = hash < 0 ? address : address.slice(0, hash)
    const known = links.get(url)
    const label = known?.text ? '' : collapse(text).slice(0, MAX_TEXT)
    if (known) known.text ||= label
    else if (links.size < MAX_LINKS) {
      const rel = attribute(element, 'rel')?.trim().slice(0, 200)
      links.set(url, {
        url,
        text: label,
        rel: rel ? rel : null,
        internal: host !== null && hostOf(url) === host,
      })
    }
  }
  return [...links.values()]
}

function hostOf(url: string): string | null {
  return /^https?:\/\/(?:[^/?#@]*@)?(?:www\.)?([^/?#]*)/i.exec(url)?.[1] ?? null
}
