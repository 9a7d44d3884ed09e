import { type Element, attribute } from './parse-tree.js'
import { walkTree } from './tree-walk.js'

/** The text of a `pre` as it stands, without what is not shown. */
export function codeText(pre: Element, isDropped: (element: Element) => boolean): string {
  let code = ''
  let lineIsOpen = false
  walkTree(pre.childNodes, {
    enter(element) {
      if (element.tagName === 'br') code += '\n'
      if (element.tagName === 'br') lineIsOpen = false
      return !isDropped(element)
    },
    // Some highlighters make each line a block and write no line break.
    leave(element) {
      if (!lineIsOpen || !LINES.has(element.tagName)) return
      code += '\n'
      lineIsOpen = false
    },
    text(value) {
      code += value
      if (value !== '') lineIsOpen = !value.endsWith('\n')
    },
  })
  return withoutBlankStart(code.replace(/\r\n?/g, '\n')).trimEnd()
}

/** The language a `pre`, its `code` or one of the three boxes around it names in a class or attribute, or the empty string. */
export function codeLanguage(pre: Element): string {
  const code = pre.childNodes.find((node): node is Element => 'tagName' in node && node.tagName === 'code')
  for (const element of code ? [code, pre, ...boxesAround(pre)] : [pre, ...boxesAround(pre)]) {
    const named = languageOf(element)
    if (named !== null) return named.toLowerCase()
  }
  return ''
}

function boxesAround(pre: Element): Element[] {
  const boxes: Element[] = []
  let outer = pre.parentNode
  for (
    ;
    boxes.length < 3 && outer && 'tagName' in outer && BOXES.has(outer.tagName);
    outer = outer.parentNode
  )
    boxes.push(outer)
  return boxes
}

function languageOf(element: Element): string | null {
  for (const name of ['data-lang', 'data-language', 'data-enlighter-language']) {
    const value = attribute(element, name)
    if (value !== undefined && isLanguage(value)) return value
  }
  const names = attribute(element, 'class')?.slice(0, 400) ?? ''
  for (const [, named = ''] of names.matchAll(NAMED)) if (isLanguage(named)) return named
  return null
}

function isLanguage(name: string): boolean {
  return /^[\w+#.-]{1,20}$/.test(name) && !NONE.has(name.toLowerCase())
}

/** By hand: a pattern that repeats a line ten million times overflows the stack. */
function withoutBlankStart(code: string): string {
  let start = 0
  for (let end = code.indexOf('\n'); end >= 0; end = code.indexOf('\n', start)) {
    if (code.slice(start, end).trim() !== '') break
    start = end + 1
  }
  return code.slice(start)
}

const LINES: ReadonlySet<string> = new Set(['div', 'li', 'tr', 'p'])
const BOXES: ReadonlySet<string> = new Set(['div', 'figure', 'td', 'section'])
const NAMED =
  /(?:^|\s)(?:language|lang|highlight-source|highlight-text|highlight|brush:|sourceCode)[-:]?\s?([\w+#.-]{1,20})(?=\s|;|$)/gi

/** What stands where a language would, and is none. */
const NONE: ReadonlySet<string> = new Set(
  'notranslate default none nohighlight no-highlight highlight highlighter-rouge hljs code block wrap container wrapper box numbers toolbar line lines dark light'.split(
    ' ',
  ),
)
