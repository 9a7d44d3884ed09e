import type { ResolveAddress } from './address.js'
import { codeLanguage, codeText } from './code-block.js'
import { isDataText } from './data-text.js'
import { type Footnotes, footnotes, isBackLink } from './footnotes.js'
import { imageAddress } from './image.js'
import { type LineBuffer, type Mark, lineBuffer } from './line-buffer.js'
import { type LineFilter, lineFilter } from './line-filter.js'
import { escapeAddress } from './markdown-escape.js'
import { isPageJump } from './page-jump.js'
import { type PageWriter, pageWriter } from './page-writer.js'
import { type ChildNode, type Element, attribute, isElement } from './parse-tree.js'
import { captionOf, dataRows, gridOf } from './table.js'
import { INLINE_TAGS, UNREAD_TAGS, headingLevel, setOf } from './tags.js'
import { collapse, shortText, walkTree } from './tree-walk.js'

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
  const state: RenderState = {
    ...options,
    ...{
      line: lineBuffer(),
      writer: pageWriter(),
      filter: lineFilter(),
      notes: footnotes(),
      noted: new Set(),
      lists: [],
      heading: 0,
      isStep: false,
    },
  }
  // `<span>Price</span><span>9</span>` are two boxes on most pages, and two words.
  let hasJustClosed = false
  walkTree(parts, {
    enter(element) {
      if (hasJustClosed && BOXES.has(element.tagName) && !state.line.isInCode) state.line.text(' ')
      hasJustClosed = false
      return isShown(element) && !options.isDropped(element) && enter(state, element)
    },
    leave(element) {
      leave(state, element)
      hasJustClosed = BOXES.has(element.tagName)
    },
    text(value) {
      hasJustClosed = false
      if (state.line.isInCode || !isDataText(value)) state.line.text(value)
    },
  })
  endLine(state)
  return state.writer.finish()
}

// -------------------------------------------------------------------------------------------------------------------

/** What a line of text needs to be written; a cell has no writer, since all of it is one line. */
interface LineState {
  readonly line: LineBuffer
  readonly resolve: ResolveAddress
  readonly notes: Footnotes
  readonly writer?: PageWriter
  readonly heading: number
}

interface RenderState extends RenderOptions, LineState {
  readonly writer: PageWriter
  readonly filter: LineFilter
  /** The elements that were opened as notes. */
  readonly noted: Set<Element>
  readonly lists: { ordered: boolean; next: number }[]
  heading: number
  /** The next line is the first of an item with a number. */
  isStep: boolean
}

function enter(state: RenderState, element: Element): boolean {
  const tag = element.tagName
  if (INLINE_TAGS.has(tag)) return enterInline(state, element)
  endLine(state)
  if (WHOLE.has(tag)) state.filter.part()
  if (tag === 'pre') return writeCode(state, element)
  if (tag === 'table' && !state.isLayout(element)) {
    const rows = dataRows(element)
    if (rows) return writeTable(state, element, rows)
  }
  if (LISTS.has(tag)) openList(state, element)
  else if (tag === 'hr') state.writer.rule()
  else if (tag === 'blockquote') state.writer.openQuote()
  else if (openNote(state, element)) return true
  else if (tag === 'li') {
    state.isStep = state.lists.at(-1)?.ordered === true
    state.writer.openItem(markerOf(state, element), taskOf(element))
  } else if (tag === 'dd') state.writer.openItem('-')
  else state.heading = headingLevel(tag) || state.heading
  return true
}

function leave(state: RenderState, element: Element): void {
  const tag = element.tagName
  if (INLINE_TAGS.has(tag)) return leaveInline(state.line, element)
  endLine(state, tag === 'dt')
  if (tag === 'blockquote' || tag === 'li' || tag === 'dd' || state.noted.has(element))
    state.writer.closeContainer()
  else if (LISTS.has(tag)) closeList(state, element)
  else if (headingLevel(tag) > 0) state.heading = 0
}

function enterInline(state: LineState, element: Element): boolean {
  const { line, resolve, notes } = state
  const tag = element.tagName
  if (tag === 'br') {
    // Two of them part paragraphs, on pages that are older than style sheets.
    if (line.isBroken && state.heading === 0 && state.writer && !line.isEmpty) state.writer.block(line.take())
    else line.lineBreak()
  } else if (tag === 'img' || tag === 'amp-img') writeImage(line, element, resolve)
  else if (tag === 'q') line.text('“')
  else if (tag === 'a') {
    const label = notes.referred(element)
    if (label !== null) line.note(label, shortText(element, 12))
    if (label !== null || isBackLink(element) || isPageJump(element)) return false
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
  if (element.tagName === 'q') line.text('”')
  const mark = element.tagName === 'a' ? 'link' : MARKS.get(element.tagName)
  if (mark) line.close(mark)
}

/** A heading, a term and a step of a list with numbers may be called like a control. */
function endLine(state: RenderState, isTerm = false): void {
  const { line, writer, heading, filter, isStep } = state
  if (line.isEmpty) return line.reset()
  const taken = line.take()
  state.isStep = false
  if (filter.admits(taken.text, heading > 0 || isTerm || isStep)) writer.block(taken, heading)
}

function writeImage(line: LineBuffer, element: Element, resolve: ResolveAddress): void {
  line.part()
  const given = attribute(element, 'alt')
  const alt = collapse((given ?? '').slice(0, 300))
  // An empty description says that the picture is decoration (HTML, section 4.8.4.4.3), but not where a caption describes it.
  if (alt === '' && !isInFigure(element) && (given !== undefined || isCounter(element))) return
  const address = imageAddress(element, resolve)
  if (address !== null) line.image(alt, escapeAddress(address))
}

/** A picture of one pixel, by which a server counts who reads. */
function isCounter(image: Element): boolean {
  return ['width', 'height'].some((name) => Number.parseInt(attribute(image, name) ?? '', 10) <= 2)
}

function writeCode(state: RenderState, element: Element): boolean {
  const code = codeText(element, state.isDropped)
  if (code !== '') state.writer.code(code, codeLanguage(element))
  return false
}

function isInFigure(image: Element): boolean {
  let outer = image.parentNode
  for (let depth = 0; depth < 4 && outer && 'tagName' in outer; depth++) {
    if (outer.tagName === 'figure') return true
    outer = outer.parentNode
  }
  return false
}

function writeTable(state: RenderState, table: Element, rows: readonly (readonly Element[])[]): boolean {
  const caption = captionOf(table)
  if (caption && !state.isDropped(caption)) state.writer.block(renderCell(state, caption))
  const kept = rows.map((row) => row.filter((cell) => !state.isDropped(cell)))
  const cells = gridOf(kept).map((row) => row.map((cell) => cell && renderCell(state, cell)))
  const filled = cells.filter((row) => row.some((cell) => cell !== null && cell.markdown !== ''))
  if (filled.length > 0) state.writer.table(filled)
  return false
}

/** A cell is one line: the blocks in it stand side by side. */
function renderCell(outer: RenderState, cell: Element): { text: string; markdown: string } {
  const line = lineBuffer()
  const { isDropped, resolve, notes } = outer
  const state: LineState = { line, resolve, notes, heading: 0 }
  walkTree(cell.childNodes, {
    enter(element) {
      if (isDropped(element) || !isShown(element)) return false
      if (INLINE_TAGS.has(element.tagName)) return enterInline(state, element)
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

function openNote({ notes, noted, writer }: RenderState, element: Element): boolean {
  const label = notes.defined(element)
  if (label === null) return false
  noted.add(element)
  writer.openNote(label)
  return true
}

/** Editors of old wrote the inner list beside its item instead of in it. */
function openList({ lists, writer }: RenderState, element: Element): void {
  const outer = lists.at(-1)
  if (outer && isInList(element)) writer.openIndent(outer.ordered ? 3 : 2)
  const isOrdered = element.tagName === 'ol'
  lists.push({ ordered: isOrdered, next: isOrdered ? (numberIn(element, 'start') ?? 1) : 1 })
}

function closeList({ lists, writer }: RenderState, element: Element): void {
  lists.pop()
  if (lists.length > 0 && isInList(element)) writer.closeContainer()
}

function isInList({ parentNode }: Element): boolean {
  return parentNode !== null && 'tagName' in parentNode && LISTS.has(parentNode.tagName)
}

/** The box that GitHub writes before a task. */
function taskOf(item: Element): string {
  const first = item.childNodes.find((node) => !('value' in node) || node.value.trim() !== '')
  const inner = first && isElement(first) && /^(?:p|label)$/.test(first.tagName) ? first.childNodes[0] : first
  if (!inner || !isElement(inner) || inner.tagName !== 'input') return ''
  if (attribute(inner, 'type') !== 'checkbox') return ''
  return attribute(inner, 'checked') === undefined ? '[ ] ' : '[x] '
}

function markerOf({ lists }: RenderState, item: Element): string {
  const list = lists.at(-1)
  if (!list?.ordered) return '-'
  list.next = numberIn(item, 'value') ?? list.next
  return `${list.next++}.`
}

function numberIn(element: Element, name: string): number | null {
  const value = attribute(element, name)
  return value !== undefined && /^\s*\d{1,8}\s*$/.test(value) ? Number(value) : null
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

const UNFOLDING = setOf('h1 h2 h3 h4 h5 h6 summary dt')
/** Paragraphs may repeat on purpose, as in a song, and what stands before these does not stand right before what follows. */
const WHOLE = setOf('p pre table hr')
const LISTS = setOf('ul ol menu')
const BOXES = setOf('span a button label time')

const MARKS: ReadonlyMap<string, Mark> = new Map([
  ...(['b', 'strong'] as const).map((tag) => [tag, '**'] as const),
  ...(['i', 'em', 'cite', 'dfn', 'var'] as const).map((tag) => [tag, '*'] as const),
  ...(['s', 'del', 'strike'] as const).map((tag) => [tag, '~~'] as const),
  ...(['code', 'kbd', 'samp', 'tt'] as const).map((tag) => [tag, '`'] as const),
])
