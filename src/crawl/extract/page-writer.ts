import { escapeCell, escapeLineStart, fenceFor } from './markdown-escape.js'

/** The text and the markdown of a page, written block by block. */
export interface PageWriter {
  /** A paragraph, a heading (`level` 1 to 6), or a line of a list. */
  block(line: { text: string; markdown: string }, level?: number): void
  code(code: string, language: string): void
  /** The first row is the head; `null` is a place that a cell reaches over, and short rows end early. */
  table(rows: readonly (readonly ({ text: string; markdown: string } | null)[])[]): void
  rule(): void
  openQuote(): void
  /** `box` is that of a task, part of the item's first line. */
  openItem(marker: string, box?: string): void
  /** A list that stands in another without an item of its own. */
  openIndent(width: number): void
  openNote(label: string): void
  closeContainer(): void
  finish(): { text: string; markdown: string }
}

/** An empty page. Quotes and lists nest to a depth of 12; what is deeper stands at that depth. */
export function pageWriter(): PageWriter {
  const containers: Container[] = []
  let tooDeep = 0
  const text: string[] = []
  const markdown: string[] = []
  let lastWasItem = false
  let lastDepth = 0

  const put = (plain: string, marked: readonly string[]): void => {
    const isItem = containers.some(({ first, used }) => !used && !first.startsWith('>'))
    const isInList = containers.some(({ first }) => !first.startsWith('>'))
    // A list with numbers cannot interrupt a paragraph but with 1 (CommonMark, section 5.3).
    const isCut = containers.length > lastDepth && containers.some(isLate)
    const tight = isItem && lastWasItem && !isCut
    if (plain !== '') {
      if (text.length > 0) text.push(isInList && lastWasItem ? '\n' : '\n\n')
      text.push(plain)
    }
    if (markdown.length > 0) {
      const between = containers
        .map(({ first, rest, used }) => (used || first.startsWith('>') ? rest : ''))
        .join('')
        .trimEnd()
      markdown.push(tight ? '\n' : between.includes('>') ? `\n${between}\n` : '\n\n')
    }
    const rest = containers.map((container) => container.rest).join('')
    marked.forEach((line, at) => {
      const prefix =
        at === 0
          ? containers.map(({ first, rest: later, used }) => (used ? later : first)).join('')
          : `\n${rest}`
      markdown.push(line === '' ? prefix.replace(/ +$/, '') : prefix + line)
    })
    for (const container of containers) container.used = true
    lastWasItem = isInList
    lastDepth = containers.length
  }

  const open = (first: string, rest: string): void => {
    if (containers.length < MAX_CONTAINERS) containers.push({ first, rest, used: false })
    else tooDeep++
  }

  return {
    block(line, level = 0) {
      const lines =
        level > 0
          ? [`${'#'.repeat(level)} ${line.markdown.replaceAll('\\\n', ' ')}`]
          : line.markdown.split('\n').map(escapeLineStart)
      put(line.text, lines)
    },
    code(code, language) {
      const fence = fenceFor(code)
      put(code, [fence + language, ...code.split('\n'), fence])
    },
    table(rows) {
      const [head, ...body] = rows
      if (!head) return
      const columns = rows.reduce((most, cells) => Math.max(most, cells.length), 0)
      const row = (cells: readonly ({ markdown: string } | null)[]): string =>
        `| ${cells.map((cell) => escapeCell(cell?.markdown ?? '')).join(' | ')} |`
      const plain = rows
        .map((cells) =>
          cells
            .filter((cell) => cell !== null)
            .map((cell) => cell.text.replaceAll('\n', ' '))
            .join(' | '),
        )
        .join('\n')
      const wide = [...head, ...Array.from({ length: columns - head.length }, () => null)]
      put(plain, [row(wide), `|${' --- |'.repeat(columns)}`, ...body.map(row)])
    },
    rule() {
      put('', ['---'])
    },
    openQuote: () => open('> ', '> '),
    openItem: (marker, box = '') => open(`${marker} ${box}`, ' '.repeat(marker.length + 1)),
    openIndent: (width) => open(' '.repeat(width), ' '.repeat(width)),
    openNote: (label) => open(`[^${label}]: `, '    '),
    closeContainer() {
      if (tooDeep > 0) tooDeep--
      else containers.pop()
    },
    finish: () => ({ text: text.join(''), markdown: markdown.join('') }),
  }
}

const MAX_CONTAINERS = 12

/** A quote or an item, and what each of its lines begins with. */
interface Container {
  readonly first: string
  readonly rest: string
  used: boolean
}

function isLate({ first, used }: Container): boolean {
  return !used && /^(?!1\.)\d/.test(first)
}
