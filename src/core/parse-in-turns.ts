import { type Clock, nextTurn } from './clock.js'

/** Below this a text is parsed within a few milliseconds, and in one piece. */
const largeChars = 2 ** 20

/** So long at most nothing else is done, in ms: a slice of a list is parsed within a fraction of that. */
const turnMs = 4
const sliceChars = 16_384

const quote = 34
const comma = 44
const backslash = 92
const openList = 91
const closeList = 93
const openObject = 123
const closeObject = 125

export interface TurnSizes {
  /** @default 1 Mi */
  readonly largeChars?: number
  /** @default 16 Ki */
  readonly sliceChars?: number
}

/**
 * What a text says that JSON.stringify has written. Of a large one the lists at the top, or of an object at the top, are
 * parsed in slices, and others get their turns between them.
 */
export async function parseInTurns(
  text: string,
  clock: Pick<Clock, 'monotonic' | 'soon'>,
  sizes: TurnSizes = {},
): Promise<unknown> {
  if (text.length < (sizes.largeChars ?? largeChars)) return JSON.parse(text)
  const reading = new Reading(text, sizes.sliceChars ?? sliceChars)
  let turnEnds = clock.monotonic() + turnMs
  while (reading.goOn()) {
    if (clock.monotonic() < turnEnds) continue
    await nextTurn(clock)
    turnEnds = clock.monotonic() + turnMs
  }
  return reading.value()
}

// -------------------------------------------------------------------------------------------------------------------

interface List {
  /** The name of the property that it is; undefined for one at the top. */
  readonly key: string | undefined
  readonly depth: number
  readonly items: unknown[]
}

class Reading {
  readonly #text: string
  readonly #sliceChars: number
  readonly #lists: List[] = []
  /** The text without what is in the lists. */
  #frame = ''
  #framedTo = 0
  #at = 0
  #depth = 0
  #list: List | undefined
  #sliceFrom = 0
  /** The slice has more than one item. */
  #isOfSeveral = false
  #lastString: readonly [number, number] = [0, 0]

  constructor(text: string, sliceChars: number) {
    this.#text = text
    this.#sliceChars = sliceChars
  }

  /** Reads about as much as a slice; false at the end. */
  goOn(): boolean {
    const text = this.#text
    const pause = this.#at + this.#sliceChars
    for (; this.#at < text.length; this.#at++) {
      const code = text.charCodeAt(this.#at)
      if (code === quote) this.#passString()
      else if (code === openList || code === openObject) this.#enter(code)
      else if (code === closeList || code === closeObject) this.#leave()
      else if (code === comma && this.#depth === this.#list?.depth) {
        if (this.#isSliceFull()) {
          this.#takeSlice(this.#list)
          this.#sliceFrom = ++this.#at
          return true
        }
        this.#isOfSeveral = true
      }
      if (this.#at >= pause) {
        this.#at++
        return true
      }
    }
    return false
  }

  value(): unknown {
    const whole: unknown = JSON.parse(this.#frame + this.#text.slice(this.#framedTo))
    for (const { key, items } of this.#lists) {
      const list = key === undefined ? whole : (whole as Record<string, unknown>)[key]
      for (const item of items) (list as unknown[]).push(item)
    }
    return whole
  }

  /** A quote after an odd number of backslashes is a part of the string. */
  #passString(): void {
    const text = this.#text
    const from = this.#at
    let end = from
    let isEscaped = true
    while (isEscaped) {
      end = text.indexOf('"', end + 1)
      if (end < 0) {
        // No end: not JSON, which the parser is to say.
        this.#at = text.length
        return
      }
      let before = end
      while (text.charCodeAt(before - 1) === backslash) before--
      isEscaped = (end - before) % 2 === 1
    }
    this.#at = end
    if (this.#depth === 1) this.#lastString = [from, end + 1]
  }

  #enter(code: number): void {
    const isTop = this.#depth === 0
    if (code === openList && this.#list === undefined && this.#depth <= 1) {
      const key = isTop ? undefined : (JSON.parse(this.#text.slice(...this.#lastString)) as string)
      this.#list = { key, depth: this.#depth + 1, items: [] }
      this.#sliceFrom = this.#at + 1
      this.#frame += this.#text.slice(this.#framedTo, this.#at + 1)
    }
    this.#depth++
  }

  #leave(): void {
    const list = this.#list
    if (list?.depth === this.#depth) {
      this.#takeSlice(list)
      this.#lists.push(list)
      this.#list = undefined
      this.#framedTo = this.#at
    }
    this.#depth--
  }

  #isSliceFull(): boolean {
    return this.#at - this.#sliceFrom >= this.#sliceChars
  }

  #takeSlice({ items }: List): void {
    const slice = this.#parsed(this.#text.slice(this.#sliceFrom, this.#at))
    this.#isOfSeveral = false
    // Nothing between two commas, or after the last: the parser is to say so.
    const isGap = slice.length === 0 && (items.length > 0 || this.#text.charCodeAt(this.#at) === comma)
    if (isGap) JSON.parse(this.#text)
    for (const item of slice) items.push(item)
  }

  /** A large item is parsed where it stands: put into brackets it would be copied. */
  #parsed(slice: string): unknown[] {
    const isOne = !this.#isOfSeveral && slice.length > this.#sliceChars
    return isOne ? [JSON.parse(slice)] : (JSON.parse(`[${slice}]`) as unknown[])
  }
}
