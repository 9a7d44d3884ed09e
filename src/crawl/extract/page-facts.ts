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
  /** How many possible bylines were read. */
  looks: number
  /** What the classes and ids seen so far mark, so that each is read once. */
  readonly rolesOfNames: Map<string, 'author' | 'date' | null>
  base: string | null
  canonical: string | null
  language: string | null
  /** The classes and ids of `html` and `body`. */
  pageClass: string
}

/** Facts of a page that says nothing. */
export function noFacts(): PageFacts {
  const lists = {
    meta: new Map<string, string>(),
    jsonLd: [],
    headings: [],
    dates: [],
    authors: [],
    rolesOfNames: new Map<string, 'author' | 'date' | null>(),
  }
  return { ...lists, looks: 0, title: null, base: null, canonical: null, language: null, pageClass: '' }
}

/** Takes from one element what it says about the page. */
export function noteFacts(facts: PageFacts, element: Element): void {
  NOTES.get(element.tagName)?.(facts, element)
  if (facts.looks < MAX_LOOKS) noteByline(facts, element)
}

// -------------------------------------------------------------------------------------------------------------------

const MAX_CANDIDATES = 40
/** How many elements that may hold a byline are read; they may lie within each other. */
const MAX_LOOKS = 200
const MAX_META = 300
const MAX_JSON_LD = 512 * 1024

const NOTES: ReadonlyMap<string, (facts: PageFacts, element: Element) => void> = new Map(
  Object.entries<(facts: PageFacts, element: Element) => void>({
    html(facts, element) {
      facts.language ??= attribute(element, 'lang') ?? attribute(element, 'xml:lang') ?? null
      facts.pageClass += ` ${namesOf(element)}`
    },
    body(facts, element) {
      facts.pageClass += ` ${namesOf(element)}`
    },
    title(facts, element) {
      if (element.namespaceURI.endsWith('xhtml')) facts.title ??= shortText(element, 500) || null
    },
    base(facts, element) {
      facts.base ??= attribute(element, 'href') ?? null
    },
    meta(facts, element) {
      const content = attribute(element, 'content')?.slice(0, 4_000)
      const name =
        attribute(element, 'property') ??
        attribute(element, 'name') ??
        attribute(element, 'itemprop') ??
        attribute(element, 'http-equiv')
      if (!content || !name || name.length > 100 || facts.meta.size >= MAX_META) return
      const key = name.trim().toLowerCase()
      if (!facts.meta.has(key)) facts.meta.set(key, collapse(content))
    },
    link(facts, element) {
      if (/(?:^|\s)canonical(?:\s|$)/i.test((attribute(element, 'rel') ?? '').slice(0, 200)))
        facts.canonical ??= attribute(element, 'href') ?? null
    },
    script(facts, element) {
      if (!/^\s*application\/ld\+json/i.test((attribute(element, 'type') ?? '').slice(0, 100))) return
      const [node] = element.childNodes
      const room = MAX_JSON_LD - facts.jsonLd.reduce((sum, text) => sum + text.length, 0)
      if (node && 'value' in node && node.value.length <= room && facts.jsonLd.length < 50)
        facts.jsonLd.push(node.value)
    },
    h1(facts, element) {
      const text = facts.headings.length < 3 ? shortText(element, 400) : ''
      if (text !== '') facts.headings.push(text)
    },
    time(facts, element) {
      if (facts.dates.length >= MAX_CANDIDATES) return
      noteDate(
        facts,
        attribute(element, 'datetime')?.trim() || shortText(element, 60),
        `${attribute(element, 'itemprop') ?? ''} ${namesOf(element)}`,
      )
    },
  }),
)

function noteByline(facts: PageFacts, element: Element): void {
  if (BYLESS.has(element.tagName)) return
  for (const { name, value } of element.attrs) {
    if (value.length > 300) continue
    if (name === 'class' || name === 'id' || name === 'data-testid') noteNames(facts, element, value)
    else if (name === 'rel' && /(?:^|\s)author(?:\s|$)/.test(value)) noteAuthor(facts, element, 3)
    else if (name === 'itemprop' && value === 'author') noteAuthor(facts, element, 2)
    else if (name === 'itemprop' && /^date(?:published|created|modified)$/i.test(value)) {
      facts.looks++
      const text = attribute(element, 'content') ?? attribute(element, 'datetime') ?? shortText(element, 60)
      noteDate(facts, text, /modified/i.test(value) ? 'date-modified' : 'date-published')
    }
  }
}

function noteNames(facts: PageFacts, element: Element, names: string): void {
  let role = facts.rolesOfNames.get(names)
  if (role === undefined)
    facts.rolesOfNames.set(names, (role = AUTHOR.test(names) ? 'author' : DATE.test(names) ? 'date' : null))
  if (role === 'author') noteAuthor(facts, element, /name|byline|link/i.test(names) ? 1 : 0)
  else if (role === 'date') {
    facts.looks++
    noteDate(facts, shortText(element, 60), names)
  }
}

function noteDate(facts: PageFacts, text: string, hint: string): void {
  if (facts.dates.length >= MAX_CANDIDATES) return
  facts.dates.push({
    text: text.slice(0, 100),
    isPublished: /publi|pubdate|created|posted|entry/i.test(hint),
    isModified: /modif|updat/i.test(hint),
  })
}

function noteAuthor(facts: PageFacts, element: Element, rank: number): void {
  facts.looks++
  if (facts.authors.length >= MAX_CANDIDATES) return
  const text = shortText(element, 120)
  if (text !== '' && text.length < 100) facts.authors.push({ text, rank })
}

const BYLESS: ReadonlySet<string> = new Set(['html', 'body', 'meta', 'link', 'script', 'time', 'style'])

function namesOf(element: Element): string {
  return `${attribute(element, 'class') ?? ''} ${attribute(element, 'id') ?? ''}`.slice(0, 600)
}

/** Anchored by the borders of words in a class name; `authorize` and `authority` are none. */
const AUTHOR =
  /(?:^|[-_\s])(?:author|byline|writer|posted-?by|written-?by|username)(?:[-_\s](?:name|link|url|text|info|title))?(?:[-_\s]|$)|author-?name|byline/i
const DATE =
  /(?:^|[-_\s])(?:date|dateline|timestamp|published|pub-?date|posted-?on|publish-?date|post-?date|entry-?date|updated|last-?updated)(?:[-_\s]|$)/i
