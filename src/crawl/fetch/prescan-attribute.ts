/** An attribute of a tag, in lower case, and where it ends. */
export interface PrescanAttribute {
  readonly name: string
  readonly value: string
  readonly end: number
}

/**
 * The next attribute from `at` on, by "get an attribute" of the encoding prescan (HTML, 13.2.3.2), which differs from what
 * the tokenizer does later: `closed` when the tag ends first, `cut` when the text does.
 */
export function nextAttribute(head: string, at: number): PrescanAttribute | 'closed' | 'cut' {
  const nameAt = skip(head, at, beforeName)
  if (nameAt >= head.length) return 'cut'
  if (head[nameAt] === '>') return 'closed'
  // A name may begin with an equals sign, but goes no further than to the next one.
  const nameEnd = find(head, nameAt + 1, nameEnds)
  if (nameEnd >= head.length) return 'cut'
  const name = head.slice(nameAt, nameEnd).toLowerCase()
  const equalsAt = skip(head, nameEnd, spaces)
  if (equalsAt >= head.length) return 'cut'
  if (head[equalsAt] !== '=') return { name, value: '', end: equalsAt }
  return withValue(head, name, skip(head, equalsAt + 1, spaces))
}

// -------------------------------------------------------------------------------------------------------------------

const spaces = '\t\n\f\r '
const beforeName = `${spaces}/`
const nameEnds = `${spaces}/>=`
const valueEnds = `${spaces}>`

function withValue(head: string, name: string, at: number): PrescanAttribute | 'cut' {
  const quote = head[at]
  if (quote === undefined) return 'cut'
  const isQuoted = quote === '"' || quote === "'"
  const start = isQuoted ? at + 1 : at
  const end = find(head, start, isQuoted ? quote : valueEnds)
  if (end >= head.length) return 'cut'
  return { name, value: head.slice(start, end).toLowerCase(), end: isQuoted ? end + 1 : end }
}

function skip(head: string, at: number, what: string): number {
  let end = at
  while (end < head.length && what.includes(head.charAt(end))) end++
  return end
}

function find(head: string, at: number, what: string): number {
  let end = at
  while (end < head.length && !what.includes(head.charAt(end))) end++
  return end
}
