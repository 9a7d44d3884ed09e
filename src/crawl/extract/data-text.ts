/**
 * Whether a text is what scripts read or fill in, and no words of the page: all of it is JSON, or a place such as
 * `{{ post.title }}`, left in the page by a template.
 */
export function isDataText(text: string): boolean {
  let start = 0
  while (start < text.length && text.charCodeAt(start) <= 32) start++
  const first = text.charCodeAt(start)
  if (first !== OPENING_BRACE && first !== OPENING_BRACKET) return false
  return DATA_START.test(text.slice(start, start + 100)) && /[}\]]\s*$/.test(text.slice(-100))
}

// -------------------------------------------------------------------------------------------------------------------

const OPENING_BRACE = 0x7b
const OPENING_BRACKET = 0x5b
const DATA_START = /^(?:\[\s?)?\{\s{0,9}(?:"[\w$-]{1,60}"\s?:|\{)/
