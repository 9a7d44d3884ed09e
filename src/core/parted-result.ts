import { type CountedText, type ListText, counted, listed, together } from './counted-text.js'
import { type Clock, nextTurn } from './clock.js'
import { parseLarge } from './stored-json.js'

// A result of megabytes is a list of pages. As one text it would be put together, and taken apart again, without a pause.

/** From here on a result is kept in parts, and each has about so many bytes. */
const largeBytes = 2 ** 20
const partBytes = 2 ** 18

/** The texts that a result is kept in: of a large one with a list, first all else, and then the list, some items in each. */
export function partsOf(result: CountedText | ListText): readonly CountedText[] {
  if (!('items' in result) || result.bytes < largeBytes) return [result]
  const { before, list, items, after } = result
  const name = JSON.stringify(list)
  const parts = [counted(`{"list":${name},"rest":{${before},${name}:[],${after}}}`)]
  let some: CountedText[] = []
  let bytes = 0
  for (const [i, item] of items.entries()) {
    some.push(item)
    bytes += item.bytes
    if (bytes < partBytes && i < items.length - 1) continue
    parts.push(together('[', listed(some), ']'))
    some = []
    bytes = 0
  }
  return parts
}

/** What a result says whose parts these are; others get their turns meanwhile. Undefined where there are none. */
export async function partedValue(
  parts: readonly string[] | undefined,
  clock: Pick<Clock, 'monotonic' | 'soon'>,
): Promise<unknown> {
  const [first, ...lists] = parts ?? []
  if (lists.length === 0) return parseLarge(first, clock)
  const { list, rest } = (await parseLarge(first, clock)) as {
    readonly list: string
    readonly rest: Record<string, unknown[]>
  }
  const all = rest[list] ?? []
  for (const text of lists) {
    all.push(...((await parseLarge(text, clock)) as unknown[]))
    await nextTurn(clock)
  }
  return rest
}
