/**
 * Whether the whole text fits a pattern, in which `*` stands for any signs, none and slashes included, and everything else
 * for itself. No regular expression: each part is looked for once, behind the one before, so no pattern is slow.
 */
export function fitsGlob(pattern: string, text: string): boolean {
  const parts = pattern.split('*')
  const [first = '', ...rest] = parts
  const last = rest.pop()
  if (last === undefined) return text === pattern
  if (!text.startsWith(first)) return false
  let at = first.length
  for (const part of rest) {
    const found = text.indexOf(part, at)
    if (found < 0) return false
    at = found + part.length
  }
  return text.length - last.length >= at && text.endsWith(last)
}
