import { type Fields, asObject, onlyKeys, wrong } from '../core/check.js'
import { RiptideError } from '../core/errors.js'
import { pointer } from '../core/json.js'
import type { Priority } from '../core/priority.js'
import type { RetryPolicy } from '../core/retry.js'
import { retryIn } from './wire-retry.js'
import { priorityIn, wirePriorities } from './wire-words.js'

/** Refuses fields that only the server sets, and fields that nobody knows. `at` is where the object stands. */
export function knownOnly(given: Fields, known: readonly string[], at = ''): void {
  for (const key of Object.keys(given)) {
    if (known.includes(key) || !readOnlyFields.has(key.toLowerCase().replaceAll('_', ''))) continue
    const path = pointer(at, key)
    throw new RiptideError('FIELD_READONLY', `${path} is set by the server and cannot be given`, { path })
  }
  onlyKeys(given, known, { path: at })
}

/** An optional field; `null` is "not given", as a client sends it whose language has no missing fields. */
export function field<T extends object>(
  given: Fields,
  at: string,
  key: string,
  read: (value: unknown, path: string) => T,
): Partial<T> {
  const value = given[key]
  return value === undefined || value === null ? {} : read(value, `${at}/${key}`)
}

/** An optional field that goes on under another name as it came: what is wrong with it is for the service to say. */
export function passed(given: Fields, key: string, inside: string): Fields {
  const value = given[key]
  return value === undefined || value === null ? {} : { [inside]: value }
}

/** The priority, in any case. */
export function priorityField(given: Fields, at: string): { priority?: Priority } {
  const value = given['priority']
  return value === undefined ? {} : { priority: priorityOf(value, `${at}/priority`) }
}

/** A priority, or PRIORITY_INVALID with those that there are. */
export function priorityOf(value: unknown, path: string): Priority {
  const priority = typeof value === 'string' ? priorityIn(value) : undefined
  if (priority !== undefined) return priority
  const rule = `must be one of ${wirePriorities.join(', ')}`
  throw wrong('PRIORITY_INVALID', { path }, rule, value, { allowed: wirePriorities })
}

export function metadataField(given: Fields, at: string): { metadata?: Fields } {
  return field(given, at, 'metadata', (value, path) => ({ metadata: asObject(value, { path }) }))
}

export function retryField(given: Fields, at: string): { retry?: Partial<RetryPolicy> } {
  return field(given, at, 'retry_config', (value, path) => ({
    retry: retryIn(asObject(value, { path }), path),
  }))
}

/**
 * An object with its keys respelt, each of which must be one of `words`; anything else as it came. What is wrong with the
 * values is for the service to say, which checks those of programs too.
 */
export function respelt(value: unknown, words: ReadonlyMap<string, string>, path: string): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  const given = value as Fields
  onlyKeys(given, [...words.keys()], { path })
  const entries = [...words]
    .filter(([wire]) => given[wire] !== undefined && given[wire] !== null)
    .map(([wire, inside]) => [inside, given[wire]])
  return Object.fromEntries(entries) as Fields
}

// -------------------------------------------------------------------------------------------------------------------

const readOnlyFields = new Set([
  ...['attempt', 'attempts', 'claimedat', 'completedat', 'createdat', 'disabledreason', 'error'],
  ...['executioncount', 'failedat', 'fence', 'generation', 'id', 'jobid', 'lasterror', 'lastexecutedat'],
  ...['lease', 'leaseid', 'nextexecutionat', 'processingtimems', 'progress', 'result', 'retrycount'],
  ...['startedat', 'state', 'status', 'submittedat', 'token', 'updatedat', 'waitsfor', 'workerid'],
])
