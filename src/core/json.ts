import { type CountedText, type ListText, counted } from './counted-text.js'
import { RiptideError, describe, isRiptideError } from './errors.js'
import { notedJson } from './known-json.js'

/** Deepest nesting of a payload or result: `JSON.parse` reads far deeper than `JSON.stringify` and `structuredClone` can write. */
export const maxDepth = 64
/** Longest key of an object, in characters. */
export const maxKeyLength = 1024

/** Anything JSON can say. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }

/**
 * The JSON text of a submitted value, or a PAYLOAD_NOT_SERIALIZABLE that says where the trouble is: whatever this accepts
 * comes back equal. A property that is `undefined` is left out; -0 becomes 0. PAYLOAD_TOO_LARGE for what has too many values
 * for so many bytes; the text itself may still have more.
 */
export function toJson(value: unknown, path = '', maxBytes = Number.MAX_SAFE_INTEGER): string {
  try {
    walk(value, path, 0, { leaf: strictLeaf, left: mostValues(maxBytes) })
    return JSON.stringify(value)
  } catch (cause) {
    if (isRiptideError(cause)) throw cause
    throw refuse(path, 'reading it threw', cause)
  }
}

/**
 * The JSON text of what a handler returned: as `toJson`, but nothing at all is `null`, and what has a `toJSON` (a Date, a URL)
 * is what that says. RESULT_NOT_SERIALIZABLE otherwise; RESULT_TOO_LARGE for what has too many values for so many bytes. `depth` is
 * that of the value within the result that it is a part of.
 */
export function resultToJson(
  value: unknown,
  maxBytes = Number.MAX_SAFE_INTEGER,
  depth = 0,
): CountedText | ListText {
  const noted = notedJson(value)
  if (noted !== undefined) return noted
  try {
    if (value !== undefined) walk(value, '', depth, { leaf: lenientLeaf, left: mostValues(maxBytes) })
    // What a toJSON answers may be nothing too.
    const text: string | undefined = JSON.stringify(value)
    return counted(text ?? 'null')
  } catch (cause) {
    const message = cause instanceof RiptideError ? cause.message : 'reading it threw'
    const isLarge = cause instanceof RiptideError && cause.code === 'PAYLOAD_TOO_LARGE'
    const code = isLarge ? 'RESULT_TOO_LARGE' : 'RESULT_NOT_SERIALIZABLE'
    throw new RiptideError(code, `the handler's result is not JSON: ${message}`, {
      cause,
    })
  }
}

/** Refuses the depth, keys and numbers that a parsed body may hold and a payload may not. */
export function checkJson(value: unknown, path = ''): void {
  walk(value, path, 0, { leaf: strictLeaf, left: Number.MAX_SAFE_INTEGER })
}

/** The JSON text of a value, the same for two that differ in nothing but the order of their fields. */
export function sortedJson(value: unknown): string {
  return JSON.stringify(value, (_, item: unknown) => (isFields(item) ? sortedFields(item) : item))
}

/** A JSON pointer (RFC 6901) to `key` below `path`. */
export function pointer(path: string, key: string | number): string {
  return `${path}/${String(key).slice(0, 100).replace(/~/g, '~0').replace(/\//g, '~1')}`
}

// -------------------------------------------------------------------------------------------------------------------

type Fields = Readonly<Record<string, unknown>>

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function sortedFields(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).sort(([a], [b]) => (a < b ? -1 : 1)))
}

type Leaf = (value: object, path: string) => 'walk' | 'done'

interface Walk {
  readonly leaf: Leaf
  /** Values that may still come: a value that refers to others twice at each of 60 levels has 2^60. */
  left: number
}

/** A value takes a sign and, but for one, a separator. */
function mostValues(bytes: number): number {
  return Math.floor(bytes / 2) + 1
}

function walk(value: unknown, path: string, depth: number, way: Walk): void {
  if (--way.left < 0) throw tooMany(path)
  if (isPlain(value)) return
  if (typeof value === 'number') throw refuse(path, `a number must be finite; got ${value}`)
  if (typeof value !== 'object' || value === null) throw refuse(path, `${describe(value)} is not JSON`)
  if (depth >= maxDepth) throw tooDeep(path)
  if (way.leaf(value, path) === 'done') return
  if (Array.isArray(value)) return walkArray(value, path, depth, way)
  walkObject(value as Record<string, unknown>, path, depth, way)
}

function isPlain(value: unknown): boolean {
  const type = typeof value
  return type === 'string' || type === 'boolean' || value === null || Number.isFinite(value)
}

function walkArray(list: readonly unknown[], path: string, depth: number, way: Walk): void {
  for (let i = 0; i < list.length; i++) {
    const item = list[i]
    // Most items are plain; the text of a pointer for each of them would cost more than all else.
    if (isPlain(item)) way.left--
    else if (item === undefined && !(i in list)) throw refuse(pointer(path, i), 'an array must have no holes')
    else walk(item, pointer(path, i), depth + 1, way)
  }
}

function walkObject(object: Record<string, unknown>, path: string, depth: number, way: Walk): void {
  if (Object.getOwnPropertySymbols(object).length > 0)
    throw refuse(path, 'a key must be a string; got a symbol')
  for (const key of Object.keys(object)) {
    const item = object[key]
    checkKey(key, item, path)
    if (isPlain(item)) way.left--
    else if (item !== undefined) walk(item, pointer(path, key), depth + 1, way)
  }
}

function checkKey(key: string, item: unknown, path: string): void {
  if (key.length > maxKeyLength) {
    throw new RiptideError(
      'KEY_TOO_LONG',
      `a key must have at most ${maxKeyLength} characters; got ${key.length}`,
      { path: path || '/' },
    )
  }
  const pollutes =
    key === '__proto__' ||
    (key === 'constructor' && typeof item === 'object' && item !== null && 'prototype' in item)
  if (pollutes)
    throw new RiptideError('FORBIDDEN_KEY', `the key ${describe(key)} is not allowed`, {
      path: pointer(path, key),
    })
}

const strictLeaf: Leaf = (value, path) => {
  if (hasToJson(value)) throw refuse(path, 'a value must have no toJSON method')
  if (Array.isArray(value)) return 'walk'
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== null && prototype !== Object.prototype && Object.getPrototypeOf(prototype) !== null) {
    throw refuse(
      path,
      `only plain objects come back as they went in; got ${describe(value)} of class ${className(value)}`,
    )
  }
  return 'walk'
}

const lenientLeaf: Leaf = (value) => (hasToJson(value) ? 'done' : 'walk')

function hasToJson(value: object): boolean {
  return typeof (value as { toJSON?: unknown }).toJSON === 'function'
}

function className(value: object): string {
  const name: unknown = (value.constructor as { name?: unknown } | undefined)?.name
  return typeof name === 'string' && name !== '' ? name.slice(0, 40) : 'unknown'
}

function refuse(path: string, why: string, cause?: unknown): RiptideError {
  const text = `${path || 'the value'}: ${why}`
  return new RiptideError('PAYLOAD_NOT_SERIALIZABLE', text, { path: path || '/', cause })
}

function tooMany(path: string): RiptideError {
  return new RiptideError('PAYLOAD_TOO_LARGE', 'it has more values than its bytes may hold', {
    path: path || '/',
  })
}

function tooDeep(path: string): RiptideError {
  const shown = path.length > 60 ? `${path.slice(0, 57)}...` : path
  return new RiptideError('JSON_TOO_DEEP', `nesting must be at most ${maxDepth} deep; ${shown} is deeper`, {
    path: shown,
  })
}
