import { type Element, attribute } from './parse-tree.js'
import { collapse, shortText } from './tree-walk.js'

/** What a page says about itself outside its text, as found while it is walked. */
export interface PageFacts {
  /** The content of each `meta`, by its name, property or itemprop in lower case; the first one counts. */
  readonly meta: Map<string, string>
  /** The texts of the JSON-LD scripts. */
  readonly jsonLd: string[]
  readonly headings: string[]
  readonly dates: { readonly text: string; readonly isPublished: boolean; readonly isModified: boolean }[]
  readonly authors: { readonly text: string; readonly rank: number }[]
  title: string | null
  base: string | null
  canonical: string | null
  language: string | null
  siteClass: string
}

/** Facts of a page that says nothing. */
export function noFacts(): PageFacts {
  const lists = { meta: new Map<string, string>(), jsonLd: [], headings: [], dates: [], authors: [] }
  return { ...lists, title: null, base: null, canonical: null, language: null, siteClass: '' }
}

/** Takes from one element what it says about the page. */
export function noteFacts(facts: PageFacts, element: Element): void {
  const note = Object.hasOwn(NOTES, element.tagName) ? NOTES[element.tagName] : undefined
  note?.(facts, element)
  if (facts.authors.length < MAX_CANDIDATES || facts.dates.length < MAX_CANDIDATES) noteByline(facts, element)
}

// -------------------------------------------------------------------------------------------------------------------

const MAX_CANDIDATES = 40
const MAX_META = 300
const MAX_JSON_LD = 512 * 1024

const NOTES: Readonly<Record<string, (facts: PageFacts, element: Element) => void>> = {
  html(facts, element) {
    facts.language ??= attribute(element, 'lang') ?? attribute(element, 'xml:lang') ?? null
    facts.siteClass += ` ${namesOf(element)}`
  },
  body(facts, element) {
    facts.siteClass += ` ${namesOf(element)}`
  },
  title(facts, element) {
    if (element.namespaceURI.endsWith('xhtml')) facts.title ??= shortText(element, 500) || null
  },
  base(facts, element) {
    facts.base ??= attribute(element, 'href') ?? null
  },
  meta(facts, element) {
    const content = attribute(element, 'content')?.slice(0, 4_000)
    const name = attribute(element, 'property') ?? attribute(element, 'name') ?? attribute(element, 'itemprop') ?? attribute(element, 'http-equiv')
    if (!content || !name || name.length > 100 || facts.meta.size >= MAX_META) return
    const key = name.trim().toLowerCase()
    if (!facts.meta.has(key)) facts.meta.set(key, collapse(content))
  },
  link(facts, element) {
    if (/(?:^|\s)canonical(?:\s|$)/i.test((attribute(element, 'rel') ?? '').slice(0, 200))) facts.canonical ??= attribute(element, 'href') ?? null
  },
  script(facts, element) {
    if (!/^\s*application\/ld\+json/i.test((attribute(element, 'type') ?? '').slice(0, 100))) return
    const [node] = element.childNodes
    const room = MAX_JSON_LD - facts.jsonLd.reduce((sum, text) => sum + text.length, 0)
    if (node && 'value' in node && node.value.length <= room && facts.jsonLd.length < 50) facts.jsonLd.push(node.value)
  },
  h1(facts, element) {
    const text = facts.headings.length < 3 ? shortText(element, 400) : ''
    if (text !== '') facts.headings.push(text)
  },
  time(facts, element) {
    if (facts.dates.length >= MAX_CANDIDATES) return
    const hint = `${attribute(element, 'itemprop') ?? ''} ${namesOf(element)}`
    const text = attribute(element, 'datetime')?.slice(0, 100).trim() || shortText(element, 60)
    facts.dates.push({ text, isPublished: /publi|pubdate|created|entry-date/i.test(hint), isModified: /modif|updat/i.test(hint) })
  },
}

function noteByline(facts: PageFacts, element: Element): void {
  const { tagName } = element
  if (tagName === 'meta' || tagName === 'link' || tagName === 'script' || tagName === 'body' || tagName === 'html' || tagName === 'time') return
  for (const { name, value } of element.attrs) {
    if (value.length > 300) continue
    if (name === 'rel' && /\bauthor\b/.test(value)) noteAuthor(facts, element, 3)
    else if (name === 'itemprop' && value === 'author') noteAuthor(facts, element, 2)
    else if (name === 'itemprop' && /^date(?:published|created|modified)$/i.test(value)) {
      const text = (attribute(element, 'content') ?? attribute(element, 'datetime') ?? shortText(element, 60)).slice(0, 100)
      if (facts.dates.length < MAX_CANDIDATES) facts.dates.push({ text, isPublished: !/modified/i.test(value), isModified: /modified/i.test(value) })
    } else if (name === 'class' || name === 'id' || name === 'data-testid') {
      if (AUTHOR.test(value)) noteAuthor(facts, element, /name|byline|link/i.test(value) ? 1 : 0)
      else if (DATE.test(value) && facts.dates.length < MAX_CANDIDATES) {
        const text = shortText(element, 60)
        facts.dates.push({ text, isPublished: /publi|posted|pubdate|entry/i.test(value), isModified: /modif|updat/i.test(value) })
      }
    }
  }
}

function noteAuthor(facts: PageFacts, element: Element, rank: number): void {
  if (facts.authors.length >= MAX_CANDIDATES) return
  const text = shortText(element, 120)
  if (text !== '' && text.length < 100) facts.authors.push({ text, rank })
}

function namesOf(element: Element): string {
  return `${attribute(element, 'class') ?? ''} ${attribute(element, 'id') ?? ''}`.slice(0, 600)
}

/** Anchored by the borders of words in a class name; `authorize` and `authority` are none. */
const AUTHOR = /(?:^|[-_\s])(?:author|byline|writer|posted-?by|written-?by|username)(?:[-_\s](?:name|link|url|text|info|title))?(?:[-_\s]|$)|author-?name|byline/i
const DATE = /(?:^|[-_\s])(?:date|dateline|timestamp|published|pub-?date|posted-?on|publish-?date|post-?date|entry-?date|updated|last-?updated)(?:[-_\s]|$)/i
