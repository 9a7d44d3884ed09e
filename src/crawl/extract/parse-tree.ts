import { type DefaultTreeAdapterTypes, defaultTreeAdapter } from 'parse5'
import { quickParse } from './quick-parse.js'

/** An element of parse5's default tree. */
export type Element = DefaultTreeAdapterTypes.Element

/** A document of parse5's default tree. */
export type Document = DefaultTreeAdapterTypes.Document

/** What may stand below an element. */
export type ChildNode = DefaultTreeAdapterTypes.ChildNode

/**
 * The tree of a page, for any string. A page that would grow far more elements than it has tags is cut where the budget
 * ends: formatting tags that are never closed are repeated in every paragraph that follows, which is quadratic.
 */
export function parseTree(html: string): Document {
  const spent = new Error('the page has more elements than its text can hold')
  let budget = Math.min(MAX_ELEMENTS, SPARE_ELEMENTS + html.length / 3)
  let document = defaultTreeAdapter.createDocument()
  const shadows: Shadow[] = []
  const treeAdapter: typeof defaultTreeAdapter = {
    ...defaultTreeAdapter,
    setTemplateContent(template, content) {
      defaultTreeAdapter.setTemplateContent(template, content)
      if (attribute(template, 'shadowrootmode') !== undefined) shadows.push({ template, content })
    },
    createDocument() {
      document = defaultTreeAdapter.createDocument()
      return document
    },
    createElement(tagName, namespaceURI, attrs) {
      if (--budget < 0) throw spent
      return defaultTreeAdapter.createElement(tagName, namespaceURI, attrs)
    },
    // Half of a page is scripts and styles: text that nobody reads need not outlive its token.
    insertText(parent, text) {
      if (!isCode(parent)) defaultTreeAdapter.insertText(parent, text)
    },
  }
  try {
    // Without scripts: some sites give crawlers their text in a noscript alone.
    quickParse(html, { treeAdapter, scriptingEnabled: false })
  } catch (error) {
    if (error !== spent) throw error
  }
  for (const shadow of shadows) unfold(shadow)
  return document
}

/** Whether a node is an element. */
export function isElement(node: ChildNode): node is Element {
  return 'tagName' in node
}

/** The value of an attribute, or `undefined`. */
export function attribute(element: Element, name: string): string | undefined {
  for (const attr of element.attrs) if (attr.name === name) return attr.value
  return undefined
}

// -------------------------------------------------------------------------------------------------------------------

/** A shadow is shown in its element's place, unlike what other templates hold: it becomes a box of the page. */
function unfold({ template, content }: Shadow): void {
  template.tagName = 'div'
  template.nodeName = 'div'
  template.childNodes = content.childNodes
  for (const node of content.childNodes) node.parentNode = template
}

interface Shadow {
  readonly template: Element
  readonly content: DefaultTreeAdapterTypes.DocumentFragment
}

/** Scripts and styles, but for the JSON-LD among them. */
function isCode(parent: DefaultTreeAdapterTypes.ParentNode): boolean {
  if (parent.nodeName === 'style') return true
  if (parent.nodeName !== 'script' || !('attrs' in parent)) return false
  return !/json/i.test((attribute(parent, 'type') ?? '').slice(0, 100))
}

/** Some 70 MB of tree and a second of work; long books on one page stay below it. */
const MAX_ELEMENTS = 250_000
const SPARE_ELEMENTS = 2_000
