import { codeSpan, escapeText } from './markdown-escape.js'

/** The marks of a line of text that may be open at once. */
export type Mark = '**' | '*' | '~~' | '`' | 'link'

/** One line of text while it grows, as plain text and as markdown, with its white space collapsed. */
export interface LineBuffer {
  text(value: string): void
  /** A line break inside the line. */
  lineBreak(): void
  open(mark: Mark, address?: string): void
  close(mark: Mark): void
  image(alt: string, address: string): void
  /** The mark of a footnote: plain text shows `shown`, markdown refers to the label. */
  note(label: string, shown: string): void
  /** The line so far, with its marks closed; they are open again on the next one. */
  take(): { readonly text: string; readonly markdown: string }
  /** Forgets white space, so that the next line does not begin with it. */
  reset(): void
  /** Nothing was written since the last `take`. */
  readonly isEmpty: boolean
  /** A line break is the last thing that was written. */
  readonly isBroken: boolean
  /** A run of code is open. */
  readonly isInCode: boolean
}

/** An empty line. */
export function lineBuffer(): LineBuffer {
  const open: { mark: Mark; address: string; depth: number; written: boolean }[] = []
  let text = ''
  let markdown = ''
  let gap: '' | ' ' | '\n' = ''
  // A `!` before a link would make it a picture. Kept beside the line, which would be flattened anew at every look.
  let endsWithBang = false
  // Held back until it ends: only then is it known which fence nothing in it can close.
  let code = ''

  const inCode = (): boolean => open.some((entry) => entry.mark === '`')

  /** White space comes before the marks that open, and after those that close: `**bold** text`, never `**bold **text`. */
  const begin = (): void => {
    if (gap !== '' && code !== '') code += ' '
    else if (gap !== '' && markdown !== '') {
      markdown += gap === '\n' ? '\\\n' : ' '
      endsWithBang = false
    }
    gap = ''
    for (const entry of open) {
      if (entry.written) continue
      entry.written = true
      if (entry.mark === 'link') markdown += endsWithBang ? ' [' : '['
      else if (entry.mark !== '`') markdown += entry.mark
      endsWithBang = false
    }
  }
  const end = (entry: { mark: Mark; address: string }): void => {
    if (entry.mark === '`') markdown += code === '' ? '' : codeSpan(code)
    else markdown += entry.mark === 'link' ? `](${entry.address})` : entry.mark
    if (entry.mark === '`') code = ''
    endsWithBang = false
  }

  return {
    text(value) {
      const words = UNEVEN.test(value) ? value.replace(/[\s\u200B\uFEFF]+/g, ' ') : value
      if (words === '') return
      const body = words.trim()
      if (words.startsWith(' ') && gap === '') gap = ' '
      if (body === '') return
      if (gap !== '' && text !== '') text += gap
      begin()
      text += body
      if (inCode()) code += body
      else markdown += escapeText(body)
      endsWithBang = body.endsWith('!')
      if (words.endsWith(' ')) gap = ' '
    },
    lineBreak() {
      gap = '\n'
    },
    open(mark, address = '') {
      const known = open.find((entry) => entry.mark === mark)
      // A mark inside itself shows nothing more, and within code nothing is marked.
      if (known) known.depth++
      else if (!inCode()) open.push({ mark, address, depth: 1, written: false })
    },
    close(mark) {
      const at = open.findLastIndex((entry) => entry.mark === mark)
      const entry = open[at]
      if (!entry || --entry.depth > 0) return
      // Marks that opened inside this one end with it and go on after it.
      for (let inner = open.length - 1; inner > at; inner--) {
        const other = open[inner]
        if (other?.written) end(other)
        if (other) other.written = false
      }
      if (entry.written) end(entry)
      open.splice(at, 1)
    },
    image(alt, address) {
      begin()
      markdown += `![${escapeText(alt)}](${address})`
      endsWithBang = false
    },
    note(label, shown) {
      if (gap !== '' && text !== '') text += gap
      begin()
      text += shown
      markdown += `[^${label}]`
      endsWithBang = false
    },
    take() {
      for (const entry of [...open].reverse()) {
        if (entry.written) end(entry)
        entry.written = false
      }
      const line = { text, markdown }
      text = ''
      markdown = ''
      gap = ''
      return line
    },
    reset() {
      gap = ''
    },
    get isEmpty() {
      return markdown === '' && code === ''
    },
    get isBroken() {
      return gap === '\n'
    },
    get isInCode() {
      return inCode()
    },
  }
}

/** White space that is not single blanks between words. */
const UNEVEN = /[^\S ]|\s\s|[\u200B\uFEFF]/
