import { type ErrorCode, RiptideError, describe } from './errors.js'
import { pointer } from './json.js'

/** A plain object, as JSON or an options literal gives it. */
export type Fields = Readonly<Record<string, unknown>>

/** Where a value stands, and which code to refuse it with. */
export interface Place {
  /** JSON pointer. */
  readonly path: string
  readonly code?: ErrorCode
}

/** The value as an object, or TYPE_MISMATCH. */
export function asObject(value: unknown, place: Place): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw wrong('TYPE_MISMATCH', place, 'must be an object', value)
  }
  return value as Fields
}

/** Refuses any key that is not known, with the nearest one that is. */
export function onlyKeys(object: Fields, known: readonly string[], place: Place): void {
  for (const key of Object.keys(object)) {
    if (known.includes(key)) continue
    const near = nearest(key, known)
    const list = known.length === 0 ? 'there is none here' : `known are ${known.join(', ')}`
    const hint = near === undefined ? list : `did you mean "${near}"?`
    throw new RiptideError(
      place.code ?? 'FIELD_UNKNOWN',
      `${pointer(place.path, key)}: unknown field ${describe(key)}; ${hint}`,
      {
        path: pointer(place.path, key),
      },
    )
  }
}

/** A whole number from `min` to `max`. */
export function integerIn(value: unknown, min: number, max: number, place: Place): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < min || value > max) {
    throw wrong('RANGE', place, `must be a whole number from ${min} to ${max}`, value)
  }
  return value
}

/** A finite number from `min` to `max`. */
export function numberIn(value: unknown, min: number, max: number, place: Place): number {
  if (typeof value !== 'number' || !Number.isFinite(value) || value < min || value > max) {
    throw wrong('RANGE', place, `must be a number from ${min} to ${max}`, value)
  }
  return value
}

export function asBoolean(value: unknown, place: Place): boolean {
  if (typeof value !== 'boolean') throw wrong('TYPE_MISMATCH', place, 'must be true or false', value)
  return value
}

/** A text of 1 to `max` characters without control characters. */
export function asText(value: unknown, max: number, place: Place): string {
  if (value === undefined || value === null || value === '')
    throw wrong('REQUIRED', place, 'is required', value)
  if (typeof value !== 'string') throw wrong('TYPE_MISMATCH', place, 'must be a string', value)
  if (value.length > max) throw wrong('RANGE', place, `must have at most ${max} characters`, value)
  // eslint-disable-next-line no-control-regex -- control characters are what is looked for
  if (/[\u0000-\u001f\u007f]/.test(value))
    throw wrong('STRING_CONTROL_CHAR', place, 'must have no control characters', value)
  return value
}

/** One of the listed words. */
export function oneOf<T extends string>(value: unknown, allowed: readonly T[], place: Place): T {
  if (typeof value !== 'string' || !(allowed as readonly string[]).includes(value)) {
    throw wrong('TYPE_MISMATCH', place, `must be one of ${allowed.join(', ')}`, value, { allowed })
  }
  return value as T
}

/** What ids and names are made of: they stand in keys and in paths. */
export const idPattern = /^[A-Za-z0-9_.~-]{1,200}$/

/** An id or a name that goes into keys and paths: `[A-Za-z0-9_.~-]{1,200}`. */
export function asId(value: unknown, place: Place): string {
  if (typeof value !== 'string' || !idPattern.test(value)) {
    throw wrong('ID_INVALID', place, 'must match [A-Za-z0-9_.~-]{1,200}', value)
  }
  return value
}

/** The error for a value that breaks a rule: the field, the rule, what came. */
export function wrong(
  code: ErrorCode,
  place: Place,
  rule: string,
  value: unknown,
  facts?: Fields,
): RiptideError {
  return new RiptideError(
    place.code ?? code,
    `${place.path || 'the value'} ${rule}; got ${describe(value)}`,
    {
      path: place.path || '/',
      ...(facts ? { facts } : {}),
    },
  )
}

// -------------------------------------------------------------------------------------------------------------------

function nearest(key: string, known: readonly string[]): string | undefined {
  const close = known.map((word) => ({
    word,
    off: distance(key.toLowerCase().slice(0, 40), word.toLowerCase()),
  }))
  const best = close.sort((a, b) => a.off - b.off)[0]
  return best && best.off <= Math.max(2, Math.floor(best.word.length / 3)) ? best.word : undefined
}

/** Levenshtein's edit distance. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[b.length] ?? 0
}
