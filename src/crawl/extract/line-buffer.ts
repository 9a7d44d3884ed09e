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
  /** Parts the words before and behind it, where it would make one of them, for a picture that may not be shown. */
  part(): void
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
  const open: OpenMark[] = []
  let text = ''
  // Pieces and no string, since a mark is taken back where what follows it shows that CommonMark would not read it.
  let pieces: string[] = []
  let gap: '' | ' ' | '\n' = ''
  // A picture stands here, which parts two words.
  let isParted = false
  // The last characters of the line, and those in front of the marks at its end.
  let last = ''
  let beforeMarks: string | null = null
  // The marks at the end of the line that close.
  let closed: { mark: Mark; opening: number; closing: number }[] = []
  // Held back until it ends: only then is it known which fence nothing in it can close.
  let code = ''

  const inCode = (): boolean => open.some((entry) => entry.mark === '`')

  const write = (piece: string): void => {
    pieces.push(piece)
    last = piece.slice(-2)
    beforeMarks = null
  }
  const writeMark = (mark: Mark): number => {
    beforeMarks ??= last
    last = mark
    return pieces.push(mark) - 1
  }

  /** Takes back the marks that cannot close in front of what follows: `**Note:**text` shows its stars. */
  const settle = (next: string): void => {
    if (closed.length === 0) return
    if (!canClose(beforeMarks ?? '', next))
      for (const { opening, closing } of closed) pieces[opening] = pieces[closing] = ''
    closed = []
  }

  /** Goes on with the same mark where it has just closed: `**one****two**` is neither one word nor two. */
  const openEmphasis = (entry: OpenMark, next: string): void => {
    const former = closed.at(-1)
    if (former?.mark === entry.mark && former.closing === pieces.length - 1) {
      closed.pop()
      pieces.pop()
      entry.opening = former.opening
      if (closed.length === 0) last = beforeMarks ?? last
    } else entry.opening = canOpen(beforeMarks ?? last, next) ? writeMark(entry.mark) : null
  }

  /** What stands behind the run of marks that an open one begins or is part of. */
  const behindMarks = (at: number, first: string): string => {
    const inner = open[at + 1]
    if (inner === undefined) return first
    if (inner.mark === 'link') return '['
    return inner.mark[0] === open[at]?.mark[0] ? behindMarks(at + 1, first) : inner.mark
  }

  /** White space comes before the marks that open, and after those that close: `**bold** text`, never `**bold **text`. */
  const begin = (first: string): void => {
    if (gap !== '' && code !== '') code += ' '
    else if (gap !== '' && pieces.length > 0) {
      settle(' ')
      write(gap === '\n' ? '\\\n' : ' ')
    }
    gap = ''
    for (let at = 0; at < open.length; at++) {
      const entry = open[at]
      if (!entry || entry.written) continue
      entry.written = true
      if (entry.mark === 'link') {
        settle('[')
        // A `!` before a link would make it a picture.
        write(last.endsWith('!') ? ' [' : '[')
      } else if (entry.mark === '`') settle('`')
      else openEmphasis(entry, behindMarks(at, first))
    }
    settle(first)
  }
  const end = (entry: OpenMark): void => {
    if (entry.mark === '`') {
      if (code !== '') write(codeSpan(code))
      code = ''
    } else if (entry.mark === 'link') {
      settle(']')
      write(`](${entry.address})`)
    } else if (entry.opening !== null)
      closed.push({ mark: entry.mark, opening: entry.opening, closing: writeMark(entry.mark) })
  }

  return {
    text(value) {
      const words = UNEVEN.test(value) ? value.replace(/[\s\u200B\uFEFF]+/g, ' ') : value
      if (words === '') return
      const body = words.trim()
      if (gap === '' && (words.startsWith(' ') || (isParted && BEGINS_WITH_WORD.test(body)))) gap = ' '
      if (body === '') return
      isParted = false
      if (gap !== '' && text !== '') text += gap
      const escaped = inCode() ? '' : escapeText(body)
      begin(escaped)
      text += body
      if (escaped === '') code += body
      else write(escaped)
      if (words.endsWith(' ')) gap = ' '
    },
    lineBreak() {
      gap = '\n'
    },
    open(mark, address = '') {
      const known = open.find((entry) => entry.mark === mark)
      // A mark inside itself shows nothing more, and within code nothing is marked.
      if (known) known.depth++
      else if (!inCode()) open.push({ mark, address, depth: 1, written: false, opening: null })
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
    part() {
      isParted = true
    },
    image(alt, address) {
      begin('!')
      write(`![${escapeText(alt)}](${address})`)
    },
    note(label, shown) {
      if (gap !== '' && text !== '') text += gap
      begin('[')
      text += shown
      write(`[^${label}]`)
    },
    take() {
      for (const entry of [...open].reverse()) {
        if (entry.written) end(entry)
        entry.written = false
      }
      settle('')
      const line = { text, markdown: pieces.join('') }
      text = ''
      pieces = []
      last = ''
      beforeMarks = null
      gap = ''
      isParted = false
      return line
    },
    reset() {
      gap = ''
      isParted = false
    },
    get isEmpty() {
      return pieces.length === 0 && code === ''
    },
    get isBroken() {
      return gap === '\n'
    },
    get isInCode() {
      return inCode()
    },
  }
}

// -------------------------------------------------------------------------------------------------------------------

/** A mark from where it opens until it closes. */
interface OpenMark {
  readonly mark: Mark
  readonly address: string
  depth: number
  written: boolean
  /** The piece that opens it; none where CommonMark would not read it. */
  opening: number | null
}

/** Whether a mark between these two can open (CommonMark, section 6.2): `text**(a)` shows its stars. */
function canOpen(before: string, after: string): boolean {
  return !BEGINS_WITH_SIGN.test(after) || before === '' || ENDS_WITH_GAP_OR_SIGN.test(before)
}

/** Whether a mark between these two can close: `**Note:**text` shows its stars. */
function canClose(before: string, after: string): boolean {
  return !ENDS_WITH_SIGN.test(before) || after === '' || BEGINS_WITH_GAP_OR_SIGN.test(after)
}

/** In Chinese and Japanese no blanks part words, and pictures stand for rare characters. */
const BEGINS_WITH_WORD = /^(?![\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}])[\p{L}\p{N}]/u
const BEGINS_WITH_SIGN = /^[\p{P}\p{S}]/u
const BEGINS_WITH_GAP_OR_SIGN = /^[\s\p{P}\p{S}]/u
const ENDS_WITH_SIGN = /[\p{P}\p{S}]$/u
const ENDS_WITH_GAP_OR_SIGN = /[\s\p{P}\p{S}]$/u

/** White space that is not single blanks between words. */
const UNEVEN = /[^\S ]|\s\s|[\u200B\uFEFF]/
