/**
 * A text and how many bytes it has in UTF-8. To count a text that was put together of large ones would copy it as a whole: who puts
 * it together knows how many bytes those have.
 */
export interface CountedText {
  readonly text: string
  readonly bytes: number
}

export function counted(text: string): CountedText {
  return { text, bytes: Buffer.byteLength(text) }
}

/** Texts one behind the other. The whole refers to its parts: they are copied once, where somebody reads it. */
export function together(...parts: readonly (string | CountedText)[]): CountedText {
  let text = ''
  let bytes = 0
  for (const part of parts) {
    const one = typeof part === 'string' ? counted(part) : part
    text += one.text
    bytes += one.bytes
  }
  return { text, bytes }
}

/** Texts with commas between them. */
export function listed(items: readonly CountedText[]): CountedText {
  return together(...items.flatMap((item, i) => (i === 0 ? [item] : [',', item])))
}

/** The text of an object in which one list is most of it. */
export interface ListText extends CountedText {
  /** The name of the list, and its items one by one. */
  readonly list: string
  readonly items: readonly CountedText[]
  /** The fields before the list and those behind it, without braces and never none. */
  readonly before: string
  readonly after: string
}

/** Puts such an object together. */
export function listText({ before, list, items, after }: Omit<ListText, keyof CountedText>): ListText {
  const whole = together(`{${before},${JSON.stringify(list)}:[`, listed(items), `],${after}}`)
  return { ...whole, before, list, items, after }
}
