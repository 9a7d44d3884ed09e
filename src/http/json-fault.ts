/**
 * Where a text stops being JSON (RFC 8259): the offset of the first character that no JSON document could have there, which
 * is the length of a text that breaks off. Call it only for a text that `JSON.parse` refused, whose own message names no
 * position for most mistakes. One pass, no recursion, and no pattern that backtracks over a whole body.
 */
export function jsonFaultAt(text: string): number {
  const open: ('object' | 'array')[] = []
  let expected: 'value' | 'item' | 'member' | 'key' | 'colon' | 'after' = 'value'
  let at = skip(space, text, 0)
  while (at < text.length) {
    const sign = text[at]
    const inner = open.at(-1)
    const isName: boolean = expected === 'key' || expected === 'member'
    if (expected === 'colon') {
      if (sign !== ':') return at
      expected = 'value'
      at++
    } else if (
      closes(sign, inner) &&
      (expected === 'item' || expected === 'member' || expected === 'after')
    ) {
      open.pop()
      expected = 'after'
      at++
    } else if (expected === 'after') {
      if (sign !== ',' || inner === undefined) return at
      expected = inner === 'object' ? 'key' : 'value'
      at++
    } else if (sign === '"') {
      const end = stringEnd(text, at)
      if (text[end] !== '"') return end
      expected = isName ? 'colon' : 'after'
      at = end + 1
    } else if (isName) {
      return at
    } else if (sign === '{' || sign === '[') {
      open.push(sign === '{' ? 'object' : 'array')
      expected = sign === '{' ? 'member' : 'item'
      at++
    } else {
      const end = skip(scalar, text, at)
      if (end === at) return at
      expected = 'after'
      at = end
    }
    at = skip(space, text, at)
  }
  return text.length
}

// -------------------------------------------------------------------------------------------------------------------

const space = /[ \t\n\r]*/y
const scalar = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y
const escape = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y

function skip(pattern: RegExp, text: string, from: number): number {
  pattern.lastIndex = from
  return pattern.test(text) ? pattern.lastIndex : from
}

function closes(sign: string | undefined, inner: 'object' | 'array' | undefined): boolean {
  return (sign === '}' && inner === 'object') || (sign === ']' && inner === 'array')
}

/** The offset of the closing quote of the string that begins at `from`, or of what breaks it. */
function stringEnd(text: string, from: number): number {
  let at = from + 1
  while (at < text.length && text[at] !== '"') {
    if (text.charCodeAt(at) < 0x20) return at
    const end = text[at] === '\\' ? skip(escape, text, at) : at + 1
    if (end === at) return at
    at = end
  }
  return at
}
