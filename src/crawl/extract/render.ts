import type { ResolveAddress } from './address.js'
import { codeLanguage, codeText } from './code-block.js'
import { type LineBuffer, type Mark, lineBuffer } from './line-buffer.js'
import { escapeAddress } from './markdown-escape.js'
import { type PageWriter, pageWriter } from './page-writer.js'
import { type ChildNode, type Element, attribute } from './parse-tree.js'
import { dataRows } from './table.js'
import { INLINE_TAGS, UNREAD_TAGS, headingLevel, setOf } from './tags.js'
import { collapse, walkTree } from './tree-walk.js'

/** How the parts of a page are written. */
export interface RenderOptions {
  /** What is left out, with all below it. */
  readonly isDropped: (element: Element) => boolean
  /** A table that lays out the page and is no grid of data. */
  readonly isLayout: (table: Element) => boolean
  readonly resolve: ResolveAddress
}

/** The parts of a page as plain text and as markdown, made in one walk. */
export function render(
  parts: readonly ChildNode[],
  options: RenderOptions,
): { text: string; markdown: string } {
  const state: RenderState = { ...options, line: lineBuffer(), writer: pageWriter(), lists: [], heading: 0 }
  // `<span>Price</span><span>9</span>` are two boxes on most pages, and two words.
  let hasJustClosed = false
  walkTree(parts, {
    enter(element) {
      if (hasJustClosed && BOXES.has(element.tagName)) state.line.text(' ')
      hasJustClosed = false
      return isShown(element) && !options.isDropped(element) && enter(state, element)
    },
    leave(element) {
      leave(state, element)
      hasJustClosed = BOXES.has(element.tagName)
    },
    text(value) {
      hasJustClosed = false
      state.line.text(value)
    },
  })
  endLine(state)
  return state.writer.finish()
}

// -------------------------------------------------------------------------------------------------------------------

interface RenderState extends RenderOptions {
  readonly line: LineBuffer
  readonly writer: PageWriter
  readonly lists: { ordered: boolean; next: number }[]
  heading: number
}

function enter(state: RenderState, element: Element): boolean {
  const tag = element.tagName
  if (INLINE_TAGS.has(tag)) return enterInline(state, element)
  endLine(state)
  if (tag === 'pre') return writeCode(state, element)
  if (tag === 'table' && !state.isLayout(element)) {
    const rows = dataRows(element)
    if (rows) return writeTable(state, rows)
  }
  if (tag === 'hr') state.writer.rule()
  else if (tag === 'blockquote') state.writer.openQuote()
  else if (tag === 'li' || tag === 'dd') state.writer.openItem(tag === 'li' ? markerOf(state) : '-')
  else if (tag === 'ol') state.lists.push({ ordered: true, next: firstNumber(element) })
  else if (tag === 'ul' || tag === 'menu') state.lists.push({ ordered: false, next: 1 })
  else state.heading = headingLevel(tag) || state.heading
  return true
}

function leave(state: RenderState, element: Element): void {
  const tag = element.tagName
  if (INLINE_TAGS.has(tag)) return leaveInline(state.line, element)
  endLine(state)
  if (tag === 'blockquote' || tag === 'li' || tag === 'dd') state.writer.closeContainer()
  else if (tag === 'ul' || tag === 'ol' || tag === 'menu') state.lists.pop()
  else if (headingLevel(tag) > 0) state.heading = 0
}

function enterInline({ line, resolve }: Pick<RenderState, 'line' | 'resolve'>, element: Element): boolean {
  const tag = element.tagName
  if (tag === 'br') line.lineBreak()
  else if (tag === 'img') writeImage(line, element, resolve)
  else if (tag === 'a') {
    const address = resolve(attribute(element, 'href') ?? '#')
    if (address !== null && attribute(element, 'href') !== undefined)
      line.open('link', escapeAddress(address))
  } else {
    const mark = MARKS.get(tag)
    if (mark) line.open(mark)
  }
  return true
}

function leaveInline(line: LineBuffer, element: Element): void {
  const mark = element.tagName === 'a' ? 'link' : MARKS.get(element.tagName)
  if (mark) line.close(mark)
}

function endLine({ line, writer, heading }: RenderState): void {
  if (line.isEmpty) line.reset()
  else writer.block(line.take(), heading)
}

function writeImage(line: LineBuffer, element: Element, resolve: ResolveAddress): void {
  const source = attribute(element, 'data-src') ?? attribute(element, 'src')
  const address = source === undefined ? null : resolve(source)
  const alt = collapse((attribute(element, 'alt') ?? '').slice(0, 300))
  // A picture that says nothing is decoration: readers of markdown would see an address and no more.
  if (address !== null && alt !== '') line.image(alt, escapeAddress(address))
}

function writeCode(state: RenderState, element: Element): boolean {
  const code = codeText(element, state.isDropped)
  if (code !== '') state.writer.code(code, codeLanguage(element))
  return false
}

function writeTable(state: RenderState, rows: readonly (readonly Element[])[]): boolean {
  const cells = rows.map((row) =>
    row.filter((cell) => !state.isDropped(cell)).map((cell) => renderCell(state, cell)),
  )
  const filled = cells.filter((row) => row.some((cell) => cell.markdown !== ''))
  if (filled.length > 0) state.writer.table(filled)
  return false
}

/** A cell is one line: the blocks in it stand side by side. */
function renderCell({ isDropped, resolve }: RenderState, cell: Element): { text: string; markdown: string } {
  const line = lineBuffer()
  walkTree(cell.childNodes, {
    enter(element) {
      if (isDropped(element) || !isShown(element)) return false
      if (INLINE_TAGS.has(element.tagName)) return enterInline({ line, resolve }, element)
      line.text(' ')
      return true
    },
    leave(element) {
      if (INLINE_TAGS.has(element.tagName)) leaveInline(line, element)
      else line.text(' ')
    },
    text: (value) => line.text(value),
  })
  return line.take()
}

function markerOf({ lists }: RenderState): string {
  const list = lists.at(-1)
  return list?.ordered ? `${list.next++}.` : '-'
}

function firstNumber(list: Element): number {
  const start = Number(attribute(list, 'start') ?? 1)
  return Number.isInteger(start) && start >= 0 && start < 1e8 ? start : 1
}

/** A button is a control, but for one that unfolds what it names. */
function isShown(element: Element): boolean {
  if (UNREAD_TAGS.has(element.tagName)) return false
  if (element.tagName !== 'button' || attribute(element, 'aria-expanded') !== undefined) return true
  let outer = element.parentNode
  for (let depth = 0; depth < 4 && outer && 'tagName' in outer; depth++) {
    if (UNFOLDING.has(outer.tagName)) return true
    outer = outer.parentNode
  }
  return false
}

const UNFOLDING = setOf('h1 h2 h3 h4 h5 h6 summary dt li')
const BOXES = setOf('span a button label')

const MARKS: ReadonlyMap<string, Mark> = new Map([
  ...(['b', 'strong'] as const).map((tag) => [tag, '**'] as const),
  ...(['i', 'em', 'cite', 'dfn', 'var'] as const).map((tag) => [tag, '*'] as const),
  ...(['s', 'del', 'strike'] as const).map((tag) => [tag, '~~'] as const),
  ...(['code', 'kbd', 'samp', 'tt'] as const).map((tag) => [tag, '`'] as const),
])
