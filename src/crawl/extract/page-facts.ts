import { type Marks, namesOf, noMarks, noteMarks } from './byline-marks.js'
import type { Heading } from './byline-places.js'
import { type Microdata, isInItem, noMicrodata, noteMicrodata } from './microdata.js'
import { type Element, attribute } from './parse-tree.js'
import { collapse, shortText } from './tree-walk.js'

/** What a page says about itself outside its text, as found while it is walked. */
export interface PageFacts {
  /** The content of each `meta`, by its name, property or itemprop in lower case; the first one counts. */
  readonly meta: Map<string, string>
  /** The texts of the JSON-LD scripts. */
  readonly jsonLd: string[]
  /** The values of each `meta` that names an author; there may be several of one name. */
  readonly authors: Map<string, string[]>
  /** How many headings of the first level were read, empty ones among them. */
  headingLooks: number
  /** The headings of the first level. */
  readonly headings: (Heading & { readonly text: string })[]
  /** Those of the second and third: a page without the first has its title there. */
  readonly subheadings: Heading[]
  /** Where else the text of the title begins; some pages have no heading. */
  echo: Heading | null
  readonly marks: Marks
  readonly microdata: Microdata
  /** How often each type of microdata stands on the page, by its last part, such as `Product`. */
  readonly itemTypes: ReadonlyMap<string, number>
  title: string | null
  base: string | null
  canonical: string | null
  language: string | null
  /** The classes and ids of `html` and `body`. */
  pageClass: string
}

/** Facts of a page that says nothing. */
export function noFacts(): PageFacts {
  const microdata = noMicrodata()
  const lists = {
    jsonLd: [],
    headings: [],
    subheadings: [],
    marks: noMarks(),
    microdata,
    itemTypes: microdata.types,
  }
  const maps = { meta: new Map<string, string>(), authors: new Map<string, string[]>() }
  return {
    ...lists,
    ...maps,
    headingLooks: 0,
    title: null,
    echo: null,
    base: null,
    canonical: null,
    language: null,
    pageClass: '',
  }
}

/** Takes from one element what it says about the page. */
export function noteFacts(facts: PageFacts, element: Element): void {
  noteMarks(facts.marks, element)
  // It never stands alone: an `itemtype` needs its `itemscope`.
  if (element.attrs.length > 0) noteMicrodata(facts.microdata, element)
  if (facts.title !== null && facts.echo === null) noteEcho(facts, facts.title, element)
  NOTES.get(element.tagName)?.(facts, element)
}

// -------------------------------------------------------------------------------------------------------------------

const MAX_HEADINGS = 6
/** How many headings are read in search of those with text; empty ones may lie within each other. */
const MAX_HEADING_LOOKS = 100
const MAX_SUBHEADINGS = 30
const MAX_META = 300
const MAX_JSON_LD = 512 * 1024
/** The mark of the link to a heading, which stands in it: `Kettles¶`, but not `C#`. */
const PERMALINK = /(?:\s*[¶🔗⚓]|\s[#§∞])\uFE0F?$/u

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
      const property = attribute(element, 'itemprop')
      const name = attribute(element, 'property') ?? attribute(element, 'name') ?? property
      if (!content || name === undefined) return noteEquivalent(facts, element, content)
      // What stands in an item says something of that item.
      if (name === property && isInItem(facts.microdata, element)) return
      noteMeta(facts, name, content)
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
      const isRead = facts.headings.length < MAX_HEADINGS && facts.headingLooks++ < MAX_HEADING_LOOKS
      const text = isRead ? shortText(element, 400).replace(PERMALINK, '') : ''
      if (text !== '') facts.headings.push({ text, element, at: facts.marks.at })
    },
    h2: noteSubheading,
    h3: noteSubheading,
  }),
)

function noteEcho(facts: PageFacts, title: string, element: Element): void {
  const [node] = element.childNodes
  if (!node || !('value' in node) || node.value.length < ECHO || node.value.length > 1_000) return
  const text = collapse(node.value)
  const isEcho = text.length >= ECHO && 2 * text.length > title.length && title.includes(text)
  if (isEcho && element.tagName !== 'title') facts.echo = { element, at: facts.marks.at }
}

function noteSubheading({ subheadings, marks }: PageFacts, element: Element): void {
  if (subheadings.length < MAX_SUBHEADINGS) subheadings.push({ element, at: marks.at })
}

function noteMeta(facts: PageFacts, name: string, content: string): void {
  if (name.length > 100 || facts.meta.size >= MAX_META) return
  const key = name.trim().toLowerCase()
  const former = facts.meta.get(key)
  if (former === undefined) facts.meta.set(key, collapse(content))
  // Each of several holds (Google's rules for robots meta tags).
  else if (key === 'robots' && former.length < 200) facts.meta.set(key, `${former}, ${collapse(content)}`)
  if (!/author|creator|^byl$/.test(key)) return
  const names = facts.authors.get(key) ?? []
  if (names.length < MAX_AUTHORS) facts.authors.set(key, [...names, collapse(content.slice(0, 400))])
}

function noteEquivalent(facts: PageFacts, element: Element, content: string | undefined): void {
  const name = attribute(element, 'http-equiv')
  if (content && name) noteMeta(facts, name, content)
}

const MAX_AUTHORS = 20
/** A shorter text may stand anywhere. */
const ECHO = 12
