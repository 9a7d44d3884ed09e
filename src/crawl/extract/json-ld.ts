import { setOf } from './tags.js'

/** One thing that a page's JSON-LD describes. */
export type Thing = Readonly<Record<string, unknown>>

/**
 * What the JSON-LD scripts of a page hold: each script that is JSON, at most 24 levels deep and 20,000 values long in all,
 * what lies beyond left out.
 */
export function readJsonLd(scripts: readonly string[]): unknown[] {
  const budget = { left: MAX_VALUES }
  return scripts.flatMap((script) => {
    const value = bounded(parsed(script), MAX_DEPTH, budget)
    return value === undefined || value === null ? [] : [value]
  })
}

/** Every thing with a type, from the outermost inwards. */
export function thingsOf(values: readonly unknown[]): Thing[] {
  return thingsUnder(values, () => true)
}

/** Those things that the page itself is about: no entry of a list, comment, review or other page that they speak of. */
export function ownThings(values: readonly unknown[]): Thing[] {
  return thingsUnder(values, (name) => !OF_OTHERS.has(name))
}

/** Whether a thing is of one of these types, however its type is written. */
export function isOfType(thing: Thing, types: RegExp): boolean {
  const type = thing['@type']
  return (Array.isArray(type) ? (type as unknown[]) : [type]).some(
    (name) => typeof name === 'string' && types.test(name.replace(/^.*[/#:]/s, '')),
  )
}

/** The text of a field, or of the first entry of a list. */
export function textField(thing: Thing, name: string): string | null {
  const value = thing[name]
  const first: unknown = Array.isArray(value) ? value[0] : value
  return typeof first === 'string' && first.trim() !== '' ? first.trim().slice(0, 100_000) : null
}

/**
 * The names of a field that holds names, things with names, or a list of either; a thing that only says its `@id` is looked up
 * among the `things` of the page.
 */
export function namesField(thing: Thing, name: string, things: readonly Thing[] = []): string[] {
  const value = thing[name]
  return (Array.isArray(value) ? (value as unknown[]) : [value])
    .map((entry) => (typeof entry === 'string' ? entry : isThing(entry) ? nameOf(entry, things) : null))
    .filter((entry) => entry !== null && entry.trim() !== '' && !/^https?:/i.test(entry))
    .map((entry) => (entry ?? '').trim())
}

// -------------------------------------------------------------------------------------------------------------------

function thingsUnder(values: readonly unknown[], follows: (field: string) => boolean): Thing[] {
  const things: Thing[] = []
  const pending: unknown[] = [...values]
  for (let at = 0; at < pending.length; at++) {
    const value = pending[at]
    if (Array.isArray(value)) pending.push(...(value as unknown[]))
    else if (isThing(value)) {
      if ('@type' in value) things.push(value)
      for (const [name, inner] of Object.entries(value))
        if (typeof inner === 'object' && follows(name)) pending.push(inner)
    }
  }
  return things
}

const MAX_VALUES = 20_000
const MAX_DEPTH = 24

/** Properties of schema.org that lead from what the page is about to something else. */
const OF_OTHERS = setOf(`
  itemListElement hasPart blogPost blogPosts liveBlogUpdate comment review reviews associatedReview acceptedAnswer suggestedAnswer
  mentions citation isRelatedTo isSimilarTo isBasedOn relatedLink significantLink exampleOfWork workExample
`)

/** Names that a reader which merges objects would take for its own. */
const FORBIDDEN: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype'])

function nameOf(entry: Thing, things: readonly Thing[]): string | null {
  const own = textField(entry, 'name')
  const id = entry['@id']
  if (own !== null || typeof id !== 'string') return own
  const named = things.find((thing) => thing['@id'] === id && textField(thing, 'name') !== null)
  return named ? textField(named, 'name') : null
}

function isThing(value: unknown): value is Thing {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Scripts in the wild are wrapped in comments or hold raw line breaks inside their strings. */
function parsed(script: string): unknown {
  const text = script
    .trim()
    .replace(/^(?:<!--|\/\*\s*<!\[CDATA\[\s*\*\/|<!\[CDATA\[)/, '')
    .replace(/(?:-->|\/\*\s*\]\]>\s*\*\/|\]\]>|;)$/, '')
  for (const attempt of [text, text.replace(/\p{Cc}+/gu, ' ')]) {
    try {
      return JSON.parse(attempt) as unknown
    } catch {
      continue
    }
  }
  return undefined
}

function bounded(value: unknown, depth: number, budget: { left: number }): unknown {
  if (--budget.left < 0) return undefined
  if (typeof value === 'number' && !Number.isFinite(value)) return undefined
  if (typeof value !== 'object' || value === null) return value
  if (depth === 0) return undefined
  if (Array.isArray(value)) {
    const list: unknown[] = []
    for (const entry of value as unknown[]) {
      if (budget.left <= 0) break
      const copy = bounded(entry, depth - 1, budget)
      if (copy !== undefined) list.push(copy)
    }
    return list
  }
  const thing: Record<string, unknown> = {}
  for (const [name, entry] of Object.entries(value)) {
    if (budget.left <= 0) break
    const copy = name.length > 200 || FORBIDDEN.has(name) ? undefined : bounded(entry, depth - 1, budget)
    if (copy !== undefined) thing[name] = copy
  }
  return thing
}
