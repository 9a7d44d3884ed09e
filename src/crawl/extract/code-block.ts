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

/** The language a `pre`, its `code` or the box around it names in a class or attribute, or the empty string. */
export function codeLanguage(pre: Element): string {
  const code = pre.childNodes.find((node): node is Element => 'tagName' in node && node.tagName === 'code')
  const parent = pre.parentNode && 'tagName' in pre.parentNode ? pre.parentNode : null
  for (const element of [code, pre, parent]) {
    if (!element) continue
    const named =
      attribute(element, 'data-lang') ??
      attribute(element, 'data-language') ??
      NAMED.exec(attribute(element, 'class')?.slice(0, 400) ?? '')?.[1]
    if (named && /^[\w+#.-]{1,20}$/.test(named)) return named.toLowerCase()
  }
  return ''
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
const NAMED = /(?:^|\s)(?:language|lang|highlight-source|highlight|brush:)[-:]?\s?([\w+#.-]{1,20})(?=\s|;|$)/i
