import { type Element, attribute } from './parse-tree.js'
import { labelOf } from './byline-labels.js'

/** An element that may say who wrote the page, or when. */
export interface Mark {
  readonly element: Element
  readonly of: 'author' | 'date'
  /** How surely it does, from 0. */
  readonly rank: number
  /** The names by which it was found. */
  readonly names: string
  /** Which element of the page it is, counted from 1. */
  readonly at: number
  /** It leads to the page of a user: in a thread that tells who wrote, elsewhere who commented. */
  readonly isUser: boolean
}

/** What was found so far. */
export interface Marks {
  readonly marks: Mark[]
  /** What the classes and ids seen so far mark, so that each is read once. */
  readonly roles: Map<string, Mark['of'] | null>
  authors: number
  dates: number
  /** How many elements were seen. */
  at: number
  /** Which of them was the body. */
  bodyAt: number
  /** Which of them was the last heading of the first level. */
  headingAt: number
}

/** No marks. */
export function noMarks(): Marks {
  return {
    marks: [],
    roles: new Map<string, Mark['of'] | null>(),
    authors: 0,
    dates: 0,
    at: 0,
    bodyAt: 0,
    headingAt: 0,
  }
}

/** Looks whether an element is marked as a byline or a date: by a class or id, by its tag, or by the words that it begins with. */
export function noteMarks(found: Marks, element: Element): void {
  found.at++
  const { tagName, attrs } = element
  if (tagName === 'body' && found.bodyAt === 0) found.bodyAt = found.at
  if (UNMARKED.has(tagName)) return
  if (tagName === 'h1') found.headingAt = found.at
  if (tagName === 'time' || tagName === 'relative-time')
    return add(found, element, 'date', 1, namesOf(element))
  for (const { name, value } of attrs) {
    if (value.length > 300) continue
    if (name === 'class' || name === 'id' || name === 'data-testid') noteNames(found, element, value)
    else if (name === 'rel' && /(?:^|\s)author(?:\s|$)/.test(value)) add(found, element, 'author', 4, value)
    else if (name === 'itemprop') noteProperty(found, element, value)
    else if (name === 'href' && tagName === 'a') noteProfile(found, element, value)
  }
  noteLabel(found, element)
}

/** The classes and the id of an element. */
export function namesOf(element: Element): string {
  return `${attribute(element, 'class') ?? ''} ${attribute(element, 'id') ?? ''}`.slice(0, 600).trim()
}

// -------------------------------------------------------------------------------------------------------------------

const MAX_MARKS = 60
const UNMARKED: ReadonlySet<string> = new Set([
  'html',
  'body',
  'meta',
  'link',
  'script',
  'style',
  'option',
  'input',
])

function add(
  found: Marks,
  element: Element,
  of: Mark['of'],
  rank: number,
  names: string,
  isUser = false,
): void {
  const count = of === 'author' ? ++found.authors : ++found.dates
  if (count <= MAX_MARKS) found.marks.push({ element, of, rank, names, at: found.at, isUser })
}

function noteNames(found: Marks, element: Element, names: string): void {
  let of = found.roles.get(names)
  if (of === undefined) found.roles.set(names, (of = roleOf(names)))
  if (of === 'author')
    add(found, element, of, /name/i.test(names) ? 3 : /byline|link/i.test(names) ? 1 : 0, names)
  else if (of === 'date') add(found, element, of, PUBLISHED.test(names) ? 1 : 0, names)
}

function roleOf(names: string): Mark['of'] | null {
  if (WITHOUT.test(names)) return null
  return AUTHOR.test(names) ? 'author' : DATE.test(names) ? 'date' : null
}

function noteProperty(found: Marks, element: Element, value: string): void {
  if (value === 'author') add(found, element, 'author', 3, value)
  else if (/^date(?:published|created|modified)$/i.test(value)) add(found, element, 'date', 2, value)
}

function noteProfile(found: Marks, element: Element, href: string): void {
  if (PROFILE.test(href)) add(found, element, 'author', 1, 'link')
  else if (USER.test(href)) add(found, element, 'author', 0, 'link', true)
}

/** The first words that stand in the element itself. */
function noteLabel(found: Marks, element: Element): void {
  // No slice: it would be garbage for each of ten thousand elements.
  for (let place = 0; place < 3; place++) {
    const node = element.childNodes[place]
    if (node === undefined) return
    if (!('value' in node) || node.nodeName !== '#text') continue
    const text = node.value.trimStart()
    if (text === '') continue
    const isNear = found.headingAt > 0 && found.at - found.headingAt < NEAR
    const label = labelOf(text.slice(0, 60), isNear && text.length < 60)
    if (label === 'author') add(found, element, 'author', 2, '')
    else if (label === 'date') add(found, element, 'date', 2, '')
    else if (label === 'bare date') add(found, element, 'date', 0, '')
    return
  }
}

/** A date without a word stands close below the heading. */
const NEAR = 40

/** Anchored by the borders of words in a class name; `authorize` and `authority` are none. */
const AUTHOR =
  /(?:^|[-_\s])(?:author|byline|writer|posted-?by|written-?by|username)(?:[-_\s](?:name|link|url|text|info|title))?(?:[-_\s]|$)|author-?name|byline/i
const DATE =
  /(?:^|[-_\s])(?:date|dateline|timestamp|published|pub-?date|posted-?on|publish-?date|post-?date|entry-?date|updated|last-?(?:updated|modified))(?:[-_\s]|$)|publi(?:cation|sh(?:ed)?)-?(?:date|time)/i
/** What says that there is one, or none, somewhere else. */
const WITHOUT = /(?:^|[-_\s])(?:no|has|with|without|hide)-(?:byline|author|date)/i
/** Links to those who write, and to those who are members. */
const PROFILE = /\/authors?\/[^/?#]{2,60}\/?$/i
const USER =
  /(?:\/|[?&;]action=)(?:u|users?|members?|profiles?|people)[/;][^/?#]{2,60}(?:\/[^/?#]{2,40})?\/?$/i
const PUBLISHED = /publi|pubdate|created|posted|entry/i
