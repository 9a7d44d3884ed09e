import type { Mark } from './byline-marks.js'
import { isoDate } from './dates.js'
import { type Element, attribute, isElement } from './parse-tree.js'
import { setOf } from './tags.js'
import { walkTree } from './tree-walk.js'

/** What a mark says. */
export interface MarkText {
  /** The texts in it, each on a line of its own; of a time, what its attributes say. */
  readonly text: string
  /** The words that it begins with; else those in front of it, the nearest on the first line. */
  readonly label: string
}

/** Reads a mark; where it holds no more than a word such as `By`, what it stands in. */
export function markText({ element, of }: Mark): MarkText {
  const own = linesOf(element)
  const isLabelled = /^\p{L}{3}/u.test(own) && isoDate(own.slice(0, 16), null) === null
  const label = isLabelled ? (own.split('\n', 1)[0] ?? '') : wordsBefore(element)
  const given = of === 'date' ? timeOf(element) : undefined
  if (given !== undefined) return { text: given, label }
  const outer = element.parentNode
  const isWord = LABELS.has(own.toLowerCase().replace(/\s?:$/, ''))
  return { text: isWord && outer && 'tagName' in outer ? linesOf(outer) : own, label }
}

// -------------------------------------------------------------------------------------------------------------------

const MAX_TEXT = 140
const MAX_NODES = 200

const TIMES = ['datetime', 'content', 'title', 'data-time', 'data-timestamp'] as const
const LABELS = setOf(
  'by von par por di door av af przez author authors autor auteur written posted published updated date',
)
const SILENT = setOf('script style svg template button noscript')

function timeOf(element: Element): string | undefined {
  return TIMES.map((name) => attribute(element, name)?.trim().slice(0, 100) ?? '').find(
    (value) => isoDate(value, null) !== null,
  )
}

/** The texts right in front of an element, as far as two boxes around it and not beyond another date. */
function wordsBefore(element: Element): string {
  const words: string[] = []
  let node = element
  for (let depth = 0; depth < 2 && words.length === 0; depth++) {
    const outer = node.parentNode
    if (!outer || !('tagName' in outer)) break
    const place = outer.childNodes.indexOf(node)
    for (const sibling of outer.childNodes.slice(Math.max(0, place - 4), place).reverse()) {
      const text =
        'value' in sibling
          ? sibling.value.slice(-MAX_TEXT).trim()
          : isElement(sibling)
            ? linesOf(sibling)
            : ''
      if (isoDate(text, null) !== null) break
      if (text !== '')
        words.push(
          text
            .slice(-60)
            .replaceAll('\n', ' ')
            .replace(/^[^\p{L}\p{N}©]+/u, ''),
        )
    }
    node = outer
  }
  return words.join('\n')
}

/** Names and dates stand in elements of their own, which no blank parts in the source. */
function linesOf(element: Element): string {
  const lines: string[] = []
  let length = 0
  let left = MAX_NODES
  walkTree([element], {
    enter: ({ tagName }) => --left > 0 && length < MAX_TEXT && !SILENT.has(tagName),
    leave: () => undefined,
    text(value) {
      const line =
        length < MAX_TEXT
          ? value
              .slice(0, 2 * MAX_TEXT)
              .replace(/\s+/g, ' ')
              .trim()
          : ''
      if (line === '') return
      lines.push(line)
      length += line.length
    },
  })
  return lines.join('\n').slice(0, MAX_TEXT)
}
