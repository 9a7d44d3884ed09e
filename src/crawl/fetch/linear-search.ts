/**
 * Where `part` stands in `text` from `from` on, or -1, as `String.indexOf` says it, in time that grows with the lengths of both
 * and not with their product: V8's own search (Boyer and Moore's) takes a second for a few hundred parts made to be hard to find.
 */
export function indexOf(text: string, part: string, from: number): number {
  if (part.length <= shortPart) return text.indexOf(part, from)
  const fallback = fallbackOf(part)
  for (let at = from, matched = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    while (matched > 0 && part.charCodeAt(matched) !== code) matched = fallback[matched - 1] ?? 0
    if (part.charCodeAt(matched) === code) matched++
    if (matched === part.length) return at - matched + 1
  }
  return -1
}

// -------------------------------------------------------------------------------------------------------------------

/** Up to this length the product is harmless, and the built-in search the faster one. */
const shortPart = 8

/** Knuth, Morris and Pratt's table: how much of the part still matches where it stops to. */
function fallbackOf(part: string): Uint16Array | Uint32Array {
  const fallback = part.length < 2 ** 16 ? new Uint16Array(part.length) : new Uint32Array(part.length)
  for (let at = 1, matched = 0; at < part.length; at++) {
    const code = part.charCodeAt(at)
    while (matched > 0 && part.charCodeAt(matched) !== code) matched = fallback[matched - 1] ?? 0
    if (part.charCodeAt(matched) === code) matched++
    fallback[at] = matched
  }
  return fallback
}
