import type { Thing } from './json-ld.js'
import { type Element, attribute } from './parse-tree.js'
import { setOf } from './tags.js'
import { shortText } from './tree-walk.js'

/** The microdata of a page (HTML, section 5), as far as it tells of titles, authors and dates. */
export interface Microdata {
  /** How often each type stands on the page, by its last part, such as `Product`. */
  readonly types: Map<string, number>
  readonly items: Map<Element, Item>
  properties: number
}

/** One item as it is read: a thing with its type and those properties that are of use here. */
interface Item {
  readonly thing: Record<string, unknown>
  /** The property by which it belongs to the item around it. */
  readonly property: string | null
}

/** The microdata of a page that has none. */
export function noMicrodata(): Microdata {
  return { types: new Map<string, number>(), items: new Map<Element, Item>(), properties: 0 }
}

/** Takes what one element adds; elements come in the order of the page. */
export function noteMicrodata(data: Microdata, element: Element): void {
  // Attributes of microdata never stand alone, but for a property that is plain text.
  let type: string | undefined
  let property: string | undefined
  let isItem = false
  for (const { name, value } of element.attrs) {
    if (name === 'itemtype') type = typeName(value)
    else if (name === 'itemscope') isItem = true
    else if (name === 'itemprop') property = value.slice(0, 100).trim().split(/\s/, 1)[0]
  }
  if (type !== undefined) count(data.types, type)
  if (!isItem && property === undefined) return
  const outer = property === undefined ? null : itemAround(data, element)
  const isOpen = isItem && data.items.size < MAX_ITEMS
  const thing = isOpen ? { '@type': type ?? '' } : null
  if (thing) data.items.set(element, { thing, property: outer ? (property ?? null) : null })
  if (!outer || property === undefined || !isRead(outer, property) || ++data.properties > MAX_PROPERTIES)
    return
  const value = thing ?? valueOf(element)
  const former = outer.thing[property]
  if (value !== '') outer.thing[property] = former === undefined ? value : [former, value].flat().slice(0, 20)
}

/** Whether an element stands in an item of a page's microdata. */
export function isInItem(data: Microdata, element: Element): boolean {
  return data.items.size > 0 && itemAround(data, element) !== null
}

/**
 * The items that the page itself is about: those that hold its heading (`around` is all that the heading stands in), else the only
 * one of its type, or in a thread the first. What stands in another one as its comment, or as an entry of it, is none of them.
 */
export function ownItems({ items }: Microdata, around: ReadonlySet<Element>, isThread: boolean): Thing[] {
  const all = [...items].filter(([, { property }]) => property === null || OWN.has(property))
  for (const [element, { thing, property }] of items)
    if (property !== null && NAMED.has(property) && thing.name === undefined)
      thing.name = shortText(element, 100)
  const holding = all.filter(([element]) => around.has(element))
  const alone = all.filter(
    (entry, at) =>
      all.findIndex((other) => typeOf(other) === typeOf(entry)) === at && (isThread || isOnly(all, entry)),
  )
  return [...holding, ...alone].map(([, { thing }]) => thing)
}

// -------------------------------------------------------------------------------------------------------------------

const MAX_ITEMS = 1_000
const MAX_PROPERTIES = 3_000
const MAX_DEPTH = 30

const NAMED = setOf('author creator')
const READ = setOf('author creator datePublished dateCreated dateModified uploadDate')
const OWN = setOf('mainEntity mainEntityOfPage blogPost')

type Entry = readonly [Element, Item]

function typeOf([, { thing }]: Entry): unknown {
  return thing['@type']
}

function isOnly(all: readonly Entry[], entry: Entry): boolean {
  return all.filter((other) => typeOf(other) === typeOf(entry)).length === 1
}

/** A name is that of an author. */
function isRead(outer: Item, property: string): boolean {
  return READ.has(property) || (property === 'name' && NAMED.has(outer.property ?? ''))
}

function typeName(value: string): string | undefined {
  return /^https?:\/\/schema\.org\/(\w{1,40})\s*$/i.exec(value.slice(0, 100))?.[1]
}

function count(types: Map<string, number>, type: string): void {
  if (types.size < 100 || types.has(type)) types.set(type, (types.get(type) ?? 0) + 1)
}

function itemAround({ items }: Microdata, element: Element): Item | null {
  if (items.size === 0) return null
  let node = element.parentNode
  for (let depth = 0; node && 'tagName' in node && depth < MAX_DEPTH; depth++) {
    const item = items.get(node)
    if (item) return item
    node = node.parentNode
  }
  return null
}

function valueOf(element: Element): string {
  const given = attribute(element, 'content') ?? attribute(element, 'datetime')
  return given?.slice(0, 400).trim() ?? shortText(element, 100)
}
