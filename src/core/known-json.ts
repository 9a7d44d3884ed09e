import type { CountedText, ListText } from './counted-text.js'

const texts = new WeakMap<object, CountedText | ListText>()

/**
 * Notes the JSON text of a value for whoever is to write it: what was made of large parts, each of which was written already,
 * need not be written again in one piece, which would hold up the process. Neither it nor anything in it may change any more.
 */
export function noteJson<T extends object>(value: T, text: CountedText | ListText): T {
  texts.set(value, text)
  return value
}

/** The text that was noted for a value. */
export function notedJson(value: unknown): CountedText | ListText | undefined {
  return typeof value === 'object' && value !== null ? texts.get(value) : undefined
}
