import { RiptideError, describe } from './errors.js'

/** Deepest nesting of a payload or result: `JSON.parse` reads far deeper than `JSON.stringify` and `structuredClone` can write. */
export const maxDepth = 64
/** Longest key of an object, in characters. */
export const maxKeyLength = 1024

/** Anything JSON can say. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }

/**
 * The JSON text of a submitted value, or a PAYLOAD_NOT_SERIALIZABLE that says where the trouble is: whatever this accepts
 * comes back equal. A property that is `undefined` is left out; -0 becomes 0.
 */
export function toJson(value: unknown, path = ''): string {
  walk(value, path, 0, strictLeaf)
  return JSON.stringify(value)
}

/**
 * The JSON text of what a handler returned: as `toJson`, but nothing at all is `null`, and what has a `toJSON` (a Date, a URL)
 * is what that says. RESULT_NOT_SERIALIZABLE otherwise.
 */
export function resultToJson(value: unknown): string {
  if (value === undefined) return 'null'
  try {
    walk(value, '', 0, lenientLeaf)
    return JSON.stringify(value)
  } catch (cause) {
    const message = cause instanceof RiptideError ? cause.message : 'reading it threw'
    throw new RiptideError('RESULT_NOT_SERIALIZABLE', `the handler's result is not JSON: ${message}`, {
      cause,
    })
  }
}

/** Refuses the depth, keys and numbers that a parsed body may hold and a payload may not. */
export function checkJson(value: unknown, path = ''): void {
  walk(value, path, 0, strictLeaf)
}

/** A JSON pointer (RFC 6901) to `key` below `path`. */
export function pointer(path: string, key: string | number): string {
  return `${path}/${String(key).slice(0, 100).replace(/~/g, '~0').replace(/\//g, '~1')}`
}

// -------------------------------------------------------------------------------------------------------------------

type Leaf = (value: object, path: string) => 'walk' | 'done'

function walk(value: unknown, path: string, depth: number, leaf: Leaf): void {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return
  if (typeof value === 'number') {
    if (Number.isFinite(value)) return
    throw refuse(path, `a number must be finite; got ${value}`)
  }
  if (typeof value !== 'object') throw refuse(path, `${describe(value)} is not JSON`)
  if (depth >= maxDepth) throw tooDeep(path)
  if (Array.isArray(value)) return walkArray(value, path, depth, leaf)
  if (leaf(value, path) === 'done') return
  walkObject(value as Record<string, unknown>, path, depth, leaf)
}

function walkArray(list: readonly unknown[], path: string, depth: number, leaf: Leaf): void {
  for (let i = 0; i < list.length; i++) {
    if (!(i in list)) throw refuse(pointer(path, i), 'an array must have no holes')
    walk(list[i], pointer(path, i), depth + 1, leaf)
  }
}

function walkObject(object: Record<string, unknown>, path: string, depth: number, leaf: Leaf): void {
  if (Object.getOwnPropertySymbols(object).length > 0)
    throw refuse(path, 'a key must be a string; got a symbol')
  for (const key of Object.keys(object)) {
    const item = object[key]
    checkKey(key, item, path)
    if (item !== undefined) walk(item, pointer(path, key), depth + 1, leaf)
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
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== null && prototype !== Object.prototype && Object.getPrototypeOf(prototype) !== null) {
    throw refuse(
      path,
      `only plain objects come back as they went in; got ${describe(value)} of class ${className(value)}`,
    )
  }
  if (typeof (value as { toJSON?: unknown }).toJSON === 'function')
    throw refuse(path, 'an object must have no toJSON method')
  return 'walk'
}

const lenientLeaf: Leaf = (value) =>
  typeof (value as { toJSON?: unknown }).toJSON === 'function' ? 'done' : 'walk'

function className(value: object): string {
  const name: unknown = (value.constructor as { name?: unknown } | undefined)?.name
  return typeof name === 'string' && name !== '' ? name.slice(0, 40) : 'unknown'
}

function refuse(path: string, why: string): RiptideError {
  return new RiptideError('PAYLOAD_NOT_SERIALIZABLE', `${path || 'the value'}: ${why}`, { path: path || '/' })
}

function tooDeep(path: string): RiptideError {
  const shown = path.length > 60 ? `${path.slice(0, 57)}...` : path
  return new RiptideError('JSON_TOO_DEEP', `nesting must be at most ${maxDepth} deep; ${shown} is deeper`, {
    path: shown,
  })
}
